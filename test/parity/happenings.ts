import { faultsLast1h, faultsLast30m, faultsLast5m } from "../../lib/collectors/faults";
import { haltsActive } from "../../lib/collectors/halts";
import { intentAge, intentRate, openingRate } from "../../lib/collectors/intents";
import { rateGlobalUtilization, rateSymbolUtilizationMax } from "../../lib/collectors/rate-windows";
import { safeMode, safeModeNoExpiry } from "../../lib/collectors/safe-mode";
import { collectorUp, contractViolations } from "../../lib/exporter";
import { filling } from "./redis-happenings";
import type { Setting, Tracks } from "./setting";
import { disjoint, eventsAround, levels, stretches } from "./shapes";
import { ageTrack, countTrack, flagTrack, GRID_SEC, type Interval, isWithin, Track } from "./track";

const HOUR_SEC = 3600;
/** Circuit breaker: blocks for so long after a trip. */
const HALT_SEC = 300;
/** QuantumSafeModeActive's own lengths, for stories in which safe mode only keeps another rule quiet. */
const HALT_SCALE = { forSec: 60, stepSec: 30 };
const RATE_MINUTE_SEC = 60;
/** A rate window of the kernel. */
export const RATE_WINDOW_SEC = 10;
/** Percent of the kernel's limit, from which on it counts as near. */
const NEAR_PERCENT = 80;

/** Safe mode on and off, at all lengths. */
export function safeModeTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  return { [safeMode.name]: flagTrack(lengthSec, stretches(random, span, scale)) };
}

/** The same beside something else: in some stories there is none. */
export function haltTracks(setting: Setting): Tracks {
  if (setting.random.chance(0.3)) return {};
  return safeModeTracks({ ...setting, scale: HALT_SCALE });
}

/** Halts that nobody lifts. */
export function noExpiryTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  return { [safeModeNoExpiry.name]: flagTrack(lengthSec, stretches(random, span, scale)) };
}

/** Faults whose number within `windowSec` moves around a limit, counted over every window that a rule asks for. */
export function faultTracks({ random, lengthSec, span, scale }: Setting, windowSec: number, limit: number): Tracks {
  const faults = eventsAround(random, span, windowSec, limit, scale);
  const windows = [
    [faultsLast1h, HOUR_SEC],
    [faultsLast30m, HOUR_SEC / 2],
    [faultsLast5m, HOUR_SEC / 12],
  ] as const;
  return Object.fromEntries(windows.map(([{ name }, sec]) => [name, countTrack(lengthSec, faults, sec)]));
}

/** Safe mode, and intents that open beside it: now and then until it begins, on through it, or only while it is on. */
export function notObeyedTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const halts = stretches(random, span, scale);
  const openings = random.chance(0.3) ? halts : stretches(random, span, scale);
  const every = random.pick([5, 15, 30, 45]);
  const intents = Array.from({ length: Math.ceil(lengthSec / every) }, (_, place) => place * every);
  const opening = intents.filter((t) => isWithin(openings, t));
  return {
    [safeMode.name]: flagTrack(lengthSec, halts),
    [openingRate.name]: countTrack(lengthSec, opening, RATE_MINUTE_SEC),
  };
}

/** Halts besides safe mode: one, or several at once. */
export function otherHaltTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const halts = stretches(random, span, scale);
  const on = random.pick([1, 1, 3]);
  return { [haltsActive.name]: new Track(lengthSec, (t) => (isWithin(halts, t) ? on : 0)) };
}

/** Halts that follow each other so closely that together they come to a quarter of an hour in an hour, or do not. */
export function dutyTracks({ random, lengthSec, span }: Setting): Tracks {
  const halts: Interval[] = [];
  const busy = random.between(1, 3);
  for (let block = 0; block < busy; block++) {
    let from = random.between(span.from, span.to, GRID_SEC);
    for (let left = random.between(1, 5); left > 0; left--) {
      halts.push({ from, to: from + random.pick([HALT_SEC, HALT_SEC, 3 * HALT_SEC]) });
      from += random.between(HALT_SEC, 5 * HALT_SEC, GRID_SEC);
    }
  }
  return { [safeMode.name]: flagTrack(lengthSec, disjoint(halts)) };
}

/** Intents in a steady flow that stalls, and is held back by safe mode: age and rate tell of the same stream. */
export function intentTracks(setting: Setting): Tracks {
  const { random, lengthSec, span, scale } = setting;
  const halts = random.chance(0.4) ? [] : stretches(random, span, random.pick([HALT_SCALE, scale]));
  const { full, tracks } = filling(setting);
  const stalls = [...stretches(random, span, scale), ...full];
  const every = random.pick([5, 15, 30, 45]);
  const isSparse = random.chance(0.2);
  const intents: number[] = [];
  for (let t = -HOUR_SEC / 12; t < lengthSec; t += every) {
    const isStalled = isWithin(stalls, t) && !(isSparse && random.chance(every / HALT_SEC));
    if (!isStalled && !isWithin(halts, t)) intents.push(t);
  }
  return {
    [safeMode.name]: flagTrack(lengthSec, halts),
    [intentAge.name]: ageTrack(lengthSec, intents),
    [intentRate.name]: countTrack(lengthSec, intents, RATE_MINUTE_SEC),
    ...tracks,
  };
}

/** Two levels, each the same throughout a rate window. */
export function utilizationTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const one = (): Track => {
    const level = levels(random, stretches(random, span, scale), NEAR_PERCENT);
    return new Track(lengthSec, (t) => level(t - (t % RATE_WINDOW_SEC)));
  };
  const isCalm = random.chance(0.5);
  const calm = new Track(lengthSec, () => NEAR_PERCENT / 2);
  return { [rateGlobalUtilization.name]: one(), [rateSymbolUtilizationMax.name]: isCalm ? calm : one() };
}

/** Readings that break the contract, now and then. */
export function violationTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const broken = stretches(random, span, scale);
  return { [contractViolations.name]: new Track(lengthSec, (t) => (isWithin(broken, t) ? 1 + (t % 3) : 0)) };
}

/** A collector that cannot read its keys, which none can while Redis is down. */
export function collectorTracks({ random, lengthSec, span, scale, redisDown }: Setting): Tracks {
  const failing = disjoint([...redisDown, ...(random.chance(0.4) ? [] : stretches(random, span, scale))]);
  return { [collectorUp.name]: new Track(lengthSec, (t) => (isWithin(failing, t) ? 0 : 1)) };
}

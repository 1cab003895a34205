import { commandDuration } from "../../lib/collectors/redis-server";
import { groupLag, groupOldestPending, groupPending, groupStuck } from "../../lib/collectors/streams";
import { redisUp } from "../../lib/exporter";
import type { Metric } from "../../lib/metric";
import { clockSkew, redisFull } from "../../lib/server-health";
import { serverUp } from "../../lib/server-report";
import type { Setting, Tracks } from "./setting";
import { levels, outages, stretches } from "./shapes";
import { flagTrack, type Interval, isWithin, Track } from "./track";

/** Milliseconds, entries, seconds and seconds from which on the rules speak. */
const SLOW_MS = 100;
const MANY = 1000;
const OLD_SEC = 60;
const SKEWED_SEC = 5;

/** Two functions that read Redis: either may lose it alone. */
export function serverTracks({ random, lengthSec, span, scale, redisDown }: Setting): Tracks {
  const others = random.chance(0.5) ? redisDown : stretches(random, span, scale);
  const up = (down: readonly Interval[]): Track => new Track(lengthSec, (t) => (isWithin(down, t) ? 0 : 1));
  const isServerAlone = random.chance(0.5);
  return {
    [redisUp.name]: up(redisDown),
    [serverUp.name]: up(isServerAlone ? others : redisDown),
  };
}

/** Commands that take long, and marks between which there was none. */
export function slowTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const level = levels(random, stretches(random, span, scale), SLOW_MS);
  const idle = outages(random, span);
  return { [commandDuration.name]: new Track(lengthSec, (t) => (isWithin(idle, t) ? Number.NaN : level(t))) };
}

/** Clocks that drift apart and are set right. */
export function skewTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const level = levels(random, stretches(random, span, scale), SKEWED_SEC);
  return { [clockSkew.name]: new Track(lengthSec, level) };
}

/** A consumer group that falls behind: by what is not delivered, by what is not acknowledged, or by one entry that is stuck. */
export function groupTracks({ random, lengthSec, span, scale, redisDown }: Setting): Tracks {
  const calm = (): boolean => random.chance(0.4);
  const count = (): Track => {
    const level = levels(random, calm() ? [] : stretches(random, span, scale), MANY);
    return new Track(lengthSec, (t) => Math.round(level(t)));
  };
  const lag = count();
  const unknown = outages(random, span);
  const stuck = calm() ? [] : stretches(random, span, { ...scale, forSec: scale.forSec + OLD_SEC });
  const oldest = (t: number): number => {
    const since = stuck.find(({ from, to }) => from <= t && t < to)?.from;
    return since === undefined ? 0 : t - since;
  };
  return {
    [groupLag.name]: new Track(lengthSec, (t) => (isWithin(unknown, t) ? Number.NaN : (lag.at(t) ?? 0))),
    [groupPending.name]: count(),
    [groupOldestPending.name]: new Track(lengthSec, oldest),
    ...(random.chance(0.5) ? {} : stuckTracks({ random, lengthSec, span, scale, redisDown })),
  };
}

/** Entries that dead consumers left; now and then more die, and some are claimed. */
export function stuckTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const left = stretches(random, span, scale);
  const unknown = outages(random, span);
  const entries = random.between(1, 5);
  const at = (t: number): number => (isWithin(left, t) ? entries + (t % 3) : 0);
  return { [groupStuck.name]: new Track(lengthSec, (t) => (isWithin(unknown, t) ? Number.NaN : at(t))) };
}

/** A Redis that fills up beside something else, in some stories; in others it never does, or does not let us ask. */
export function filling({ random, lengthSec, span, scale }: Setting): { full: readonly Interval[]; tracks: Tracks } {
  if (random.chance(0.4)) return { full: [], tracks: {} };
  const full = random.chance(0.4) ? [] : stretches(random, span, scale).slice(0, 2);
  return { full, tracks: { [redisFull.name]: flagTrack(lengthSec, full) } };
}

/** A flag of a stream or a group, and stretches in which it cannot be told. */
export function flagTracks({ random, lengthSec, span, scale }: Setting, { name }: Metric): Tracks {
  const flag = flagTrack(lengthSec, stretches(random, span, scale));
  const unknown = outages(random, span);
  return { [name]: new Track(lengthSec, (t) => (isWithin(unknown, t) ? Number.NaN : (flag.at(t) ?? 0))) };
}

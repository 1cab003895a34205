import type { Setting, Tracks } from "./setting";
import { levels, outages, stretches } from "./shapes";
import { type Interval, isWithin, Track } from "./track";

const MINUTE_SEC = 60;
/** LambdaNearTimeout's limit: 0.9 of the 100 s that a run may take. */
const NEAR_TIMEOUT_MS = 90_000;

/** AWS tells by the minute: what happens in one is said of all of it. */
function byTheMinute(lengthSec: number, valueAt: (minute: number) => number): Track {
  return new Track(lengthSec, (t) => valueAt(t - (t % MINUTE_SEC)));
}

const wholeMinutes = (of: readonly Interval[]): Interval[] =>
  of.map(({ from, to }) => ({
    from: Math.floor(from / MINUTE_SEC) * MINUTE_SEC,
    to: Math.max(1, Math.round((to - from) / MINUTE_SEC)) * MINUTE_SEC + Math.floor(from / MINUTE_SEC) * MINUTE_SEC,
  }));

/** A function that runs every minute: one that does not run in a minute says nothing about it. */
function runTracks(setting: Setting, notRun: readonly Interval[]): Tracks {
  const { random, lengthSec, span, scale } = setting;
  const bad = wholeMinutes(stretches(random, span, scale));
  const duration = levels(random, bad, NEAR_TIMEOUT_MS);
  const isRun = (minute: number): boolean => !isWithin(notRun, minute);
  const told = (valueAt: (minute: number) => number): Track =>
    byTheMinute(lengthSec, (minute) => (isRun(minute) ? valueAt(minute) : Number.NaN));
  return {
    Invocations: told(() => 1),
    Errors: told((minute) => (isWithin(bad, minute) ? 1 : 0)),
    Throttles: told((minute) => (isWithin(bad, minute) ? 2 : 0)),
    Duration: told((minute) => duration(minute)),
  };
}

/** Runs that fail, are throttled or take long; now and then none at all. */
export const runningTracks = (setting: Setting): Tracks =>
  runTracks(setting, wholeMinutes(outages(setting.random, setting.span)));

/** Runs that stay away. */
export const wakingTracks = (setting: Setting): Tracks =>
  runTracks(setting, wholeMinutes(stretches(setting.random, setting.span, setting.scale)));

/** Log lines of which no metrics could be made; a log group without any may say 0, or nothing. */
export function logTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const isSparse = random.chance(0.5);
  const one = (): Track => {
    const bad = random.chance(0.2) ? [] : wholeMinutes(stretches(random, span, scale));
    return byTheMinute(lengthSec, (minute) => {
      if (isWithin(bad, minute)) return 3;
      return isSparse ? Number.NaN : 0;
    });
  };
  return { EMFParsingErrors: one(), EMFValidationErrors: one() };
}

import { timeToPage } from "../../lib/notify/paging-metrics";
import type { Setting, Tracks } from "./setting";
import { levels, stretches } from "./shapes";
import { isWithin, Track } from "./track";

const MINUTE_SEC = 60;
/** Seconds from which on a drill has failed. */
const LATE_SEC = 120;

const byTheMinute = (lengthSec: number, valueAt: (minute: number) => number): Track =>
  new Track(lengthSec, (t) => valueAt(t - (t % MINUTE_SEC)));

/** Messages in a dead-letter queue, which says 0 or nothing while it is empty. */
export function letterTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const lying = stretches(random, span, scale);
  const empty = random.chance(0.5) ? Number.NaN : 0;
  return {
    ApproximateNumberOfMessagesVisible: byTheMinute(lengthSec, (minute) => (isWithin(lying, minute) ? 2 : empty)),
  };
}

/** How long the last drill took, or has been waited for, told once a minute. */
export function drillTracks({ random, lengthSec, span, scale }: Setting): Tracks {
  const level = levels(random, stretches(random, span, scale), LATE_SEC);
  return { [timeToPage.name]: byTheMinute(lengthSec, (minute) => Math.round(level(minute))) };
}

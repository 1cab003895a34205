import { Zone } from "../mute/zone";
import type { PropertyReader } from "./property-reader";

const WINDOW_KEYS = new Set(["SlidingWindow", "WallClockWindow"]);
const SLIDING_KEYS: ReadonlySet<string> = new Set();
const WALL_CLOCK_KEYS = new Set(["Timezone"]);
/** Periods of wall-clock windows (guide, "Evaluation window"). */
const PERIODS = new Set([60, 300, 3600, 86_400, 604_800]);
/** Zones are ahead by multiples of five minutes, so that up to this period every zone's windows are the same. */
const SAME_IN_ALL_ZONES_SEC = 300;
const IS_OFFSET = /^(?:UTC|GMT)?[+-]/;
/** Multiples of five minutes (guide, "Evaluation window"). */
const OFFSET = /^(?:UTC|GMT)?([+-])([01]\d|2[0-3]):([0-5][05])$/;

/** An alarm's wall-clock window, undefined for a sliding one; throws ConfigError for zones that change with the season. */
export function readWallClock(read: PropertyReader, period: number): { readonly aheadSec: number } | undefined {
  const either = read.object("EvaluationWindow", WINDOW_KEYS);
  const sliding = either?.object("SlidingWindow", SLIDING_KEYS);
  const window = either?.object("WallClockWindow", WALL_CLOCK_KEYS);
  if (window === undefined) return undefined;
  if (sliding !== undefined) read.fail("has an EvaluationWindow that is both SlidingWindow and WallClockWindow");
  if (!PERIODS.has(period))
    read.fail(`has a wall-clock window with Period ${period}; it takes ${[...PERIODS].join(", ")}`);
  const zone = window.text("Timezone", "UTC");
  const aheadSec = fixedOffset(read, zone) ?? (period <= SAME_IN_ALL_ZONES_SEC ? 0 : undefined);
  if (aheadSec !== undefined) return { aheadSec };
  return read.fail(`has a wall-clock window of ${period} s in ${zone}; only UTC and fixed offsets are evaluated here`);
}

/** Seconds that a zone is ahead of UTC the whole year; undefined for a zone by name, which may change. */
function fixedOffset(read: PropertyReader, zone: string): number | undefined {
  if (["UTC", "GMT", "Z", "Etc/UTC"].includes(zone)) return 0;
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  if (IS_OFFSET.test(zone)) read.fail(`has Timezone ${zone}, which is no offset such as +05:30`);
  read.naming(() => new Zone(zone));
  return undefined;
}

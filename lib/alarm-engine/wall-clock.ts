import type { PropertyReader } from "./property-reader";

/** Periods of wall-clock windows (guide, "Evaluation window"). */
const PERIODS = new Set([60, 300, 3600, 86_400, 604_800]);
/** Zones are ahead by multiples of five minutes, so that up to this period every zone's windows are the same. */
const SAME_IN_ALL_ZONES_SEC = 300;
const OFFSET = /^(?:UTC|GMT)?([+-])(\d{2}):(\d{2})$/;

/** An alarm's wall-clock window, undefined for a sliding one; throws ConfigError for zones that change with the season. */
export function readWallClock(read: PropertyReader, period: number): { readonly aheadSec: number } | undefined {
  const window = read.object("EvaluationWindow")?.object("WallClockWindow");
  if (window === undefined) return undefined;
  if (!PERIODS.has(period))
    read.fail(`has a wall-clock window with Period ${period}; it takes ${[...PERIODS].join(", ")}`);
  const zone = window.text("Timezone", "UTC");
  if (["UTC", "GMT", "Z", "Etc/UTC"].includes(zone)) return { aheadSec: 0 };
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return { aheadSec: (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60) };
  if (period <= SAME_IN_ALL_ZONES_SEC) return { aheadSec: 0 };
  return read.fail(`has a wall-clock window of ${period} s in ${zone}; only UTC and fixed offsets are evaluated here`);
}

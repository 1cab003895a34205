import type { MetricAlarm } from "./definition";

const MINUTE_SEC = 60;
const HOUR_SEC = 3600;
const DAY_SEC = 86_400;
const WEEK_SEC = 604_800;
/** How often alarms with periods below a minute are evaluated, in seconds. */
export const FINEST_TICK_SEC = 10;
/** Weeks begin on Monday (guide, "Evaluation window"); the epoch began on a Thursday. */
const FIRST_MONDAY_SEC = 4 * DAY_SEC;

/** How often an alarm is evaluated, in seconds: hourly where a sliding window is longer than a day. */
export function tickOf({ period, evaluationPeriods, wallClock }: MetricAlarm): number {
  if (period < MINUTE_SEC) return FINEST_TICK_SEC;
  return wallClock === undefined && period * evaluationPeriods > DAY_SEC ? HOUR_SEC : MINUTE_SEC;
}

/**
 * End of the newest period that an evaluation looks at, epoch seconds. A sliding window moves by the minute (10 s at
 * high resolution, an hour beyond a day) and is not aligned to its period; a wall-clock window is, and ends with the
 * last whole period. Of periods below a minute nothing is documented: they may be aligned to their length after all.
 */
export function windowEnd(alarm: MetricAlarm, now: number, areShortPeriodsAligned = false): number {
  if (alarm.wallClock === undefined) {
    return floor(now, areShortPeriodsAligned && alarm.period < MINUTE_SEC ? alarm.period : tickOf(alarm));
  }
  const shift = (alarm.period === WEEK_SEC ? FIRST_MONDAY_SEC : 0) - alarm.wallClock.aheadSec;
  return floor(now - shift, alarm.period) + shift;
}

const floor = (time: number, step: number): number => Math.floor(time / step) * step;

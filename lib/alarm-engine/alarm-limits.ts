import type { PropertyReader } from "./property-reader";

/** Longest time of all evaluation periods together (PutMetricAlarm), for periods below an hour and for others. */
const MOST_OF_SHORT_SEC = 86_400;
const MOST_SEC = 604_800;
const HOUR_SEC = 3600;
/** Minutes that warm-up may last (guide, "Alarm warm-up"). */
const MOST_WARM_UP_MIN = 2880;
/** Actions a state (PutMetricAlarm, PutCompositeAlarm). */
const MOST_ACTIONS = 5;
const WARM_UP_KEYS = new Set(["WarmUpPeriodDurationInMinutes", "OnlyStartEvaluatingAfterWarmUpPeriodEnds"]);

/** Refuses a window, `period` seconds so many times, that is longer than CloudWatch looks back. */
export function checkWindow(read: PropertyReader, period: number, evaluationPeriods: number): void {
  const most = period < HOUR_SEC ? MOST_OF_SHORT_SEC : MOST_SEC;
  if (period * evaluationPeriods <= most) return;
  read.fail(`has EvaluationPeriods ${evaluationPeriods} of Period ${period}, together more than ${most} s`);
}

/** Seconds of an alarm's warm-up, 0 for none, and whether it lasts all of them however soon data come. */
export function readWarmUp(read: PropertyReader): { readonly warmUp: number; readonly warmUpIsFixed: boolean } {
  const given = read.object("WarmUpConfiguration", WARM_UP_KEYS);
  if (given === undefined) return { warmUp: 0, warmUpIsFixed: false };
  const minutes = given.number("WarmUpPeriodDurationInMinutes");
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_WARM_UP_MIN) {
    read.fail(`has WarmUpPeriodDurationInMinutes ${minutes}, which is not within 1 and ${MOST_WARM_UP_MIN}`);
  }
  return { warmUp: 60 * minutes, warmUpIsFixed: given.flag("OnlyStartEvaluatingAfterWarmUpPeriodEnds", false) };
}

/** The actions of a state, as many as CloudWatch takes. */
export function readActions(read: PropertyReader, key: string): string[] {
  const actions = read.texts(key);
  return actions.length <= MOST_ACTIONS
    ? actions
    : read.fail(`has ${actions.length} of at most ${MOST_ACTIONS} ${key}`);
}

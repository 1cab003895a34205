import type { MissingData, Slot, State } from "./state";

/** M of N: how many of the evaluated periods have to breach, and how many are evaluated. */
export interface Window {
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
}

/** Which of the slots decided, and how many were filled in. */
export interface Verdict {
  readonly state: State;
  /** Places in `slots` of the real data that were looked at, oldest first. */
  readonly evaluated: readonly number[];
  readonly filled: number;
}

/**
 * CloudWatch's verdict on the slots of an evaluation range, oldest first ("How CloudWatch alarms evaluate missing
 * data"): enough real data, and missing data do not matter; else they are filled in, as few as possible. `before` is
 * the state so far, which "ignore" keeps.
 */
export function verdict(
  slots: readonly Slot[],
  { datapointsToAlarm, evaluationPeriods }: Window,
  missing: MissingData,
  before: State,
): Verdict {
  const real = [...slots.keys()].filter((place) => slots[place] !== null);
  if (real.length >= evaluationPeriods) {
    const evaluated = real.slice(-evaluationPeriods);
    const breaching = evaluated.filter((place) => slots[place]).length;
    return { state: breaching >= datapointsToAlarm ? "ALARM" : "OK", evaluated, filled: 0 };
  }
  const filled = evaluationPeriods - real.length;
  const state = withFills(slots, real, filled, datapointsToAlarm, missing, before);
  return { state, evaluated: real, filled };
}

function withFills(
  slots: readonly Slot[],
  real: readonly number[],
  filled: number,
  datapointsToAlarm: number,
  missing: MissingData,
  before: State,
): State {
  const breaching = real.filter((place) => slots[place]).length;
  if (breaching >= datapointsToAlarm) return "ALARM";
  if (missing === "breaching") return breaching + filled >= datapointsToAlarm ? "ALARM" : "OK";
  if (missing === "notBreaching") return "OK";
  const kept = missing === "ignore" ? before : undefined;
  if (real.length === 0) return kept ?? "INSUFFICIENT_DATA";
  // Data that only breach and are old enough mean that the metric stopped while it breached: no false positive is left
  // to wait for. The documented tables decide where the guide's sentence could be read otherwise.
  const oldest = slots.length - (real[0] ?? 0);
  return breaching === real.length && oldest >= datapointsToAlarm ? (kept ?? "ALARM") : "OK";
}

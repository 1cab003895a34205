import type { MissingData, Slot, State } from "./state";

/** M of N: how many of the evaluated periods have to breach, and how many are evaluated. */
export interface Window {
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
}

/** The state, and how many missing data were filled in. */
export interface Verdict {
  readonly state: State;
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
  let real = 0;
  let breaching = 0;
  // Written out, not by map and filter: this runs for every alarm and every tick.
  for (let place = slots.length - 1; place >= 0 && real < evaluationPeriods; place--) {
    if (slots[place] === null) continue;
    real += 1;
    if (slots[place] === true) breaching += 1;
  }
  if (breaching >= datapointsToAlarm) return { state: "ALARM", filled: evaluationPeriods - real };
  if (real === evaluationPeriods) return { state: "OK", filled: 0 };
  const filled = evaluationPeriods - real;
  if (missing === "breaching") return { state: breaching + filled >= datapointsToAlarm ? "ALARM" : "OK", filled };
  if (missing === "notBreaching") return { state: "OK", filled };
  const kept = missing === "ignore" ? before : undefined;
  if (real === 0) return { state: kept ?? "INSUFFICIENT_DATA", filled };
  // Data that only breach and are old enough mean that the metric stopped while it breached: no false positive is left
  // to wait for. The documented tables decide where the guide's sentence could be read otherwise.
  const age = slots.length - slots.findIndex((slot) => slot !== null);
  const isStuck = breaching === real && age >= datapointsToAlarm;
  return { state: isStuck ? (kept ?? "ALARM") : "OK", filled };
}

/** Places of the real data that a verdict is about, oldest first. */
export function lookedAt(slots: readonly Slot[], evaluationPeriods: number): number[] {
  return [...slots.keys()].filter((place) => slots[place] !== null).slice(-evaluationPeriods);
}

import type { Transition } from "../../../lib/alarm-engine/engine";
import type { State } from "../../../lib/alarm-engine/state";
import type { Outcome } from "./run-vector";
import { timeText } from "./times";
import type { Page, Vector } from "./vector";

/** One thing that came otherwise than expected, and the line that expects it. */
export interface Failure {
  readonly line: number;
  readonly message: string;
}

/** What a vector expects and did not get, and pages that it got and does not list; empty if it passes. */
export function failuresOf(vector: Vector, outcome: Outcome): Failure[] {
  return [...wrongStates(vector, outcome), ...wrongReasons(vector, outcome), ...wrongPages(vector, outcome)];
}

/** An alarm's last transition up to a time; undefined while it is as it came into being. */
export function lastChange({ deploys }: Vector, { transitions }: Outcome, alarm: string, at: number) {
  const since = deploys.findLast((time) => time <= at) ?? 0;
  return transitions.findLast((one) => one.alarm === alarm && one.t >= since && one.t <= at);
}

/** An alarm's state at a time. */
export function stateAt(vector: Vector, outcome: Outcome, alarm: string, at: number): State {
  return lastChange(vector, outcome, alarm, at)?.to ?? "INSUFFICIENT_DATA";
}

function wrongStates(vector: Vector, outcome: Outcome): Failure[] {
  return vector.states.flatMap(({ at, alarm, value, line }) => {
    const change = lastChange(vector, outcome, alarm, at);
    const state = change?.to ?? "INSUFFICIENT_DATA";
    if (state === value) return [];
    return [{ line, message: `${alarm} at ${timeText(at)}: expected ${value}, came ${state} ${why(change)}` }];
  });
}

function wrongReasons(vector: Vector, outcome: Outcome): Failure[] {
  return vector.reasons.flatMap(({ at, alarm, value, line }) => {
    const change = lastChange(vector, outcome, alarm, at);
    if (change?.reason.includes(value)) return [];
    const message = `${alarm} at ${timeText(at)}: expected the reason to say ${JSON.stringify(value)}, came ${why(change)}`;
    return [{ line, message }];
  });
}

const why = (change: Transition | undefined): string =>
  change ? `(since ${timeText(change.t)}: ${change.reason})` : "(nothing has changed it)";

function wrongPages(vector: Vector, outcome: Outcome): Failure[] {
  const surplus = [...outcome.pages];
  const missing: Failure[] = [];
  for (const { page, line } of vector.pages) {
    const text = pageText(page);
    const place = surplus.findIndex((one) => pageText(one) === text);
    if (place === -1) missing.push({ line, message: `expected the page ${text}, which did not come` });
    else surplus.splice(place, 1);
  }
  const came = surplus.map((page) => {
    const change = lastChange(vector, outcome, page.alarm, page.at);
    return { line: vector.line, message: `came the page ${pageText(page)}, which is not listed ${why(change)}` };
  });
  return [...missing, ...came];
}

/** A page as vectors write it. */
export function pageText({ at, severity, state, alarm }: Page): string {
  return `${timeText(at)} ${severity} ${state} ${alarm}`;
}

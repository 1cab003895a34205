import { NotifyError } from "../errors";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";

/** A channel that was not told. */
export interface Failure {
  readonly channel: string;
  readonly error: unknown;
  /** Names of those that it is about; left out, of the one that is told. */
  readonly alarms?: readonly string[];
}

/** What became of telling one thing in several channels. */
export interface Outcome {
  /** What was told, in whichever of them. */
  readonly told: readonly string[];
  readonly failures: readonly Failure[];
  /** Where a beginning was told, and of which alarms. */
  readonly begun: readonly Begun[];
}

/** An alarm of which a channel was told that it began, by itself or with others. */
export interface Begun {
  readonly channel: Channel;
  readonly event: AlarmEvent;
}

export const NOTHING_TOLD: Outcome = { told: [], failures: [], begun: [] };

/** Several outcomes as one. */
export function together(outcomes: readonly Outcome[]): Outcome {
  return {
    told: outcomes.flatMap(({ told }) => told),
    failures: outcomes.flatMap(({ failures }) => failures),
    begun: outcomes.flatMap(({ begun }) => begun),
  };
}

/** Whether a channel shows several alarms in one message. */
export const canGroup = ({ showGroup }: Channel): boolean => showGroup !== undefined;

/** One error of all that failed. */
export function notTold(what: string, failures: readonly Failure[]): NotifyError {
  const names = [...new Set(failures.map(({ channel }) => channel))].join(", ");
  const whose = [...new Set([what, ...failures.flatMap(({ alarms = [] }) => alarms)])];
  const verb = whose.length > 1 ? "were" : "was";
  return new NotifyError(`${whose.join(", ")} ${verb} not told in ${names}`, { cause: failures[0]?.error });
}

/** Alarms as a log line names them. */
export function named(events: readonly AlarmEvent[]): object {
  const [first, ...others] = events;
  if (first === undefined || others.length > 0) return { alarms: events.map(({ name }) => name) };
  return { alarm: first.name, state: first.state, changed_at: first.at.toISOString() };
}

import type { MetricKey } from "../../../lib/alarm-engine/definition";
import type { State } from "../../../lib/alarm-engine/state";
import type { RuleName } from "../../../lib/rules/names";
import type { Severity } from "../../../lib/rules/severity";
import type { Judged } from "./stage";

/** A sample as it is published; times are seconds from the vector's beginning. */
export interface Published {
  readonly metric: MetricKey;
  readonly time: number;
  readonly value: number;
  readonly arrival: number;
}

/** Somebody is told that an alarm has begun or is over. */
export interface Page {
  readonly at: number;
  readonly severity: Severity;
  readonly state: State;
  readonly alarm: string;
}

/** What is expected of one alarm at one time, and the line that says so. */
export interface Expected<T> {
  readonly at: number;
  readonly alarm: string;
  readonly value: T;
  readonly line: number;
}

/** A story in samples, and what alarms have to make of it; alarms by their names without the environment. */
export interface Vector {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** The rule that it is about; undefined for an incident over all alarms. */
  readonly rule: RuleName | undefined;
  /** The alarm that it is about, where it is about a rule. */
  readonly alarm: string | undefined;
  readonly judged: readonly Judged[];
  readonly samples: readonly Published[];
  readonly length: number;
  /** Second of the minute (of ten seconds, for fast alarms) at which alarms are judged. */
  readonly tick: number;
  /** When the alarms come into being, and are made anew. */
  readonly deploys: readonly number[];
  readonly states: readonly Expected<State>[];
  /** Words that the engine's reason for the state has to hold. */
  readonly reasons: readonly Expected<string>[];
  /** Every page there is, no more and no less. */
  readonly pages: readonly { readonly page: Page; readonly line: number }[];
}

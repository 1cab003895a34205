import type { State } from "../alarm-engine/state";
import type { RuleName } from "../rules/names";
import type { Severity } from "../rules/severity";

/** What an alarm looks at, as far as its message says. */
export interface Trigger {
  /** The metric's name, or what the metric math is called. */
  readonly metric: string;
  readonly threshold?: number;
  /** As CloudWatch spells it. */
  readonly comparison?: string;
  /** Seconds. */
  readonly period?: number;
}

/** One change of one alarm's state, whichever way it came in. */
export interface AlarmEvent {
  /** ARN, and the contributor's id where the alarm has contributors: one of these is one thing to tell of. */
  readonly identity: string;
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  /** From the name, where it is one of ours. */
  readonly environment?: string;
  readonly rule?: RuleName;
  readonly label?: string;
  /** From the tags or the topic; undefined where neither says. */
  readonly severity?: Severity;
  readonly state: State;
  readonly previous?: State;
  readonly at: Date;
  readonly description: string;
  /** CloudWatch's sentence. */
  readonly reason: string;
  /** Newest first, as the sentence has them. */
  readonly values: readonly number[];
  readonly trigger?: Trigger;
  /** Contributor's attributes, such as its dimensions. */
  readonly contributor?: Readonly<Record<string, string>>;
  /** ARNs of the alarms that made a composite one change. */
  readonly triggeringChildren: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Marked as an exercise by its tag or by the words that its reason begins with. */
  readonly isDrill: boolean;
  /** Where it is no change of an alarm's state: a text that somebody published, or what may be an alarm all the same. */
  readonly unreadable?: "text" | "alarm";
}

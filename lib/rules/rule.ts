import type { ValidatedEnvironment } from "../environment";
import type { Condition } from "./condition";
import type { Deviation } from "./deviation";
import type { Duration } from "./duration";
import type { BoardName, RuleName, RunbookName } from "./names";
import type { Severity } from "./severity";

/** A rule as data; every reading of it (CloudFormation, PromQL, the sentence in the alarm) is made from this. */
export interface Rule {
  readonly name: RuleName;
  readonly severity: Severity;
  /** Who it is about: "trading" stands still, or "telemetry" sees nothing. */
  readonly component: "trading" | "telemetry";
  readonly condition: Condition;
  /** The condition holds throughout this; "0s" fires on the first reading. */
  readonly for: Duration;
  /** Where the condition need not hold without a break: `for` is found within this. */
  readonly within?: Duration;
  /**
   * The alarm looks at one datapoint that is as long as `for`, in place of one a minute: then no gap and no flapping
   * within it can be read in two ways.
   */
  readonly inOneDatapoint?: true;
  /** One sample is enough for its minute; without it, all samples of the minute have to agree if `for` says anything. */
  readonly countsPeaks?: true;
  /** Without data the alarm keeps its state, fires or is ok. Only heartbeats fire on silence. */
  readonly whenMissing: "keep" | "fires" | "ok";
  /** It takes no action while one of these fires. */
  readonly inhibitedBy?: readonly Inhibition[];
  /** Shown on the board, and nobody is told: another rule tells of the same. */
  readonly isShownOnly?: true;
  /** What it is split by: an alarm for each, whose label stands in its name. */
  readonly perLabel?: (environment: ValidatedEnvironment) => readonly string[];
  /**
   * Besides, one alarm over all of them, for those without one of their own. With a `for` of its own it is another way
   * to see what the rule is about, and an environment's thresholds and durations are not for it.
   */
  readonly overall?: { readonly label: string; readonly condition: Condition; readonly for?: Duration };
  /** Where an environment makes another rule of it than the one declared; its own thresholds come on top. */
  readonly adapt?: (rule: Rule, environment: ValidatedEnvironment, label?: string) => Rule;
  /** Seconds between two samples of its metrics where they have an interval of their own; not declared but found. */
  readonly everySec?: number;
  /** Whether an environment has what it is about; left out, every one has. */
  readonly isWanted?: (environment: ValidatedEnvironment) => boolean;
  /** What has happened, without a full stop; the first words that a paged person reads. */
  readonly summary: string;
  /** What to do first. */
  readonly description: string;
  /** The file under docs/runbooks that has a section of the rule's name. */
  readonly runbook: RunbookName;
  readonly board: BoardName;
  /** The rule of the stack before this one that it mirrors; a rule without it can be switched off. */
  readonly prometheus?: PrometheusRule;
  /** Where the alarm is wanted to differ from Prometheus: from the mirrored rule, or from its own reading in PromQL. */
  readonly deviations?: readonly Deviation[];
}

export interface Inhibition {
  /** Where it is split, its alarm of the same label is meant. */
  readonly by: Rule;
  /** For so long after the other has ended it still takes no action. */
  readonly extension?: Duration;
}

/** A rule of the stack before this one, as it was meant. */
export interface PrometheusRule {
  readonly expr: string;
  readonly for: Duration;
}

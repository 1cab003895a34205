import type { Metric } from "../metric";
import type { Duration } from "./duration";
import type { BoardName, RuleName, RunbookName } from "./names";

/** Critical pages, warning goes to the chat, info to the board and by e-mail. */
export type Severity = "critical" | "warning" | "info";

export const SEVERITIES = ["critical", "warning", "info"] as const satisfies readonly Severity[];

export type Operator = ">" | ">=" | "<" | "<=" | "==";

/** One metric against one value, in each of its readings. */
export interface Threshold {
  readonly kind: "threshold";
  readonly metric: Metric;
  readonly labels: Readonly<Record<string, string>>;
  readonly operator: Operator;
  readonly value: number;
}

/** Nothing at all was published: the watcher itself is gone. */
export interface Silence {
  readonly kind: "silence";
  /** The heartbeat that is missed. */
  readonly metric: Metric;
}

export type Condition = Threshold | Silence;

/** A rule as data; every reading of it (CloudFormation, the sentence in the alarm) is made from this. */
export interface Rule {
  readonly name: RuleName;
  readonly severity: Severity;
  /** Who it is about: "trading" stands still, or "telemetry" sees nothing. */
  readonly component: "trading" | "telemetry";
  readonly condition: Condition;
  /** The condition holds throughout this; "0s" fires on the first reading. */
  readonly for: Duration;
  /** Without data the alarm keeps its state, fires or is ok. Only heartbeats fire on silence. */
  readonly whenMissing: "keep" | "fires" | "ok";
  /** What has happened, without a full stop; the first words that a paged person reads. */
  readonly summary: string;
  /** What to do first. */
  readonly description: string;
  /** The file under docs/runbooks that has a section of the rule's name. */
  readonly runbook: RunbookName;
  readonly board: BoardName;
  /** The rule of the stack before this one that it mirrors. */
  readonly prometheus: PrometheusRule;
}

export interface PrometheusRule {
  readonly expr: string;
  readonly for: Duration;
}

/** A threshold on a metric; labels other than the metric's own do not compile. */
export function threshold<Label extends string>(
  metric: Metric<Label>,
  operator: Operator,
  value: number,
  labels: Readonly<Record<Label, string>> = {} as Record<Label, string>,
): Threshold {
  return { kind: "threshold", metric, operator, value, labels };
}

/** The silence of a heartbeat, which is a metric without labels. */
export function silence(metric: Metric<never>): Silence {
  return { kind: "silence", metric };
}

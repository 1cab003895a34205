import type { Expression } from "./math/expression";
import type { MuteSchedule } from "../mute/schedule";
import type { RuleExpression } from "./composite-rule";
import type { MissingData } from "./state";
import type { Statistic } from "./aggregate";

/** One published metric: namespace, name and exactly these dimensions. */
export interface MetricKey {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One entry of an alarm's `Metrics`, or the one metric of an alarm without. */
export type Query =
  | { readonly id: string; readonly kind: "metric"; readonly metric: MetricKey; readonly statistic: Statistic }
  | { readonly id: string; readonly kind: "expression"; readonly expression: Expression };

export type Comparison =
  | "GreaterThanThreshold"
  | "GreaterThanOrEqualToThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

/** What its actions are, by the state that is entered. */
export interface Actions {
  readonly isEnabled: boolean;
  readonly ALARM: readonly string[];
  readonly OK: readonly string[];
  readonly INSUFFICIENT_DATA: readonly string[];
}

/** Where alarms are deployed; their ARNs are composed of it. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** An alarm on a metric or on metric math. */
export interface MetricAlarm {
  readonly kind: "metric";
  readonly name: string;
  readonly arn: string;
  readonly actions: Actions;
  /** In the order in which they can be computed. */
  readonly queries: readonly Query[];
  /** The query whose result is compared. */
  readonly returned: string;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** CloudWatch words its reasons differently where it was left out. */
  readonly saysDatapointsToAlarm: boolean;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly missing: MissingData;
  /** Set for a wall-clock window: seconds that its time zone is ahead of UTC. */
  readonly wallClock: { readonly aheadSec: number } | undefined;
  /** Seconds; 0 for none. */
  readonly warmUp: number;
  /** Whether warm-up lasts its whole time, however soon data come. */
  readonly warmUpIsFixed: boolean;
}

/** An alarm on the states of others. */
export interface CompositeAlarm {
  readonly kind: "composite";
  readonly name: string;
  readonly arn: string;
  readonly actions: Actions;
  readonly rule: RuleExpression;
  /** Names of the alarms that the rule speaks of. */
  readonly children: readonly string[];
  readonly suppressor: { readonly name: string; readonly wait: number; readonly extension: number } | undefined;
}

export type Alarm = MetricAlarm | CompositeAlarm;

/** Holds back the actions of some alarms while a window of its schedule is open. */
export interface MuteRule {
  readonly name: string;
  /** Names of its targets; those that are not judged here are passed over. */
  readonly alarms: readonly string[];
  readonly schedule: MuteSchedule;
}

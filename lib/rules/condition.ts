import { ENVIRONMENT_DIMENSION, type Metric, NAMESPACE } from "../metric";
import type { AwsMetric } from "./aws-metric";
import type { Duration } from "./duration";

export type Operator = ">" | ">=" | "<" | "<=" | "==";

/** In place of a label's value: each value that the rule is split by, an alarm for each. */
export const EACH = "*";

/** One metric against one value, in each of its readings. */
export interface Threshold {
  readonly kind: "threshold";
  readonly metric: Metric | AwsMetric;
  readonly labels: Readonly<Record<string, string>>;
  readonly operator: Operator;
  readonly value: number;
  /** Its average over this is compared, not each sample. */
  readonly averageOver?: Duration;
  /** Beside others, it does not count while this reads above 0. Unpublished, this holds nothing back. */
  readonly heldBackBy?: Series;
}

/** At least one of them holds; one that has no data does not. */
export interface AnyOf {
  readonly kind: "any";
  readonly of: readonly [Threshold, ...Threshold[]];
}

/** A threshold that counts for nothing while a flag is 1, and is not known while the flag is not. */
export interface Unless {
  readonly kind: "unless";
  readonly threshold: Threshold;
  readonly flag: Metric;
  /** Nor for so long after the flag has fallen. */
  readonly after?: Duration;
}

/** Nothing at all was published: the watcher itself is gone. */
export interface Silence {
  readonly kind: "silence";
  /** The heartbeat that is missed. */
  readonly metric: Metric | AwsMetric;
}

/** A metric as a condition reads it. */
export interface Series {
  readonly metric: Metric | AwsMetric;
  readonly labels: Readonly<Record<string, string>>;
}

/** A threshold that counts for nothing unless what is said of other metrics holds, and is not known while that is not. */
export interface While {
  readonly kind: "while";
  readonly threshold: Threshold;
  /** Of each list one has to hold, and a sample of the period that says otherwise is enough to hold it back. */
  readonly where: readonly (readonly Threshold[])[];
  /** Nor does it count where one of these has that very value, or a higher one: they have an alarm of their own. */
  readonly except: readonly Series[];
  /** A flag, such as whether Redis answers: where it was 0 at some time in the period nothing is known. */
  readonly answered?: Metric;
}

export type Condition = Threshold | AnyOf | Unless | While | Silence;

/** A threshold on a metric; labels other than the metric's own do not compile. */
export function threshold<Label extends string>(
  metric: Metric<Label>,
  operator: Operator,
  value: number,
  labels: Readonly<Record<Label, string>> = {} as Record<Label, string>,
): Threshold {
  return { kind: "threshold", metric, operator, value, labels };
}

/** A threshold on what AWS says of a resource of ours. */
export function awsThreshold(metric: AwsMetric, operator: Operator, value: number): Threshold {
  return { kind: "threshold", metric, operator, value, labels: {} };
}

/** A threshold on the average of all samples of so long; of a flag, that is the share of the time. */
export function averageOver(
  metric: Metric<never>,
  averaged: Duration,
  operator: Exclude<Operator, "==">,
  value: number,
): Threshold {
  return { kind: "threshold", metric, operator, value, labels: {}, averageOver: averaged };
}

/** At least one of several thresholds. */
export function any(...of: [Threshold, ...Threshold[]]): AnyOf {
  return { kind: "any", of };
}

/** A threshold, beside others, that does not count while a flag or a count is above 0. */
export function heldBackBy<Label extends string>(
  metric: Metric<Label>,
  labels: Readonly<Record<Label, string>>,
  one: Threshold,
): Threshold {
  return { ...one, heldBackBy: { metric, labels } };
}

/** A threshold, as long as a flag is 0, and has been for so long. */
export function unless(flag: Metric<never>, one: Threshold, after?: Duration): Unless {
  return { kind: "unless", threshold: one, flag, ...(after === undefined ? {} : { after }) };
}

/** A threshold, as long as others hold as well. */
export function during(where: readonly Threshold[], one: Threshold): While {
  return { kind: "while", threshold: one, where: where.map((each) => [each]), except: [] };
}

/** The same, where a flag that is 1 all the while is what makes its data count; without that nothing is known. */
export function whereAnswered(condition: While, answered: Metric<never>): While {
  return { ...condition, answered };
}

/** The silence of a heartbeat, which is a metric without labels. */
export function silence(metric: Metric<never> | AwsMetric): Silence {
  return { kind: "silence", metric };
}

/** Every threshold that makes a condition true, one of which is enough. */
export function thresholdsOf(condition: Condition): readonly Threshold[] {
  switch (condition.kind) {
    case "threshold":
      return [condition];
    case "any":
      return condition.of;
    case "unless":
    case "while":
      return [condition.threshold];
    case "silence":
      return [];
  }
}

/** All that a condition reads, in the order of its words. */
export function seriesOf(condition: Condition): readonly Series[] {
  switch (condition.kind) {
    case "silence":
      return [{ metric: condition.metric, labels: {} }];
    case "unless":
      return [condition.threshold, { metric: condition.flag, labels: {} }, ...holdingBack(condition)];
    case "while": {
      const { threshold: own, where, except, answered } = condition;
      const flag = answered ? [{ metric: answered, labels: {} }] : [];
      return [own, ...where.flat(), ...except, ...flag, ...holdingBack(condition)];
    }
    case "threshold":
      return [condition];
    case "any":
      return [...condition.of, ...holdingBack(condition)];
  }
}

/** What holds thresholds of a condition back, each once. */
export function holdingBack(condition: Condition): readonly Series[] {
  const all = thresholdsOf(condition).flatMap((one) => one.heldBackBy ?? []);
  return [...new Map(all.map((one) => [JSON.stringify([one.metric.name, one.labels]), one])).values()];
}

/** Every metric that a condition reads, in the order of its words. */
export function metricsOf(condition: Condition): readonly (Metric | AwsMetric)[] {
  return seriesOf(condition).map(({ metric }) => metric);
}

/** The same condition with each of its thresholds changed; what else has to hold stays, unless it is changed too. */
export function withThresholds(
  condition: Condition,
  change: (one: Threshold) => Threshold,
  changeOther: (one: Threshold) => Threshold = (one) => one,
): Condition {
  switch (condition.kind) {
    case "threshold":
      return change(condition);
    case "any": {
      const [first, ...others] = condition.of;
      return { ...condition, of: [change(first), ...others.map(change)] };
    }
    case "unless":
      return { ...condition, threshold: change(condition.threshold) };
    case "while": {
      const where = condition.where.map((some) => some.map(changeOther));
      return { ...condition, threshold: change(condition.threshold), where };
    }
    case "silence":
      return condition;
  }
}

/** Whether AWS publishes it, and not this project. */
export const isAws = (metric: Metric | AwsMetric): metric is AwsMetric => "namespace" in metric;

/** A metric as CloudWatch names it. */
export interface NamedMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** A metric by the names that it has in an environment. */
export function namedMetric(
  metric: Metric | AwsMetric,
  labels: Readonly<Record<string, string>>,
  environment: string,
): NamedMetric {
  const dimensions = isAws(metric)
    ? { [metric.dimension]: metric.resource(environment) }
    : { [ENVIRONMENT_DIMENSION]: environment, ...labels };
  return {
    Namespace: isAws(metric) ? metric.namespace : NAMESPACE,
    MetricName: metric.name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}

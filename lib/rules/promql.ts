import type { Metric } from "../metric";
import type { AwsMetric } from "./aws-metric";
import { EACH, isAws, type Operator, type Threshold, type Unless, type While } from "./condition";
import { type Duration, seconds } from "./duration";
import type { Rule } from "./rule";

/** A condition in PromQL, and how long it has to hold. */
export interface PromQl {
  readonly expr: string;
  readonly for: Duration;
}

/** By the minute, as the alarm's periods are. */
const STEP = "1m";
const STEP_SEC = 60;
/** Before Prometheus 3 a range has both of its ends: a second less, and no minute is counted that was not asked for. */
const BOTH_ENDS_SEC = 1;

/** A rule's own condition in PromQL; split by a label, all of it is one expression. */
export function promQl(rule: Rule): PromQl {
  const { condition, for: duration, within, countsPeaks } = rule;
  if (condition.kind === "silence") return { expr: `absent(${selector(condition.metric, {})})`, for: duration };
  const isPeak = countsPeaks === true;
  const expr = expression(condition, isPeak);
  if (within === undefined && !isPeak) return { expr, for: duration };
  const hits = seconds(duration) / STEP_SEC;
  return { expr: `count_over_time((${expr})[${range(within ?? duration)}:${STEP}]) >= ${hits}`, for: "0s" };
}

function expression(condition: Exclude<Rule["condition"], { kind: "silence" }>, isPeak: boolean): string {
  switch (condition.kind) {
    case "threshold":
      return compared(condition, isPeak);
    case "any":
      return condition.of.map((one) => `${compared(one, isPeak)}${heldBack(one)}`).join(" or ");
    case "unless":
      return `${compared(condition.threshold, isPeak)} and ${fallen(condition)} == 0${heldBack(condition.threshold)}`;
    case "while":
      return whileOthers(condition, isPeak);
  }
}

/** What is known only while something answers needs no word here: without that there is no series. */
function whileOthers({ threshold, where, except }: While, isPeak: boolean): string {
  const own = names(threshold.labels);
  const either = (some: readonly Threshold[]): string => some.map((one) => compared(one, isPeak)).join(" or ");
  const joined = (some: readonly Threshold[]): string => (some.length > 1 ? `(${either(some)})` : either(some));
  const others = except.map((one) => `${selector(one.metric, one.labels)} >= on () ${selector(threshold.metric, {})}`);
  return `${[
    compared(threshold, isPeak),
    // What is said of all has not the labels of one.
    ...where.map((some) => `and ${some.some(({ labels }) => names(labels) !== own) ? "on () " : ""}${joined(some)}`),
    ...(others.length > 0 ? [`unless on () (${others.join(" or ")})`] : []),
  ].join(" ")}${heldBack(threshold)}`;
}

/** `unless` binds more tightly than `or`, and from left to right with `and`. */
function heldBack({ labels, heldBackBy }: Threshold): string {
  if (heldBackBy === undefined) return "";
  const on = names(heldBackBy.labels) === names(labels) ? "" : "on () ";
  return ` unless ${on}${selector(heldBackBy.metric, heldBackBy.labels)} > 0`;
}

const names = (labels: object): string => Object.keys(labels).toSorted().join(" ");

function fallen({ flag, after }: Unless): string {
  return after === undefined ? selector(flag, {}) : `max_over_time(${selector(flag, {})}[${after}])`;
}

function compared({ metric, labels, operator, value, averageOver }: Threshold, isPeak: boolean): string {
  const series = selector(metric, labels);
  return `${read(series, operator, averageOver, isPeak)} ${operator} ${value}`;
}

function read(series: string, operator: Operator, averaged: Duration | undefined, isPeak: boolean): string {
  if (averaged !== undefined) return `avg_over_time(${series}[${averaged}])`;
  if (!isPeak) return series;
  return `${operator.startsWith("<") ? "min" : "max"}_over_time(${series}[${range(STEP)}])`;
}

const range = (duration: Duration): Duration => `${seconds(duration) - BOTH_ENDS_SEC}s`;

function selector(metric: Metric | AwsMetric, labels: Readonly<Record<string, string>>): string {
  const named = Object.entries(labels).filter(([, value]) => value !== EACH);
  const matchers = named.map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return matchers.length > 0 ? `${seriesName(metric)}{${matchers.join(", ")}}` : seriesName(metric);
}

/** What a metric's series are called in Prometheus. */
export const seriesName = (metric: Metric | AwsMetric): string => (isAws(metric) ? exportedName(metric) : metric.name);

/** As exporters of CloudWatch call it: aws_lambda_errors_sum. */
function exportedName({ namespace, name, statistic }: AwsMetric): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3_$2$4");
  return [namespace.replace("/", "_"), words, statistic].join("_").toLowerCase();
}

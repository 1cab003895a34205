import type { Metric } from "../metric";
import type { AwsMetric } from "./aws-metric";
import { type Condition, isAws, type Operator, type Threshold, type Unless, type While } from "./condition";
import { inWords } from "./duration";
import type { Rule } from "./rule";
import type { Window } from "./window";

const IN_WORDS: Readonly<Record<Operator, string>> = {
  ">": "is above",
  ">=": "is at least",
  "<": "is below",
  "<=": "is at most",
  "==": "is",
};

/** The condition as one English sentence, with the window that CloudWatch looks at. */
export function sentence(rule: Rule, { period, periods, hits }: Window): string {
  return `Fires when ${holding(rule)} (${hits} of ${periods} periods of ${period} s).`;
}

/** With how long it has to hold, which of a flag is said by itself. */
function holding(rule: Rule): string {
  const { condition } = rule;
  if (condition.kind !== "unless") return `${conditionInWords(condition)}${duration(rule)}`;
  return `${bare(condition.threshold)}${duration(rule)} while ${condition.flag.name} is 0${fallenFor(condition)}${besides(condition.threshold)}`;
}

/** The condition alone, without how long it has to hold. */
export function conditionInWords(condition: Condition): string {
  switch (condition.kind) {
    case "threshold":
      return compared(condition);
    case "any":
      return condition.of.map(compared).join(" or ");
    case "unless":
      return `${bare(condition.threshold)} while ${condition.flag.name} is 0${fallenFor(condition)}${besides(condition.threshold)}`;
    case "while": {
      const others = condition.where.map((some) => some.map(compared).join(" or ")).join(" and ");
      const { answered } = condition;
      const throughout = answered === undefined ? "" : `, and ${answered.name} is 1 throughout`;
      const held = besides(condition.threshold);
      return `${bare(condition.threshold)} while ${others}${exceptions(condition)}${throughout}${held}`;
    }
    case "silence":
      return `${named(condition.metric)} is missing`;
  }
}

/** Metrics are named once: there are as many of a kind as symbols. */
function exceptions({ except }: While): string {
  const names = [...new Set(except.map(({ metric }) => named(metric)))];
  const labelsOf = (name: string): string =>
    except.flatMap(({ metric, labels }) => (named(metric) === name ? Object.values(labels) : [])).join(", ");
  return names.map((name) => `, and is above ${name} of each of ${labelsOf(name)}`).join("");
}

/** A threshold with what holds it back. */
const compared = (one: Threshold): string =>
  one.heldBackBy === undefined ? bare(one) : `${bare(one)} while ${named(one.heldBackBy.metric)} is 0`;

/** What holds it back, after words that say while what it counts. */
const besides = ({ heldBackBy }: Threshold): string =>
  heldBackBy === undefined ? "" : `, unless ${named(heldBackBy.metric)} is above 0`;

function bare({ metric, labels, operator, value, averageOver }: Threshold): string {
  const of = Object.entries(labels).map(([name, label]) => `${name} ${label}`);
  const what = [named(metric), ...(of.length > 0 ? [`of ${of.join(", ")}`] : [])].join(" ");
  const read = averageOver === undefined ? what : `the average of ${what} over ${inWords(averageOver)}`;
  return `${read} ${IN_WORDS[operator]} ${value}`;
}

const fallenFor = ({ after }: Unless): string => (after === undefined ? "" : `, and has been for ${inWords(after)}`);

const named = (metric: Metric | AwsMetric): string =>
  isAws(metric) ? `${metric.statistic} of ${metric.namespace} ${metric.name}` : metric.name;

function duration({ for: length, within, countsPeaks }: Rule): string {
  if (length === "0s") return "";
  const once = countsPeaks ? " at some time" : "";
  if (within !== undefined) return `${once} in ${inWords(length)} of ${inWords(within)}`;
  return countsPeaks ? `${once} in each of ${inWords(length)}` : ` for ${inWords(length)}`;
}

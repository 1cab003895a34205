import type { ValidatedEnvironment } from "../environment";
import type { Metric } from "../metric";
import type { AwsMetric } from "./aws-metric";
import { EACH, isAws, type Series, type Threshold, withThresholds } from "./condition";
import { alarmName } from "./names";
import { isEnabled } from "./override";
import { readable } from "./published";
import type { Rule } from "./rule";

/** What a rule is split by in an environment, `undefined` standing for one alarm of its own; nothing if switched off. */
export function labelsOf(rule: Rule, environment: ValidatedEnvironment): readonly (string | undefined)[] {
  if (!exists(rule, environment)) return [];
  const labels = rule.perLabel ? rule.perLabel(environment) : [undefined];
  return rule.overall ? [...labels, rule.overall.label] : labels;
}

/** Whether an environment has a rule at all: it publishes what the rule reads, and has not switched it off. */
export function exists(rule: Rule, environment: ValidatedEnvironment): boolean {
  const isWanted = isEnabled(rule, environment.rules) && rule.isWanted?.(environment) !== false;
  return isWanted && readable(rule.condition, environment) !== undefined;
}

/** The rule about one of what it is split by. */
export function labelled(rule: Rule, label: string | undefined): Rule {
  if (label === undefined) return rule;
  const filled = <T extends Series>(one: T): T => {
    const labels = Object.entries(one.labels).map(([name, value]) => [name, value === EACH ? label : value]);
    return { ...one, metric: ofLabel(one.metric, label), labels: Object.fromEntries(labels) as Record<string, string> };
  };
  const fill = (one: Threshold): Threshold =>
    one.heldBackBy === undefined ? filled(one) : { ...filled(one), heldBackBy: filled(one.heldBackBy) };
  const condition = withThresholds(rule.condition, fill, fill);
  if (condition.kind !== "silence") return { ...rule, condition };
  return { ...rule, condition: { ...condition, metric: ofLabel(condition.metric, label) } };
}

/** What AWS says of one of the resources that a rule is split by. */
function ofLabel(metric: Metric | AwsMetric, label: string): Metric | AwsMetric {
  return isAws(metric) ? { ...metric, resource: (environment) => metric.resource(environment, label) } : metric;
}

/** The names of the alarms that act for a rule in an environment. */
export function alarmNamesOf(rule: Rule, environment: ValidatedEnvironment): string[] {
  return labelsOf(rule, environment).map((label) => alarmName(environment.name, rule.name, label));
}

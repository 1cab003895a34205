import { ConfigError } from "../errors";
import { type Condition, thresholdsOf, withThresholds } from "./condition";
import type { Duration } from "./duration";
import type { RuleName } from "./names";
import type { Rule } from "./rule";

/** What an environment may change of a rule; each stands for the rule's own. */
export interface RuleOverride {
  /** False for a rule that mirrors none of the stack before this one. */
  readonly enabled?: boolean;
  /** The threshold, where the rule has one or the same for all its metrics. */
  readonly value?: number;
  /** Thresholds by the name of their metric, where they differ. */
  readonly values?: Readonly<Record<string, number>>;
  readonly for?: Duration;
}

export type RuleOverrides = Readonly<Partial<Record<RuleName, RuleOverride>>>;

/** Whether an environment has the rule at all; throws ConfigError where one that has to stay is switched off. */
export function isEnabled({ name, prometheus }: Rule, overrides: RuleOverrides): boolean {
  const isOn = overrides[name]?.enabled ?? true;
  if (!isOn && prometheus) {
    throw new ConfigError(`rules.${name}.enabled is false, but the rule mirrors one of the stack before and stays on`);
  }
  return isOn;
}

/** The rule as one environment wants it; throws ConfigError for a value where there is no threshold to change. */
export function overridden(rule: Rule, overrides: RuleOverrides): Rule {
  const { value, values = {}, for: duration = rule.for } = overrides[rule.name] ?? {};
  checkDuration(rule, duration);
  const condition = value === undefined ? rule.condition : withValue(rule, value);
  return { ...rule, for: duration, condition: withValues(rule.name, condition, values) };
}

/** A rule without a duration fires on the first reading, of which it takes the worst; with one it would mean another thing. */
function checkDuration({ name, for: own }: Rule, wanted: Duration): void {
  if (own === "0s" && wanted !== own) {
    throw new ConfigError(`rules.${name}.for is ${wanted}, but the rule fires on the first reading`);
  }
}

function withValue({ name, condition }: Rule, value: number): Condition {
  const own = new Set(thresholdsOf(condition).map((one) => one.value));
  if (own.size === 0) throw new ConfigError(`rules.${name}.value is set, but the rule has no threshold`);
  if (own.size > 1) {
    throw new ConfigError(`rules.${name}.value is set, but the rule has several thresholds: say values, by metric`);
  }
  return withThresholds(condition, (one) => ({ ...one, value }));
}

function withValues(name: RuleName, condition: Condition, values: Readonly<Record<string, number>>): Condition {
  const known = thresholdsOf(condition).map(({ metric }) => metric.name);
  const strange = Object.keys(values).find((metric) => !known.includes(metric));
  if (strange !== undefined) {
    throw new ConfigError(
      `rules.${name}.values has ${strange}, but the rule has ${known.join(", ") || "no threshold"}`,
    );
  }
  return withThresholds(condition, (one) => ({ ...one, value: values[one.metric.name] ?? one.value }));
}

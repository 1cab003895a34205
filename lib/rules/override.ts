import { ConfigError } from "../errors";
import type { Duration } from "./duration";
import type { RuleName } from "./names";
import type { Rule } from "./rule";

/** What an environment may change of a rule; each stands for the rule's own. */
export interface RuleOverride {
  readonly value?: number;
  readonly for?: Duration;
}

export type RuleOverrides = Readonly<Partial<Record<RuleName, RuleOverride>>>;

/** The rule as one environment wants it; throws ConfigError for a value where there is no threshold to change. */
export function overridden(rule: Rule, overrides: RuleOverrides): Rule {
  const { value, for: duration = rule.for } = overrides[rule.name] ?? {};
  if (value === undefined) return { ...rule, for: duration };
  if (rule.condition.kind !== "threshold") {
    throw new ConfigError(`rules.${rule.name}.value is set, but the rule has no threshold`);
  }
  return { ...rule, for: duration, condition: { ...rule.condition, value } };
}

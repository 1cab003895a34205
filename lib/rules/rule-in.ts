import type { ValidatedEnvironment } from "../environment";
import { metricsOf } from "./condition";
import { exists, labelled } from "./labels";
import { overridden } from "./override";
import { familyOf, readable } from "./published";
import type { Inhibition, Rule } from "./rule";

/**
 * A rule as an environment has it, about one of what it is split by: of what is published there, with thresholds of the
 * environment's own, the label filled in, and inhibited by rules as they are there.
 */
export function ruleIn(declared: Rule, environment: ValidatedEnvironment, label?: string): Rule {
  const { overall } = declared;
  const other = overall?.label === label ? overall : undefined;
  const chosen = other ? { ...declared, condition: other.condition, for: other.for ?? declared.for } : declared;
  const adapted = chosen.adapt?.(chosen, environment, label) ?? chosen;
  const condition = readable(adapted.condition, environment) ?? adapted.condition;
  const own = { ...adapted, condition };
  const rule = labelled(other?.for === undefined ? overridden(own, environment.rules) : own, label);
  return { ...rule, ...intervalOf(rule, environment), ...inhibitionsOf(rule, environment, label) };
}

function intervalOf({ condition }: Rule, { harvest }: ValidatedEnvironment): Pick<Rule, "everySec"> {
  // By what it is about: what only holds it back comes with every sample.
  const [own] = metricsOf(condition);
  const isHarvest = own !== undefined && familyOf(own) === "harvest";
  return isHarvest && harvest.intervalSec !== undefined ? { everySec: harvest.intervalSec } : {};
}

function inhibitionsOf(
  { inhibitedBy }: Rule,
  environment: ValidatedEnvironment,
  label: string | undefined,
): Pick<Rule, "inhibitedBy"> {
  if (!inhibitedBy) return {};
  const there = inhibitedBy.filter(({ by }) => exists(by, environment));
  const asThere = (one: Inhibition): Inhibition => ({
    ...one,
    by: ruleIn(one.by, environment, one.by.perLabel ? label : undefined),
  });
  return { inhibitedBy: there.map(asThere) };
}

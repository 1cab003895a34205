import { ConfigError } from "../errors";
import { publishedWithoutRedis } from "../exporter";
import { isAws, metricsOf } from "./condition";
import type { Inhibition, Rule } from "./rule";

/**
 * The one inhibition for which a rule needs a suppressor, if any. Where the other rule is about a lost Redis, a rule that
 * keeps its state and whose metrics are withheld meanwhile is quiet by itself. Throws ConfigError for what no composite
 * alarm could do.
 */
export function suppressionOf(rule: Rule): Inhibition | undefined {
  const needed = rule.isShownOnly ? [] : (rule.inhibitedBy ?? []).filter((one) => !isQuietAnyway(rule, one));
  const [first, second] = needed;
  if (second) throw new ConfigError(`rules.${rule.name} needs two suppressors, and a composite alarm has one`);
  if (first && rule.severity === "critical") {
    throw new ConfigError(`rules.${rule.name} is critical, and a suppressor would make it wait`);
  }
  return first;
}

function isQuietAnyway({ condition, whenMissing }: Rule, { by }: Inhibition): boolean {
  // A condition of any metric makes 0 of what is missing, and would end.
  const keeps = whenMissing === "keep" && condition.kind !== "any";
  const isLostRedis = by.name === "RedisDown";
  return keeps && isLostRedis && metricsOf(condition).every((one) => !isAws(one) && !publishedWithoutRedis.has(one));
}

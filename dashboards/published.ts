import type { ValidatedEnvironment } from "../lib/environment";
import type { Metric, Tier } from "../lib/metric";
import { familyOf } from "../lib/rules/published";

const TIERS: readonly Tier[] = ["alarmed", "boarded", "logged"];

/** Why an environment does not publish a metric, in a few words; undefined where it does. */
export function whyAbsent(metric: Metric, environment: ValidatedEnvironment): string | undefined {
  const { name, tier, collectors } = environment;
  const family = familyOf(metric);
  if (family !== undefined && !collectors.includes(family)) return `${name} does not collect ${family}.`;
  if (TIERS.indexOf(metric.tier) <= TIERS.indexOf(tier)) return undefined;
  return `${name} publishes what alarms read and no more; this is in its log.`;
}

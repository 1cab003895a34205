import { families, FAMILIES, type Family } from "../lib/collectors";
import type { ValidatedEnvironment } from "../lib/environment";
import { functionsOf } from "../lib/environments/functions";
import { runMetrics } from "../lib/exporter";
import type { Metric, Tier } from "../lib/metric";

const TIERS: readonly Tier[] = ["alarmed", "boarded", "logged"];

/** Why an environment does not publish a metric, in a few words; undefined where it does. */
export function whyAbsent(metric: Metric, environment: ValidatedEnvironment): string | undefined {
  const { name, tier, collectors } = environment;
  const family = familyOf(metric);
  if (family !== undefined && !collectors.includes(family)) return `${name} does not collect ${family}.`;
  if (TIERS.indexOf(metric.tier) <= TIERS.indexOf(tier)) return undefined;
  return `${name} publishes what alarms read and no more; this is in its log.`;
}

/** Whether several functions share the harvest's symbols, so that its counts come in parts. */
export function isShared(environment: ValidatedEnvironment): boolean {
  return functionsOf(environment).some(({ part }) => part !== undefined);
}

/** Undefined for what is said of every collector's run, whatever its family. */
function familyOf(metric: Metric): Family | undefined {
  if ((runMetrics as readonly Metric[]).includes(metric)) return undefined;
  return FAMILIES.find((family) => {
    const { collectors, report } = families[family];
    return [...collectors.flatMap(({ metrics }) => metrics), ...report.metrics].includes(metric);
  });
}

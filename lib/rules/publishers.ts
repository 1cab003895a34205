import { families, FAMILIES, type Family } from "../collectors";
import type { ValidatedEnvironment } from "../environment";
import { type CollectFunction, functionsOf } from "../environments/functions";
import { collectName } from "../environments/names";
import { collectorUp, exporterUp } from "../exporter";
import { harvestExporterUp } from "../harvest/report";
import { NAMESPACE } from "../metric";
import { type NamedMetric, namedMetric } from "./condition";
import { publishedUnder } from "./published";

/** The functions of an environment that publish a metric; undefined for a metric that is not ours. */
export function publishersOf(
  { Namespace, MetricName, Dimensions }: NamedMetric,
  environment: ValidatedEnvironment,
): readonly CollectFunction[] | undefined {
  if (Namespace !== NAMESPACE) return undefined;
  const collector = Dimensions.find(({ Name }) => Name === "Collector")?.Value;
  const isOfRun = MetricName === collectorUp.name && collector !== undefined;
  const family = isOfRun ? collecting(collector) : publishedUnder(MetricName);
  return functionsOf(environment).filter(({ collectors }) => family === undefined || collectors.includes(family));
}

function collecting(name: string): Family | undefined {
  return FAMILIES.find((family) => families[family].collectors.some((one) => one.name === name));
}

/**
 * What falls silent with a function, and whose silence is told: a heartbeat that no other function publishes, or that
 * Lambda has not run it.
 */
export function heartbeatOf({ name, collectors, part }: CollectFunction, environment: string): NamedMetric {
  if (collectors.includes("safety")) return namedMetric(exporterUp, {}, environment);
  if (collectors.includes("harvest") && part === undefined) return namedMetric(harvestExporterUp, {}, environment);
  const Dimensions = [{ Name: "FunctionName", Value: collectName(environment, name) }];
  return { Namespace: "AWS/Lambda", MetricName: "Invocations", Dimensions };
}

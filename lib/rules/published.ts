import { families, FAMILIES, type Family } from "../collectors";
import type { ValidatedEnvironment } from "../environment";
import { ofPart } from "../harvest/metrics";
import type { Metric } from "../metric";
import type { AwsMetric } from "./aws-metric";
import { type Condition, isAws, metricsOf, type Threshold, withThresholds } from "./condition";

/** Metrics of one family; those that every run publishes are of none. */
const FAMILY_OF: ReadonlyMap<Metric, Family> = new Map(
  FAMILIES.flatMap((family) => {
    const { collectors, report } = families[family];
    const metrics: readonly Metric[] = [...collectors.flatMap((one) => one.metrics), ...report.metrics];
    return metrics.map((metric) => [metric, family] as const);
  }),
);

/** The family whose collectors publish a metric; undefined for those of AWS, and for what is said of every run. */
export function familyOf(metric: Metric | AwsMetric): Family | undefined {
  return isAws(metric) ? undefined : FAMILY_OF.get(metric);
}

/** The same by the metric's name. */
export function publishedUnder(name: string): Family | undefined {
  for (const [metric, family] of FAMILY_OF) if (metric.name === name) return family;
  return undefined;
}

type Collecting = Pick<ValidatedEnvironment, "collectors">;

/**
 * As much of a condition as an environment publishes metrics for: of several thresholds those that can be read, without
 * what holds back, or the flag by which data count, where nobody says that, and of everything else all or nothing.
 */
export function readable(declared: Condition, { collectors }: Collecting): Condition | undefined {
  const isPublished = (metric: Metric | AwsMetric): boolean => {
    const family = familyOf(metric);
    return family === undefined || collectors.includes(family);
  };
  const condition = withThresholds(declared, ({ heldBackBy, ...one }) =>
    heldBackBy && isPublished(heldBackBy.metric) ? { ...one, heldBackBy } : one,
  );
  if (condition.kind === "while" && condition.answered && !isPublished(condition.answered)) {
    const { answered: _, ...alone } = condition;
    return readable(alone, { collectors });
  }
  if (condition.kind !== "any") return metricsOf(condition).every(isPublished) ? condition : undefined;
  const [first, ...others] = condition.of.filter(({ metric }) => isPublished(metric));
  if (first === undefined) return undefined;
  return others.length === 0 ? first : { ...condition, of: [first, ...others] };
}

/** Of how many functions each reads a share of the harvest's symbols; 1 where one reads all. */
export function partsOf({ functions = [] }: Pick<ValidatedEnvironment, "functions">): number {
  return functions.find(({ part }) => part !== undefined)?.part?.of ?? 1;
}

/** A threshold on a count as one a part, where that is how it is published. */
export function inParts(
  one: Threshold,
  environment: Pick<ValidatedEnvironment, "functions">,
): [Threshold, ...Threshold[]] {
  const parts = partsOf(environment);
  const metric = isAws(one.metric) ? one.metric : ofPart(one.metric);
  if (parts === 1 || metric === one.metric) return [one];
  const ofNumber = (number: number): Threshold => ({ ...one, metric, labels: { ...one.labels, Part: String(number) } });
  return [ofNumber(1), ...Array.from({ length: parts - 1 }, (_, place) => ofNumber(place + 2))];
}

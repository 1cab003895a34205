import { STATISTICS } from "./aggregate";
import type { MetricKey, Query } from "./definition";
import { idsIn } from "./math/expression";
import { parseExpression } from "./math/parse";
import { returnedSeries } from "./metric-evaluation";
import type { PropertyReader } from "./property-reader";

/** What an alarm reads and compares. */
export interface Queries {
  /** Each after those that it names. */
  readonly queries: readonly Query[];
  readonly returned: string;
  /** Seconds. */
  readonly period: number;
}

// Recorded data carry no unit, so that one which is asked for does not matter.
const STAT_KEYS = new Set(["Metric", "Period", "Stat", "Unit"]);
const QUERY_KEYS = new Set(["Id", "MetricStat", "Expression", "Label", "ReturnData", "Period"]);
const METRIC_KEYS = new Set(["Namespace", "MetricName", "Dimensions"]);
/** What an alarm says of its one metric, and not beside `Metrics` (PutMetricAlarm). */
const SINGLE_KEYS = ["Namespace", "MetricName", "Dimensions", "Statistic", "Period", "Unit"] as const;
const DIMENSION_KEYS = new Set(["Name", "Value"]);

/** The one metric of an alarm, or its `Metrics`; throws ConfigError for what does not make one series. */
export function readQueries(read: PropertyReader): Queries {
  if (!read.has("Metrics")) return single(read);
  const beside = SINGLE_KEYS.filter((key) => read.has(key));
  if (beside.length > 0) read.fail(`has ${beside.join(", ")} beside Metrics`);
  const metrics = read.objects("Metrics", QUERY_KEYS);
  const found = {
    queries: inOrder(read, metrics),
    returned: returnedBy(read, metrics),
    period: periodOf(read, metrics),
  };
  const empty = found.queries.filter(({ kind }) => kind === "metric").map(({ id }) => [id, [null]] as const);
  read.naming(() => returnedSeries(found, [0], new Map(empty)));
  return found;
}

function single(read: PropertyReader): Queries {
  const statistic = read.choice("Statistic", STATISTICS);
  const period = validPeriod(read, read.number("Period"));
  return {
    queries: [{ id: "metric", kind: "metric", metric: metricKey(read), statistic }],
    returned: "metric",
    period,
  };
}

function periodOf(read: PropertyReader, metrics: readonly PropertyReader[]): number {
  const periods = metrics.flatMap((one) => {
    const own = one.object("MetricStat", STAT_KEYS) ?? one;
    return own.has("Period") ? [own.number("Period")] : [];
  });
  const [period, ...others] = new Set(periods);
  if (period === undefined || others.length > 0) read.fail("needs one Period, the same for all its Metrics");
  return validPeriod(read, period);
}

function validPeriod(read: PropertyReader, period: number): number {
  if ([10, 20, 30].includes(period) || (period > 0 && period % 60 === 0)) return period;
  return read.fail(`has Period ${period}, but CloudWatch takes 10, 20, 30 and multiples of 60`);
}

function inOrder(read: PropertyReader, metrics: readonly PropertyReader[]): Query[] {
  const left = new Map(metrics.map((one) => [one.text("Id"), query(one)]));
  const all = new Set(left.keys());
  if (all.size < metrics.length) read.fail("has two Metrics with one Id");
  const placed: Query[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter((one) => !namedBy(one).some((id) => left.has(id)));
    if (free.length === 0) read.fail("has expressions that name each other");
    for (const one of free) left.delete(one.id);
    placed.push(...free);
  }
  const unknown = placed.flatMap(namedBy).find((id) => !all.has(id));
  if (unknown !== undefined) read.fail(`has an expression that names ${unknown}, which is none of its Metrics`);
  return placed;
}

const namedBy = (one: Query): string[] => (one.kind === "metric" ? [] : idsIn(one.expression));

function query(read: PropertyReader): Query {
  const id = read.text("Id");
  const stat = read.object("MetricStat", STAT_KEYS);
  if (stat === undefined) {
    return { id, kind: "expression", expression: read.naming(() => parseExpression(read.text("Expression"))) };
  }
  const metric = stat.object("Metric", METRIC_KEYS) ?? stat.fail("has a MetricStat without Metric");
  return { id, kind: "metric", metric: metricKey(metric), statistic: stat.choice("Stat", STATISTICS) };
}

function returnedBy(read: PropertyReader, metrics: readonly PropertyReader[]): string {
  const [only, ...others] = metrics.filter((one) => one.flag("ReturnData", true));
  if (only === undefined || others.length > 0) read.fail("must return the data of exactly one of its Metrics");
  return only.text("Id");
}

function metricKey(read: PropertyReader): MetricKey {
  const dimensions = read.objects("Dimensions", DIMENSION_KEYS).map((one) => [one.text("Name"), one.text("Value")]);
  const names = dimensions.map(([name]) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) read.fail(`has Dimensions that name ${twice} twice`);
  return {
    namespace: read.text("Namespace"),
    name: read.text("MetricName"),
    dimensions: Object.fromEntries(dimensions) as Record<string, string>,
  };
}

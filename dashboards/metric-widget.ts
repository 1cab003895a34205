import type { ValidatedEnvironment } from "../lib/environment";
import { ConfigError } from "../lib/errors";
import type { Metric } from "../lib/metric";
import { type Threshold, thresholdsOf } from "../lib/rules/condition";
import { overridden } from "../lib/rules/override";
import type { Rule } from "../lib/rules/rule";
import { bandsIn, type Colour, type FixedBand } from "./bands";
import type { Graph } from "./board";

type Properties = Readonly<Record<string, unknown>>;

const HEX: Readonly<Record<Colour, string>> = { green: "#2ca02c", yellow: "#e5b500", red: "#d62728" };

/** Needles and numbers show the newest 30 s: two samples at the usual interval, so that none is empty. */
export const NEWEST_SEC = 30;

/** A gauge of a metric that is 0 or 1; the half around the value that the rule fires on is red. */
export function flagProperties(rule: Rule, metric: Metric, environment: ValidatedEnvironment): Properties {
  const { value } = flagThreshold(rule, metric, environment);
  const [low, high]: [Colour, Colour] = value === 1 ? ["green", "red"] : ["red", "green"];
  const bands: [FixedBand, FixedBand] = [
    { from: 0, colour: low },
    { from: 0.5, colour: high },
  ];
  return gaugeProperties(bands, 1);
}

/** What the rule says of the metric itself, else of the only other flag that it reads. */
function flagThreshold(rule: Rule, metric: Metric, environment: ValidatedEnvironment): Threshold {
  const flags = thresholdsOf(overridden(rule, environment.rules).condition).filter(({ operator }) => operator === "==");
  const found = flags.find((one) => one.metric.name === metric.name) ?? (flags.length === 1 ? flags[0] : undefined);
  if (found === undefined) throw new ConfigError(`${rule.name}: is not about a flag, so its colours are not known`);
  return found;
}

/** A gauge in colours; CloudWatch asks for both ends of it. */
export function gaugeProperties(bands: readonly [FixedBand, ...FixedBand[]], max: number): Properties {
  return {
    view: "gauge",
    period: NEWEST_SEC,
    yAxis: { left: { min: bands[0].from, max } },
    annotations: {
      horizontal: bands.map(({ from, colour }, index) => [
        { value: bands[index + 1]?.from ?? max, color: HEX[colour] },
        { value: from },
      ]),
    },
  };
}

/** The newest value, over a small line of those before it. */
export function valueProperties(): Properties {
  return { view: "singleValue", sparkline: true, period: NEWEST_SEC };
}

/** A graph over time; above the highest line it is filled. */
export function graphProperties(graph: Graph, environment: ValidatedEnvironment): Properties {
  const { period, stacked = false, goesBelowZero = false, max } = graph;
  const horizontal = annotations(bandsIn(environment, graph.bands ?? []));
  const left = { ...(goesBelowZero ? {} : { min: 0 }), ...(max === undefined ? {} : { max }) };
  return {
    view: "timeSeries",
    stacked,
    period,
    ...(Object.keys(left).length > 0 ? { yAxis: { left } } : {}),
    ...(horizontal.length > 0 ? { annotations: { horizontal } } : {}),
  };
}

/** Lines, the highest filled above; bands that have no lower end colour the whole graph. */
function annotations(bands: readonly FixedBand[]): readonly unknown[] {
  const isWhole = bands[0]?.from === Number.NEGATIVE_INFINITY;
  return bands.map(({ from, colour, label }, index) => {
    const line = { color: HEX[colour], ...(label === undefined ? {} : { label }) };
    const next = bands[index + 1];
    if (next === undefined) return { value: from, ...line, fill: "above" };
    if (!isWhole) return { value: from, ...line };
    return index === 0
      ? { value: next.from, ...line, fill: "below" }
      : [{ value: next.from, ...line }, { value: from }];
  });
}

import type { ValidatedEnvironment } from "../lib/environment";
import { ConfigError } from "../lib/errors";
import { ENVIRONMENT_DIMENSION, NAMESPACE } from "../lib/metric";
import { overridden } from "../lib/rules/override";
import type { Rule } from "../lib/rules/rule";
import type { Band, Colour, Period, Series } from "./board";

type Properties = Readonly<Record<string, unknown>>;

const HEX: Readonly<Record<Colour, string>> = { green: "#2ca02c", yellow: "#e5b500", red: "#d62728" };

/** Needles and numbers show the newest 30 s: two samples at the usual interval, so that none is empty. */
const NEWEST_SEC = 30;

/** A metric as a widget names it: namespace, name, dimensions, and how it is read. */
export function metricOf({ metric, labels, label, counted, axis }: Series, environment: string): readonly unknown[] {
  const dimensions = Object.entries({ [ENVIRONMENT_DIMENSION]: environment, ...labels }).flat();
  const stat = counted ? "SampleCount" : metric.read;
  return [NAMESPACE, metric.name, ...dimensions, { label, stat, ...(axis ? { yAxis: axis } : {}) }];
}

/** A gauge of a metric that is 0 or 1; the half around the value that the rule fires on is red. */
export function flagProperties(rule: Rule, environment: ValidatedEnvironment): Properties {
  const { condition } = overridden(rule, environment.rules);
  if (condition.kind !== "threshold" || condition.operator !== "==") {
    throw new ConfigError(`${rule.name}: is not about a flag, so its colours are not known`);
  }
  const [low, high]: [Colour, Colour] = condition.value === 1 ? ["green", "red"] : ["red", "green"];
  const bands: [Band, Band] = [
    { from: 0, colour: low },
    { from: 0.5, colour: high },
  ];
  return gaugeProperties(bands, 1);
}

/** A gauge in colours; CloudWatch asks for both ends of it. */
export function gaugeProperties(bands: readonly [Band, ...Band[]], max: number): Properties {
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
export function graphProperties(period: Period, bands: readonly Band[]): Properties {
  const horizontal = bands.map(({ from, colour }, index) => ({
    value: from,
    color: HEX[colour],
    ...(index === bands.length - 1 ? { fill: "above" } : {}),
  }));
  return {
    view: "timeSeries",
    stacked: false,
    period,
    yAxis: { left: { min: 0 } },
    ...(bands.length > 0 ? { annotations: { horizontal } } : {}),
  };
}

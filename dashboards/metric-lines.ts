import type { ValidatedEnvironment } from "../lib/environment";
import { ofPart } from "../lib/harvest/metrics";
import { ENVIRONMENT_DIMENSION, type Metric, NAMESPACE } from "../lib/metric";
import { partsOf } from "../lib/rules/published";
import type { Period, Series } from "./board";

/** One entry of a widget's `metrics`: namespace, name, dimensions and rendering, or an expression. */
export type Line = readonly unknown[];

/** Series as a widget names them in an environment; ids in it are unique. */
export function linesOf(all: readonly Series[], environment: ValidatedEnvironment, period: Period): readonly Line[] {
  return all.flatMap((one, place) => linesOfOne(one, place, environment, period));
}

function linesOfOne(one: Series, place: number, environment: ValidatedEnvironment, period: Period): readonly Line[] {
  const { metric, labels, label, weight } = one;
  if (one.each === "symbol") {
    return environment.symbols.map((symbol) =>
      metricLine({ ...one, labels: { ...labels, Symbol: symbol }, label: `${symbol} ${label}`.trim() }, environment),
    );
  }
  const id = `e${place}`;
  if (one.each === "found") {
    const named = metric.labels.map((name) => `\${PROP('Dim.${name}')}`).join(" ");
    return [expression(one, { id, expression: search(metric, labels, environment, period), label: named })];
  }
  if (one.inParts && partsOf(environment) > 1) {
    const parts = search(ofPart(metric), labels, environment, period);
    return [expression(one, { id, expression: `SUM(${parts})`, label })];
  }
  if (weight === undefined) return [metricLine(one, environment)];
  const factor = environment.harvest.weights[weight];
  const hidden = `m${place}`;
  return [
    metricLine(one, environment, { id: hidden, visible: false }),
    expression(one, { id, expression: `${hidden} * ${factor}`, label: `${label} × ${factor}` }),
  ];
}

function metricLine(one: Series, environment: ValidatedEnvironment, rendering: object = {}): Line {
  const { metric, labels, label, counted } = one;
  const dimensions = Object.entries({ [ENVIRONMENT_DIMENSION]: environment.name, ...labels }).flat();
  const stat = counted ? "SampleCount" : metric.read;
  return [NAMESPACE, metric.name, ...dimensions, { label, stat, ...onAxis(one), ...rendering }];
}

function expression(one: Series, written: { id: string; expression: string; label: string }): Line {
  return [{ ...written, ...onAxis(one) }];
}

const onAxis = ({ axis }: Series): object => (axis ? { yAxis: axis } : {});

/** Everything of this name whose dimensions are exactly the metric's; whatever labels are given are matched exactly. */
function search(
  metric: Metric,
  labels: Readonly<Record<string, string>>,
  environment: ValidatedEnvironment,
  period: Period,
): string {
  const schema = [NAMESPACE, ENVIRONMENT_DIMENSION, ...metric.labels].join(",");
  const terms = { MetricName: metric.name, [ENVIRONMENT_DIMENSION]: environment.name, ...labels };
  const matched = Object.entries(terms).map(([name, value]) => `${name}="${value}"`);
  return `SEARCH('{${schema}} ${matched.join(" ")}', '${metric.read}', ${period})`;
}

import type { MetricKey } from "../../../lib/alarm-engine/definition";
import { ENVIRONMENT_DIMENSION, NAMESPACE } from "../../../lib/metric";

/** `name`, or `name{Label="value",…}` as Prometheus writes it. */
const WRITTEN = /^([A-Za-z_/](?:[\w/ ]*[\w/])?)\s*(?:\{(.*)\})?$/;
const LABEL = /^\s*([A-Za-z_]\w*)\s*=\s*"([^"\\]*)"\s*$/;

/** Whether this project publishes it, and not AWS. */
export const isOurs = ({ namespace }: MetricKey): boolean => namespace === NAMESPACE;

/** What a metric is called in vectors: ours by name and labels, those of AWS as rules name them, `AWS/Lambda Errors`. */
export function metricText(metric: MetricKey): string {
  if (!isOurs(metric)) return `${metric.namespace} ${metric.name}`;
  const labels = Object.entries(metric.dimensions).filter(([name]) => name !== ENVIRONMENT_DIMENSION);
  return written(metric.name, labels);
}

/** A metric's name as `metricText` writes it, whatever its blanks and the order of its labels; undefined for none. */
export function normalized(text: string): string | undefined {
  const [, name, inside = ""] = WRITTEN.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  const parts = inside.trim() === "" ? [] : inside.replace(/,\s*$/, "").split(",");
  const labels = parts.map((part) => LABEL.exec(part)?.slice(1) as [string, string] | undefined);
  return labels.every((one) => one !== undefined) ? written(name, labels) : undefined;
}

function written(name: string, labels: readonly (readonly [string, string])[]): string {
  const told = labels.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([label, value]) => `${label}="${value}"`);
  return told.length === 0 ? name : `${name}{${told.join(",")}}`;
}

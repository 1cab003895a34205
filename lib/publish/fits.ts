import { type Distribution, ENVIRONMENT_DIMENSION, type Sample } from "../metric";
import { quoted } from "../reading";
import {
  MAX_ABSOLUTE_VALUE,
  MAX_AGE_MS,
  MAX_AHEAD_MS,
  MAX_DIMENSION_NAME_LENGTH,
  MAX_DIMENSION_VALUE_LENGTH,
  MAX_DIMENSIONS,
  MAX_DIMENSIONS_BYTES,
  MAX_EXPANDED_VALUES,
  MAX_METRIC_NAME_LENGTH,
  MAX_VALUES_PER_DISTRIBUTION,
  MIN_VALUES_PER_DISTRIBUTION,
} from "./limits";

/** Root members of an EMF line that no metric and no label may be called. */
const RESERVED: ReadonlySet<string> = new Set(["_aws", ENVIRONMENT_DIMENSION]);

/** Names and values of a metric's dimensions. */
export type Dimensions = readonly (readonly [name: string, value: string])[];

/** A sample that CloudWatch would refuse, and what is wrong with it. */
export interface Unfit {
  readonly sample: Sample;
  readonly why: string;
}

/** The dimensions of a sample: `Environment`, then its labels by name, so that equal sets are written equally. */
export function dimensionsOf(sample: Sample, environment: string): Dimensions {
  const labels = Object.entries(sample.labels).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [[ENVIRONMENT_DIMENSION, environment], ...labels];
}

/**
 * Parts samples into those within every limit of EMF and PutMetricData and those beyond one; CloudWatch drops a whole
 * line or call for one bad sample. `now` is the publisher's clock in milliseconds.
 */
export function fitting(
  samples: readonly Sample[],
  environment: string,
  now: number,
): { fit: Sample[]; unfit: Unfit[] } {
  const fit: Sample[] = [];
  const unfit: Unfit[] = [];
  for (const sample of samples) {
    const why =
      nameFault(sample) ?? timeFault(sample.at, now) ?? valueFault(sample.value) ?? labelsFault(sample, environment);
    if (why === undefined) fit.push(sample);
    else unfit.push({ sample, why });
  }
  return { fit, unfit };
}

/** What was left out, for the log: how many in all, and for each metric its count and the first reason. */
export function leftOut(unfit: readonly Unfit[]): { count: number; metrics: object[] } {
  const metrics = new Map<string, { name: string; count: number; why: string }>();
  for (const { sample, why } of unfit) {
    const name = sample.metric.name.slice(0, MAX_METRIC_NAME_LENGTH);
    const met = metrics.get(name);
    if (met === undefined) metrics.set(name, { name, count: 1, why });
    else met.count += 1;
  }
  return { count: unfit.length, metrics: [...metrics.values()] };
}

/** How many values a sample stands for. */
export function totalCount(value: number | Distribution): number {
  return typeof value === "number" ? 1 : value.counts.reduce((sum, count) => sum + count, 0);
}

/** To how many values each distribution of a slot may be written out, so that the slot's lines stay bounded. */
export function valuesEach(samples: readonly Sample[]): number {
  const distributions = samples.filter(({ value }) => typeof value !== "number").length;
  const share = Math.max(MIN_VALUES_PER_DISTRIBUTION, Math.floor(MAX_EXPANDED_VALUES / distributions));
  return Math.min(MAX_VALUES_PER_DISTRIBUTION, share);
}

/**
 * A sample's value written out, a distribution's in ascending order and `most` (two or more) at the most. A larger one
 * is represented by the values at evenly spaced ranks, the least and the greatest among them: percentiles stay true to
 * within 1/`most` of the ranks; sum and count do not survive, and nothing here is read by them.
 */
export function writtenOut(value: number | Distribution, most: number): number[] {
  if (typeof value === "number") return [value];
  const total = totalCount(value);
  const size = Math.min(total, most);
  const step = size > 1 ? (total - 1) / (size - 1) : 0;
  const ascending = value.values
    .map((each, i) => ({ each, count: value.counts[i] ?? 0 }))
    .toSorted((one, other) => one.each - other.each);
  const written: number[] = [];
  let reached = 0;
  for (const { each, count } of ascending) {
    reached += count;
    while (written.length < size && Math.round(written.length * step) < reached) written.push(each);
  }
  return written;
}

/** A list in pieces of at most `size`. */
export function chunked<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

function nameFault({ metric }: Sample): string | undefined {
  if (RESERVED.has(metric.name)) return "its name is reserved";
  const fault = textFault(metric.name, MAX_METRIC_NAME_LENGTH);
  return fault === undefined ? undefined : `its name ${fault}`;
}

function timeFault(at: Date, now: number): string | undefined {
  const age = now - at.getTime();
  if (Number.isNaN(age)) return "its time is not a date";
  if (age > MAX_AGE_MS) return `${at.toISOString()} is more than two weeks ago`;
  if (-age > MAX_AHEAD_MS) return `${at.toISOString()} is more than two hours ahead`;
  return undefined;
}

function valueFault(value: number | Distribution): string | undefined {
  const values = typeof value === "number" ? [value] : value.values;
  if (!values.every(Number.isFinite)) return "its value is not a number";
  if (values.some((each) => Math.abs(each) > MAX_ABSOLUTE_VALUE)) return "its value is beyond 2^360";
  if (typeof value === "number") return undefined;
  if (value.values.length !== value.counts.length) return "it has not one count for each value";
  if (!value.counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return "a count is no whole number";
  return totalCount(value) === 0 ? "it counts no value" : undefined;
}

function labelsFault(sample: Sample, environment: string): string | undefined {
  const dimensions = dimensionsOf(sample, environment);
  if (dimensions.length > MAX_DIMENSIONS) return `it has more than ${MAX_DIMENSIONS} dimensions`;
  for (const [i, [name, value]] of dimensions.entries()) {
    if (i > 0 && (RESERVED.has(name) || name === sample.metric.name)) return `no label can be called ${quoted(name)}`;
    const inName = name.startsWith(":") ? "starts with a colon" : textFault(name, MAX_DIMENSION_NAME_LENGTH);
    if (inName !== undefined) return `the label ${quoted(name)} ${inName}`;
    const inValue = textFault(value, MAX_DIMENSION_VALUE_LENGTH);
    if (inValue !== undefined) return `the value ${quoted(value)} of ${name} ${inValue}`;
  }
  const bytes = JSON.stringify(dimensions).length;
  return bytes > MAX_DIMENSIONS_BYTES ? `its dimensions take more than ${MAX_DIMENSIONS_BYTES} bytes` : undefined;
}

/** CloudWatch takes ASCII without control characters, and not only white space, in every name and dimension value. */
function textFault(text: string, most: number): string | undefined {
  if (text.trim() === "") return "is empty";
  if (!/^[ -~]*$/.test(text)) return "is not printable ASCII";
  return text.length > most ? `is longer than ${most} characters` : undefined;
}

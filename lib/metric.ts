/** Units as CloudWatch spells them. */
export type Unit =
  | "None"
  | "Count"
  | "Seconds"
  | "Milliseconds"
  | "Percent"
  | "Bytes"
  | "Count/Second"
  | "Bytes/Second";

/** How far down an environment publishes: a rule reads it, a board shows it, or only the log line carries it. */
export type Tier = "alarmed" | "boarded" | "logged";

/** One CloudWatch metric: what it is called, what it means and how it has to be read. */
export interface Metric<Label extends string = string> {
  readonly name: string;
  readonly unit: Unit;
  /** The only statistic that is true of it when two runs took the same slot. */
  readonly read: "Average" | "Maximum" | "Minimum";
  /** Storage resolution in seconds. */
  readonly resolution: 1 | 60;
  readonly tier: Tier;
  readonly help: string;
  /** Dimensions besides `Environment`. */
  readonly labels: readonly Label[];
}

/** Several values of one metric at one time: `counts[i]` times `values[i]`. */
export interface Distribution {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** One value of a metric at a time. */
export interface Sample {
  readonly metric: Metric;
  readonly value: number | Distribution;
  readonly labels: Readonly<Record<string, string>>;
  /** The slot, or the start of the window the value is about; never "now". */
  readonly at: Date;
}

/** What travels in the log line beside the samples: JSON values, searchable in Logs Insights, never dimensions. */
export type Properties = Readonly<Record<string, unknown>>;

/** CloudWatch namespace of everything published here. */
export const NAMESPACE = "QuantumTrader";

/** The dimension that every metric has. */
export const ENVIRONMENT_DIMENSION = "Environment";

type Described<Label extends string> = Pick<Metric<Label>, "name" | "unit" | "tier" | "help"> &
  Partial<Pick<Metric<Label>, "read" | "resolution" | "labels">>;

/** Describes a metric; read by Maximum and stored at one second unless said otherwise. */
export function metric<const Label extends string = never>(described: Described<Label>): Metric<Label> {
  return { read: "Maximum", resolution: 1, labels: [], ...described };
}

/** CloudWatch takes values from −2^360 to 2^360 (PutMetricData). */
export const MAX_ABSOLUTE_VALUE = 2 ** 360;

/** Whether CloudWatch can store a number. */
export const isStorable = (value: number): boolean => Math.abs(value) <= MAX_ABSOLUTE_VALUE;

/** Makes a sample; a value that CloudWatch could not store is a mistake of the caller. */
export function sample<Label extends string>(
  of: Metric<Label>,
  value: number | Distribution,
  at: Date,
  labels: Readonly<Record<Label, string>> = {} as Record<Label, string>,
): Sample {
  const values = typeof value === "number" ? [value] : [...value.values, ...value.counts];
  if (!values.every(isStorable)) throw new RangeError(`${of.name}: ${values.join(", ")} is not a number`);
  return { metric: of, value, labels, at };
}

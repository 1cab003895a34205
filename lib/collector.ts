import { isStorable, type Metric, type Properties, type Sample, sample } from "./metric";
import type { ContractViolation, Reading } from "./reading";

/** What one collector brought home from one slot. */
export interface Collected<Memory = unknown> {
  readonly samples: readonly Sample[];
  readonly properties: Properties;
  readonly violations: readonly ContractViolation[];
  /** What the source refused, in words; the collector counts as failed, but what could be read is published. */
  readonly failures: readonly string[];
  /** Handed back at the next slot in the same sandbox; makes reading cheaper, never changes a value. */
  readonly memory?: Memory;
}

/** Reads one subject and says which metrics it fills. */
export interface Collector<Source, Memory = unknown> {
  /** The subject; also the name of its file and its `Collector` dimension. */
  readonly name: string;
  /** Seconds; due at multiples of this besides the multiples of the sampling interval. */
  readonly every?: number;
  /** Left out: keys, which are withheld while they are frozen. What the server says of itself is not. */
  readonly reads?: "the server";
  readonly metrics: readonly Metric[];
  /** Throws CollectError when the source refuses; what only one field gets wrong is a violation. */
  collect(source: Source, at: Date, memory?: Memory): Promise<Collected<Memory>>;
}

/** Gathers the samples, properties and violations of one collector at one slot. */
export class Collection {
  readonly at: Date;
  readonly #samples: Sample[] = [];
  readonly #properties: Record<string, unknown> = {};
  readonly #unknown: Record<string, string> = {};
  readonly #violations = new Map<string, ContractViolation>();
  readonly #failures: string[] = [];

  constructor(at: Date) {
    this.at = at;
  }

  /** Files a reading under a metric: known makes a sample, unknown says why in the log, broken is a violation. */
  put<Label extends string>(
    metric: Metric<Label>,
    reading: Reading<number>,
    options: { labels?: Readonly<Record<Label, string>>; at?: Date } = {},
  ): void {
    if ("known" in reading && !isStorable(reading.known)) {
      this.violation({ key: metric.name, what: `cannot be ${reading.known}` });
    } else if ("known" in reading) {
      this.#samples.push(sample(metric, reading.known, options.at ?? this.at, options.labels));
    } else if ("unknown" in reading) {
      this.#unknown[metric.name] = reading.unknown;
    } else {
      this.violation(reading.broken);
    }
  }

  property(name: string, value: unknown): void {
    this.#properties[name] = value;
  }

  /** Notes a violation; the same one met by two metrics counts once. */
  violation(violation: ContractViolation): void {
    const told = JSON.stringify([violation.key, violation.what]);
    if (!this.#violations.has(told)) this.#violations.set(told, violation);
  }

  /** Notes something that the source refused. */
  failed(refusal: string): void {
    this.#failures.push(refusal);
  }

  done<Memory>(memory?: Memory): Collected<Memory> {
    const unknowns = Object.keys(this.#unknown).length > 0 ? { unknown: this.#unknown } : {};
    return {
      samples: this.#samples,
      properties: { ...this.#properties, ...unknowns },
      violations: [...this.#violations.values()],
      failures: this.#failures,
      ...(memory === undefined ? {} : { memory }),
    };
  }
}

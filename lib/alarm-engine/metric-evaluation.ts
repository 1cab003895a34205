import type { MetricAlarm } from "./definition";
import { evaluate } from "./math/evaluate";
import { datum, isNumber, type Series, single, type Value } from "./math/series";
import { breaches, reason } from "./reason";
import type { Reader, SeriesStore } from "./series-store";
import type { Slot, State } from "./state";
import { windowEnd } from "./ticks";
import { lookedAt, verdict } from "./verdict";

/**
 * How many periods beyond the evaluated ones CloudWatch looks back for data. Not published; two fit the guide's worked
 * example and a measured run at standard resolution, and are assumed at high resolution.
 */
export const RANGE_BEYOND = 2;

/** How windows are cut where CloudWatch does not say. */
export interface Cutting {
  /** Periods looked back beyond the evaluated ones. */
  readonly rangeBeyond: number;
  /** Whether periods below a minute begin at multiples of their length, and not at every tick. */
  readonly areShortPeriodsAligned: boolean;
}

/** What one evaluation found. */
export interface Evaluation {
  readonly state: State;
  /** Empty where the state stays. */
  readonly reason: string;
  /** Whether the newest period has a value. */
  readonly hasNewest: boolean;
}

/** Evaluates one alarm over a store. */
export class MetricEvaluation {
  readonly #alarm: MetricAlarm;
  readonly #readers = new Map<string, Reader>();
  /** Set where the alarm is on one metric and nothing has to be computed. */
  readonly #only: Reader | undefined;
  readonly #length: number;
  readonly #areShortPeriodsAligned: boolean;

  constructor(alarm: MetricAlarm, store: SeriesStore, { rangeBeyond, areShortPeriodsAligned }: Cutting) {
    this.#alarm = alarm;
    this.#areShortPeriodsAligned = areShortPeriodsAligned;
    for (const query of alarm.queries) {
      if (query.kind === "metric") this.#readers.set(query.id, store.reader(query.metric, query.statistic));
    }
    this.#only = alarm.queries.length === 1 ? this.#readers.get(alarm.returned) : undefined;
    this.#length = alarm.evaluationPeriods + (alarm.wallClock === undefined ? rangeBeyond : 0);
  }

  /** The verdict at a time, epoch seconds, after the state so far. */
  at(now: number, before: State): Evaluation {
    const alarm = this.#alarm;
    const oldest = windowEnd(alarm, now, this.#areShortPeriodsAligned) - this.#length * alarm.period;
    const series = this.#series(oldest, now);
    const slots: Slot[] = [];
    for (const value of series) slots.push(value === null ? null : breaches(alarm, value));
    const { state, filled } = verdict(slots, alarm, alarm.missing, before);
    const hasNewest = (slots.at(-1) ?? null) !== null;
    if (state === before) return { state, reason: "", hasNewest };
    const looked = lookedAt(slots, alarm.evaluationPeriods).map((place) => ({
      start: oldest + place * alarm.period,
      value: series[place] as number,
    }));
    return { state, reason: reason(alarm, state, looked, filled), hasNewest };
  }

  /** When the first datum of any of its metrics was published, epoch seconds; Infinity for none. */
  firstData(): number {
    return Math.min(...[...this.#readers.values()].map((reader) => reader.first()));
  }

  #series(oldest: number, now: number): Series {
    const { period } = this.#alarm;
    if (this.#only !== undefined) return this.#only.series(oldest, period, this.#length, now);
    const starts: number[] = [];
    for (let place = 0; place < this.#length; place++) starts.push(oldest + place * period);
    const known = new Map<string, Value>();
    for (const [id, reader] of this.#readers) known.set(id, reader.series(oldest, period, this.#length, now));
    return returnedSeries(this.#alarm, starts, known);
  }
}

/**
 * The series that an alarm compares, from those of its metrics, to which what is computed is added; throws ConfigError
 * where its expressions do not make one.
 */
export function returnedSeries(
  { queries, returned }: Pick<MetricAlarm, "queries" | "returned">,
  starts: readonly number[],
  known: Map<string, Value>,
): Series {
  for (const query of queries) {
    if (query.kind === "expression") known.set(query.id, evaluate(query.expression, starts, known));
  }
  const value = single(known.get(returned) ?? []);
  // An expression without a series gives the same number for every period.
  return isNumber(value) ? starts.map(() => datum(value)) : value;
}

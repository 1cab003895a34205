import type { MetricAlarm, Query } from "./definition";
import { evaluate } from "./math/evaluate";
import { datum, isNumber, type Series, single, type Value } from "./math/series";
import { breaches, reason } from "./reason";
import type { Reader, SeriesStore } from "./series-store";
import type { Slot, State } from "./state";
import { windowEnd } from "./ticks";
import { verdict } from "./verdict";

/**
 * How many periods beyond the evaluated ones CloudWatch looks back for data. Not published; two fit the guide's worked
 * example and a measured run at standard resolution, and are assumed at high resolution.
 */
export const RANGE_BEYOND = 2;

/** What one evaluation found. */
export interface Evaluation {
  readonly state: State;
  /** Empty where the state stays. */
  readonly reason: string;
  /** Whether the newest period has a value. */
  readonly hasNewest: boolean;
  /** When the first datum of any of its metrics was published, epoch seconds; Infinity for none. */
  readonly firstData: number;
}

/** Makes the evaluation of one alarm over a store: called with the time and the state so far. */
export function evaluatorOf(
  alarm: MetricAlarm,
  store: SeriesStore,
  beyond = RANGE_BEYOND,
): (now: number, before: State) => Evaluation {
  const readers = new Map<string, Reader>();
  for (const query of alarm.queries) {
    if (query.kind === "metric") readers.set(query.id, store.reader(query.metric, query.statistic));
  }
  const length = alarm.evaluationPeriods + (alarm.wallClock === undefined ? beyond : 0);
  return (now, before) => {
    const oldest = windowEnd(alarm, now) - length * alarm.period;
    const read = (id: string): Series => readers.get(id)?.series(oldest, alarm.period, length, now) ?? [];
    const starts = Array.from({ length }, (_, place) => oldest + place * alarm.period);
    const series = returnedSeries(alarm, starts, read);
    const firstData = Math.min(...[...readers.values()].map((reader) => reader.first()));
    return { ...judge(alarm, starts, series, before), firstData };
  };
}

/** The series that an alarm compares; throws ConfigError where its expressions do not make one. */
export function returnedSeries(
  { queries, returned }: Pick<MetricAlarm, "queries" | "returned">,
  starts: readonly number[],
  read: (id: string) => Series,
): Series {
  const [only, ...others] = queries;
  if (only?.kind === "metric" && others.length === 0) return read(only.id);
  const values = new Map<string, Value>();
  const valueOf = (query: Query): Value =>
    query.kind === "metric" ? read(query.id) : evaluate(query.expression, starts, (id) => values.get(id) ?? []);
  for (const query of queries) values.set(query.id, valueOf(query));
  const value = single(values.get(returned) ?? []);
  // An expression without a series gives the same number for every period.
  return isNumber(value) ? starts.map(() => datum(value)) : value;
}

function judge(
  alarm: MetricAlarm,
  starts: readonly number[],
  series: Series,
  before: State,
): Omit<Evaluation, "firstData"> {
  const slots: Slot[] = series.map((value) => (value === null ? null : breaches(alarm, value)));
  const { state, evaluated, filled } = verdict(slots, alarm, alarm.missing, before);
  const hasNewest = (slots.at(-1) ?? null) !== null;
  if (state === before) return { state, reason: "", hasNewest };
  const looked = evaluated.map((place) => ({ start: starts[place] as number, value: series[place] as number }));
  return { state, reason: reason(alarm, state, looked, filled), hasNewest };
}

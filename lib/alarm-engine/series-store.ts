import { type Aggregate, type Statistic, statisticOf } from "./aggregate";
import type { MetricKey } from "./definition";
import type { Series } from "./math/series";

/** One metric's data, ordered by their time once it is read. */
interface Data {
  times: number[];
  values: number[];
  arrivals: number[];
  isSorted: boolean;
  /** The earliest time that was ever published. */
  first: number;
}

/** Reads one metric; times are epoch seconds. */
export interface Reader {
  /** The statistic of each of `length` periods from `from` on, of the data that had arrived by `now`. */
  series(from: number, period: number, length: number, now: number): Series;
  /** The time of the first datum there ever was; Infinity for none. */
  first(): number;
}

/** Everything that was published, by metric; times are epoch seconds. */
export class SeriesStore {
  readonly #data = new Map<string, Data>();
  /** Spares the identity of a metric that is handed in as the same object again. */
  readonly #known = new WeakMap<MetricKey, Data>();

  /** Adds a datum, in whatever order of time; `arrival` is when CloudWatch can see it. */
  add(metric: MetricKey, time: number, value: number, arrival: number): void {
    const data = this.#of(metric);
    data.isSorted &&= time >= (data.times.at(-1) ?? -Infinity);
    data.first = Math.min(data.first, time);
    data.times.push(time);
    data.values.push(value);
    data.arrivals.push(arrival);
  }

  reader(metric: MetricKey, statistic: Statistic): Reader {
    const data = this.#of(metric);
    return {
      series: (from, period, length, now) => read(data, statistic, { from, period, length, now }),
      first: () => data.first,
    };
  }

  /** Forgets what lies before a time. */
  prune(before: number): void {
    for (const data of this.#data.values()) {
      sort(data);
      const gone = placeOf(data.times, before);
      data.times.splice(0, gone);
      data.values.splice(0, gone);
      data.arrivals.splice(0, gone);
    }
  }

  #of(metric: MetricKey): Data {
    const known = this.#known.get(metric);
    if (known !== undefined) return known;
    const name = identity(metric);
    const found = this.#data.get(name) ?? { times: [], values: [], arrivals: [], isSorted: true, first: Infinity };
    this.#data.set(name, found);
    this.#known.set(metric, found);
    return found;
  }
}

/** A metric is its namespace, its name and exactly its dimensions, in whatever order. */
function identity({ namespace, name, dimensions }: MetricKey): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

interface Span {
  readonly from: number;
  readonly period: number;
  readonly length: number;
  readonly now: number;
}

/** One pass over the data of the span: an alarm reads the same minutes over and over. */
function read(data: Data, statistic: Statistic, { from, period, length, now }: Span): Series {
  sort(data);
  const { times, values, arrivals } = data;
  const series: (number | null)[] = [];
  let place = placeOf(times, from);
  for (let end = from + period; series.length < length; end += period) {
    const aggregate: Aggregate = { count: 0, sum: 0, least: Infinity, greatest: -Infinity };
    for (; place < times.length && (times[place] as number) < end; place++) {
      if ((arrivals[place] as number) <= now) include(aggregate, values[place] as number);
    }
    series.push(aggregate.count === 0 ? null : statisticOf(aggregate, statistic));
  }
  return series;
}

function include(aggregate: Aggregate, value: number): void {
  aggregate.count += 1;
  aggregate.sum += value;
  if (value < aggregate.least) aggregate.least = value;
  if (value > aggregate.greatest) aggregate.greatest = value;
}

function sort(data: Data): void {
  if (data.isSorted) return;
  const { times, values, arrivals } = data;
  const order = [...times.keys()].toSorted((a, b) => (times[a] as number) - (times[b] as number));
  data.times = order.map((place) => times[place] as number);
  data.values = order.map((place) => values[place] as number);
  data.arrivals = order.map((place) => arrivals[place] as number);
  data.isSorted = true;
}

/** The first place whose time is not before `time`. */
function placeOf(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Everything that happens in a story happens at a multiple of this, in seconds. */
export const GRID_SEC = 5;

/** From `from` up to, and without, `to`; seconds since the story's beginning. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Whether a time lies in one of the intervals. */
export const isWithin = (all: readonly Interval[], t: number): boolean =>
  all.some(({ from, to }) => from <= t && t < to);

/** Whether two intervals have a moment in common. */
export const overlap = (one: Interval, other: Interval): boolean => one.from < other.to && other.from < one.to;

/** What of an interval none of the others covers, in order. */
export function without(whole: Interval, others: readonly Interval[]): Interval[] {
  let left = [whole];
  for (const other of others) {
    left = left.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, other.from) },
        { from: Math.max(from, other.to), to },
      ].filter((part) => part.from < part.to),
    );
  }
  return left.toSorted((a, b) => a.from - b.from);
}

/** A value that is one until it is another; NaN while there is none. */
export class Track {
  readonly #values: Float64Array;

  constructor(lengthSec: number, valueAt: (t: number) => number) {
    this.#values = Float64Array.from({ length: lengthSec / GRID_SEC + 1 }, (_, place) => valueAt(place * GRID_SEC));
  }

  /** The value at a time; undefined where there is none, and before the story. */
  at(t: number): number | undefined {
    const value = this.#values[Math.floor(t / GRID_SEC)];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }
}

/** 1 within one of the intervals, else 0. */
export function flagTrack(lengthSec: number, on: readonly Interval[]): Track {
  const cells = new Uint8Array(lengthSec / GRID_SEC + 1);
  for (const { from, to } of on) cells.fill(1, Math.max(0, from) / GRID_SEC, Math.max(0, to) / GRID_SEC);
  return new Track(lengthSec, (t) => cells[t / GRID_SEC] ?? 0);
}

/** How many of the times lie in the window that ends at each time; times may lie before the story. */
export function countTrack(lengthSec: number, times: readonly number[], windowSec: number): Track {
  const sorted = times.toSorted((a, b) => a - b);
  let before = 0;
  let within = 0;
  return new Track(lengthSec, (t) => {
    while ((sorted[within] ?? Infinity) < t) within += 1;
    while ((sorted[before] ?? Infinity) < t - windowSec) before += 1;
    return within - before;
  });
}

/** Seconds since the last of the times. */
export function ageTrack(lengthSec: number, times: readonly number[]): Track {
  const sorted = times.toSorted((a, b) => a - b);
  let next = 0;
  return new Track(lengthSec, (t) => {
    while ((sorted[next] ?? Infinity) <= t) next += 1;
    const last = sorted[next - 1];
    return last === undefined ? Number.NaN : t - last;
  });
}

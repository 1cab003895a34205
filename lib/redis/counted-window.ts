import { known, type Reading, unknown } from "../reading";
import type { ReadOnly } from "./read-only";
import { idMs, windowIds } from "./stream-id";

/** Entries counted so far in this sandbox: all that the stream held from `from` up to and with `lastId`. */
export interface CountedEntries {
  readonly from: number;
  readonly lastId: string;
  /** Milliseconds of each entry's ID, oldest first. */
  readonly times: readonly number[];
}

/** Read in the first turn; at 480 intents a minute a warm sample needs 120. */
const FIRST_PAGE = 1000;
/** Read in the second turn where the first page was full; more would not fit a small function's time. */
const SECOND_PAGE = 4000;

/** The entries with ID in `[t − length, t)`, counted in two bounded pages; only what is new is read. */
export class CountedWindow {
  readonly #redis: ReadOnly;
  readonly #key: string;
  readonly #t: number;
  readonly #lengthMs: number;
  readonly #before: CountedEntries | undefined;

  constructor(redis: ReadOnly, key: string, t: number, lengthMs: number, before: CountedEntries | undefined) {
    this.#redis = redis;
    this.#key = key;
    this.#t = t;
    this.#lengthMs = lengthMs;
    const usable = before !== undefined && before.from <= t - lengthMs && idMs(before.lastId) >= t - lengthMs;
    this.#before = usable ? before : undefined;
  }

  /** First turn: ask for it together with everything else. */
  firstPage(): Promise<Reading<string[]>> {
    const start = this.#before ? `(${this.#before.lastId}` : windowIds(this.#t, this.#lengthMs).from;
    return this.#page(start, FIRST_PAGE);
  }

  /** The whole count; a second turn where the first page was full. Unknown where two pages do not reach. */
  async count(first: readonly string[]): Promise<Reading<CountedEntries>> {
    const ids = [...first];
    if (first.length === FIRST_PAGE) {
      const second = await this.#page(`(${first.at(-1)}`, SECOND_PAGE);
      if (!("known" in second)) return second;
      if (second.known.length === SECOND_PAGE) return unknown("more entries than two pages hold");
      ids.push(...second.known);
    }
    const from = this.#t - this.#lengthMs;
    const times = [...(this.#before?.times ?? []), ...ids.map(idMs)].filter((ms) => ms >= from);
    return known({ from, lastId: ids.at(-1) ?? this.#before?.lastId ?? `${from}-0`, times });
  }

  async #page(start: string, count: number): Promise<Reading<string[]>> {
    const page = await this.#redis.range(this.#key, start, windowIds(this.#t, this.#lengthMs).to, count);
    return "known" in page ? known(page.known.map(({ id }) => id)) : page;
  }
}

/** How many of the counted entries lie in `[from, to)`. */
export function countBetween(counted: CountedEntries, from: number, to: number): number {
  return counted.times.filter((ms) => ms >= from && ms < to).length;
}

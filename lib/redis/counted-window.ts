import type { ContractViolation, Reading } from "../reading";
import { meanBytes, pageSize } from "./page-size";
import type { Entry, Page, ReadOnly } from "./read-only";
import { idMs, windowIds } from "./stream-id";

/** An entry that cannot be read, at the milliseconds of its ID; without a violation where another one names it. */
export interface UnreadEntry {
  readonly ms: number;
  readonly violation: ContractViolation | undefined;
}

/** Entries counted so far in this sandbox: all that the stream held from `from` up to and with `lastId`. */
export interface CountedEntries {
  readonly from: number;
  readonly lastId: string;
  /** Milliseconds of each entry's ID, oldest first. */
  readonly times: readonly number[];
  /** The same of those entries that are marked. */
  readonly markedTimes: readonly number[];
  /** Those of which it cannot be told whether they are marked, oldest first. */
  readonly unread: readonly UnreadEntry[];
  /** Whether the count reached the slot; else it goes on from `lastId` at the next one. */
  readonly isComplete: boolean;
  readonly entryBytes: number | undefined;
}

/** A warm sample is two turns at most: at 480 intents a minute it needs 120 entries, and pages hold up to 1000. */
const WARM_PAGES = 2;
/** A sandbox that has counted nothing yet may take more turns. */
const COLD_PAGES = 11;
/** No further page is asked for after so long: the other turns of the sample want their time too. */
const PAGING_MS = 2000;

/**
 * The entries with ID in `[t − length, t)`, counted in bounded pages; only what is new is read. Those that `isMarked`
 * picks are counted by themselves as well, and those that it cannot read are kept.
 */
export class CountedWindow {
  readonly #redis: Pick<ReadOnly, "range">;
  readonly key: string;
  readonly #from: number;
  readonly #to: string;
  readonly #before: CountedEntries | undefined;
  readonly #isMarked: (entry: Entry) => Reading<boolean>;
  readonly #startedAt = performance.now();

  constructor(
    redis: Pick<ReadOnly, "range">,
    key: string,
    t: number,
    lengthMs: number,
    before: CountedEntries | undefined,
    isMarked: (entry: Entry) => Reading<boolean>,
  ) {
    this.#redis = redis;
    this.key = key;
    this.#from = t - lengthMs;
    this.#to = windowIds(t, lengthMs).to;
    const usable = before !== undefined && before.from <= this.#from && idMs(before.lastId) >= this.#from;
    this.#before = usable ? before : undefined;
    this.#isMarked = isMarked;
  }

  /** First turn: ask for it together with everything else. */
  firstPage(): Promise<Reading<Page>> {
    return this.#redis.range(this.key, this.#start(), this.#to, pageSize(this.#before?.entryBytes));
  }

  /** The count, as far as pages reach; further turns where the first page did not hold all. */
  async count(first: Page): Promise<Reading<CountedEntries>> {
    const most = this.#before ? WARM_PAGES : COLD_PAGES;
    let counted = this.#with(this.#before, first);
    let page = first;
    for (let pages = 1; !page.isWhole && pages < most && this.#hasTime(); pages++) {
      const asked = pageSize(meanBytes(page.entries, undefined));
      const next = await this.#redis.range(this.key, `(${counted.lastId}`, this.#to, asked);
      if (!("known" in next)) return next;
      page = next.known;
      counted = this.#with(counted, page);
    }
    return { known: counted };
  }

  /** What was counted, with one page more; of the page itself nothing is kept. */
  #with(before: CountedEntries | undefined, { entries, isWhole }: Page): CountedEntries {
    const timesOf = (times: readonly number[] = [], added: readonly Entry[]): number[] =>
      [...times, ...added.map(({ id }) => idMs(id))].filter((ms) => ms >= this.#from);
    const marks = entries.map((entry) => ({ entry, mark: this.#isMarked(entry) }));
    const marked = marks.flatMap(({ entry, mark }) => ("known" in mark && mark.known ? [entry] : []));
    const unread = marks.flatMap(({ entry, mark }) =>
      "known" in mark ? [] : [{ ms: idMs(entry.id), violation: "broken" in mark ? mark.broken : undefined }],
    );
    return {
      from: this.#from,
      lastId: entries.at(-1)?.id ?? before?.lastId ?? `${this.#from}-0`,
      times: timesOf(before?.times, entries),
      markedTimes: timesOf(before?.markedTimes, marked),
      unread: [...(before?.unread ?? []), ...unread].filter(({ ms }) => ms >= this.#from),
      isComplete: isWhole,
      entryBytes: meanBytes(entries, before?.entryBytes),
    };
  }

  #start(): string {
    return this.#before ? `(${this.#before.lastId}` : `${this.#from}-0`;
  }

  #hasTime(): boolean {
    return performance.now() - this.#startedAt < PAGING_MS;
  }
}

/** How many of the times lie in `[from, to)`. */
export function countBetween(times: readonly number[], from: number, to: number): number {
  return times.filter((ms) => ms >= from && ms < to).length;
}

import { known, type Reading } from "../reading";
import type { Readings } from "./guarded";
import { pageSize, sizeOf } from "./page-size";
import type { Entry, Page, StreamInfo } from "./read-only";
import { idMs, isAfter, isTooEarly } from "./stream-id";

/** One entry as it is remembered. */
export interface TailEntry<T> {
  readonly id: string;
  /** Milliseconds part of the ID, which need not be a time. */
  readonly ms: number;
  /** Characters of all its fields. */
  readonly size: number;
  /** What the reader keeps of the entry. */
  readonly kept: T;
}

/** The newest entries of a stream, as a sandbox remembers them, so that none is read twice. */
export interface StreamTail<T> {
  /** What XINFO said when they were read; undefined where there was no stream, or XINFO was refused. */
  readonly info: StreamInfo | undefined;
  /** Epoch milliseconds: all entries with IDs from here on are in the tail, unless it is cut. */
  readonly from: number;
  /** Oldest first. */
  readonly entries: readonly TailEntry<T>[];
  /** The bound left out entries that are young enough. */
  readonly isCut: boolean;
}

/** Which entries are wanted, and what is kept of each. */
export interface TailOptions<T> {
  readonly key: string;
  /** Epoch milliseconds. */
  readonly from: number;
  /** At most so many of the newest entries. */
  readonly max: number;
  readonly keep: (entry: Entry) => T;
}

type Redis = Pick<Readings, "stream" | "newest">;

/** A fault has some 400 characters, and 2000 faults are within this; what is larger must not fill the memory. */
const MAX_SIZE = 4_000_000;

/**
 * The entries with IDs from `from` on, also those whose IDs are ahead of any clock. A stream may begin with IDs before
 * 2001: of those entries, all that no later entry shows to be older than `from`.
 *
 * Takes one turn of two commands. More turns where a page was full, where such early IDs are met for the first time,
 * and where a remembered entry was deleted: then all is read again, so that memory never changes the result.
 */
export async function readTail<T>(
  redis: Redis,
  options: TailOptions<T>,
  memory: StreamTail<T> | undefined,
): Promise<{ stream: Reading<StreamInfo | null>; tail: Reading<StreamTail<T>> }> {
  const { key, from } = options;
  const before = memory?.info !== undefined && memory.from <= from ? memory : undefined;
  const newestId = before?.entries.at(-1)?.id;
  const lower = newestId === undefined ? `${from}-0` : `(${newestId}`;
  const asked = Math.min(options.max + 1, pageSize(before && meanSize(before.entries)));
  const [stream, page] = await Promise.all([redis.stream(key), redis.newest(key, "+", lower, asked)]);
  if (!("known" in page)) return { stream, tail: page };
  const info = "known" in stream ? (stream.known ?? undefined) : undefined;
  const news = await readBack(redis, options, { lower, first: page.known });
  if (!("known" in news)) return { stream, tail: news };
  if (before === undefined) return { stream, tail: await withEarly(redis, options, info, news.known) };

  const remembered = news.known.isCut ? [] : info && stillThere(before, news.known.entries, info);
  if (remembered !== undefined) return { stream, tail: known(joined(before, remembered, news.known, info, options)) };
  const anew = await readBack(redis, options, { lower: `${from}-0` });
  return { stream, tail: "known" in anew ? await withEarly(redis, options, info, anew.known) : anew };
}

/** Entries that were read, oldest first. */
interface Read<T> {
  readonly entries: readonly TailEntry<T>[];
  readonly isCut: boolean;
}

/**
 * Pages from the newest entry back to `lower`, as far as the bound allows, and one entry more, which tells whether it
 * leaves out any; the first page may have been read.
 */
async function readBack<T>(
  redis: Redis,
  { key, max, keep }: TailOptions<T>,
  range: { lower: string; upper?: string; first?: Page },
): Promise<Reading<Read<T>>> {
  const newestFirst: TailEntry<T>[] = [];
  const read = (isCut: boolean): Reading<Read<T>> => known({ entries: newestFirst.toReversed(), isCut });
  let { first, upper = "+" } = range;
  let size = 0;
  while (newestFirst.length <= max) {
    const asked = Math.min(max + 1 - newestFirst.length, pageSize(meanSize(newestFirst)));
    const page = first ? known(first) : await redis.newest(key, upper, range.lower, asked);
    if (!("known" in page)) return page;
    first = undefined;
    for (const entry of page.known.entries) {
      const own = sizeOf(entry);
      size += own;
      if (size > MAX_SIZE) return read(true);
      newestFirst.push({ id: entry.id, ms: idMs(entry.id), size: own, kept: keep(entry) });
    }
    if (page.known.isWhole) return read(false);
    upper = `(${newestFirst.at(-1)?.id}`;
  }
  return read(true);
}

/** A tail that was read from nothing; where the stream begins with IDs before 2001, with what lies before `from`. */
async function withEarly<T>(
  redis: Redis,
  options: TailOptions<T>,
  info: StreamInfo | undefined,
  read: Read<T>,
): Promise<Reading<StreamTail<T>>> {
  const { from } = options;
  const [oldest] = read.entries;
  const isWhole = read.isCut || info?.first === undefined || !isTooEarly(idMs(info.first.id));
  if (isWhole || oldest?.id === info.first?.id) return known(bounded(read, info, options));
  const left = { ...options, max: options.max - read.entries.length };
  const early = await readBack(redis, left, { lower: "-", upper: oldest ? `(${oldest.id}` : `(${from}-0` });
  if (!("known" in early)) return early;
  const entries = afterOld(early.known.entries, from);
  // What the bound left out came before one that is old, and is no younger.
  const isCut = early.known.isCut && entries.length === early.known.entries.length;
  return known(bounded({ entries: [...entries, ...read.entries], isCut }, info, options));
}

/**
 * The remembered entries that the stream still holds; undefined where that cannot be told. Trimming takes the oldest,
 * XDEL any, and a stream can be deleted and made again under the same name.
 */
function stillThere<T>(
  before: StreamTail<T>,
  news: readonly TailEntry<T>[],
  info: StreamInfo,
): readonly TailEntry<T>[] | undefined {
  const { info: was, entries, from } = before;
  if (was === undefined || isAfter(was.lastGeneratedId, info.lastGeneratedId)) return undefined;
  // An entry that came after XINFO is in the page, but not in its counts.
  const late = entriesAfter(news, info.lastGeneratedId).length;
  const counted = entriesAfter(entries, was.lastGeneratedId).length + news.length - late;
  const added = was.entriesAdded === undefined ? undefined : (info.entriesAdded ?? 0) - was.entriesAdded;
  if (added !== undefined && added !== counted) return undefined;
  const isGone = ({ id }: TailEntry<T>): boolean => info.first === undefined || isAfter(info.first.id, id);
  const firstKept = entries.findIndex((entry) => !isGone(entry));
  const left = firstKept === -1 ? [] : entries.slice(firstKept);
  // The first entry only moves on, and to one that is known where the tail reaches so far back.
  if (info.first !== undefined && was.first !== undefined && isAfter(was.first.id, info.first.id)) return undefined;
  if (was.length + counted === info.length)
    return was.first?.id === info.first?.id || was.length === 0 ? left : undefined;

  const [oldest] = left;
  const isWhole = info.first !== undefined && !isTooEarly(idMs(info.first.id)) && idMs(info.first.id) >= from;
  if (isWhole && !before.isCut) {
    const isKnown = (oldest ?? news[0])?.id === info.first?.id;
    return isKnown && left.length + news.length - late === info.length ? left : undefined;
  }
  const isOnlyTrimmed = info.maxDeletedId !== undefined && (!oldest || isAfter(oldest.id, info.maxDeletedId));
  return added !== undefined && isOnlyTrimmed ? left : undefined;
}

function joined<T>(
  before: StreamTail<T>,
  remembered: readonly TailEntry<T>[],
  news: Read<T>,
  info: StreamInfo | undefined,
  options: TailOptions<T>,
): StreamTail<T> {
  const young = afterOld(remembered, options.from);
  // What was left out is older than the oldest remembered one, and is gone as soon as that is.
  const isCut = news.isCut || (before.isCut && young.length > 0 && young[0] === before.entries[0]);
  return bounded({ entries: [...young, ...news.entries], isCut }, info, options);
}

/** The newest entries within the bound. */
function bounded<T>(
  { entries, isCut }: Read<T>,
  info: StreamInfo | undefined,
  { from, max }: TailOptions<T>,
): StreamTail<T> {
  let size = 0;
  let start = entries.length;
  while (start > 0 && entries.length - start < max) {
    size += entries[start - 1]?.size ?? 0;
    if (size > MAX_SIZE) break;
    start -= 1;
  }
  return { info, from, entries: start === 0 ? entries : entries.slice(start), isCut: isCut || start > 0 };
}

/** Entries are in the order in which they came: one that is older than `from` by its ID shows all before it to be. */
function afterOld<T>(entries: readonly TailEntry<T>[], from: number): readonly TailEntry<T>[] {
  const old = entries.findLastIndex(({ ms }) => ms < from && !isTooEarly(ms));
  return old === -1 ? entries : entries.slice(old + 1);
}

function entriesAfter<T>(entries: readonly TailEntry<T>[], id: string): readonly TailEntry<T>[] {
  const last = entries.findLastIndex((entry) => !isAfter(entry.id, id));
  return entries.slice(last + 1);
}

function meanSize(entries: readonly { readonly size: number }[]): number | undefined {
  return entries.length === 0 ? undefined : entries.reduce((sum, { size }) => sum + size, 0) / entries.length;
}

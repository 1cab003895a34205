import { type ContractViolation, ifKnown, known, type Reading, unknown } from "../reading";
import { symbolOf } from "./intent-symbol";
import type { Readings } from "./guarded";
import { meanBytes, pageSize } from "./page-size";
import type { Entry, Page, StreamInfo } from "./read-only";
import { idMs, isTooEarly, NEVER_WRITTEN } from "./stream-id";

/** What a sandbox remembers of one stream's recent entries, so that none is read twice. */
export interface RecentSymbols {
  /** Everything from here (epoch ms) up to `newest` was seen, or is known not to exist. */
  readonly coveredFrom: number;
  readonly oldestId: string;
  /** The newest entry of the stream, however old; undefined where it holds none. */
  readonly newest: Reading<Entry | undefined>;
  /** When each symbol was last seen, epoch ms; one with an ID before 2001 was seen at the slot that read it. */
  readonly lastSeen: ReadonlyMap<string, number>;
  readonly violations: readonly { readonly ms: number; readonly violation: ContractViolation }[];
  readonly entryBytes: number | undefined;
}

/** Violations are told for the window that ended last, which is a minute at most and ended less than a minute ago. */
const VIOLATIONS_KEPT_MS = 120_000;
const MOST_VIOLATIONS = 1000;
/** Twice as many as are ever looked at: a stream full of invented symbols must not fill the memory. */
const MOST_SYMBOLS = 2000;

/**
 * Symbols in the entries of the last `lengthMs` before `t`, in one turn of at most three bounded commands, and one more
 * where nothing is remembered. Where more came, a sandbox works its way back through the minutes over several slots.
 *
 * Entries with IDs ahead of the slot count as recent, for they came after those of the last minutes. Of a stream whose
 * IDs lie before 2001 only a page of the newest is looked at, and nothing is covered.
 */
export async function recentSymbols(
  redis: Readings,
  key: string,
  t: number,
  lengthMs: number,
  memory: RecentSymbols | undefined,
): Promise<RecentSymbols> {
  const seen = await step(redis, key, t, lengthMs, memory);
  // The newest remembered entry is no longer there: what is remembered may be of another life of the stream.
  if (seen === undefined) return recentSymbols(redis, key, t, lengthMs, undefined);
  const isFirstLook = memory === undefined && seen.entryBytes !== undefined && seen.coveredFrom > t - lengthMs;
  return (isFirstLook ? await step(redis, key, t, lengthMs, seen) : undefined) ?? seen;
}

async function step(
  redis: Readings,
  key: string,
  t: number,
  lengthMs: number,
  memory: RecentSymbols | undefined,
): Promise<RecentSymbols | undefined> {
  const from = t - lengthMs;
  const start = `${from}-0`;
  const remembered = newestIdOf(memory);
  const before = remembered !== undefined && idMs(remembered) >= from ? memory : undefined;
  const newestId = newestIdOf(before);
  const isBehind = before !== undefined && before.coveredFrom > from;
  const size = pageSize(before?.entryBytes);
  // From the newest remembered entry on, and that one again: so it is known to be there still.
  const asked = newestId === undefined ? size : size + 1;
  const [newer, older, stream] = await Promise.all([
    redis.newest(key, "+", newestId ?? start, asked),
    isBehind ? redis.newest(key, `(${before.oldestId}`, start, size) : undefined,
    before === undefined || isBehind ? redis.stream(key) : undefined,
  ]);
  // No stream, or refused: nothing was seen, which says nothing of what is there, and the next slot begins anew.
  if (!("known" in newer)) return { ...NOTHING, newest: newer, coveredFrom: t };
  const info = stream && "known" in stream ? stream.known : null;
  if (info && info.lastGeneratedId !== NEVER_WRITTEN && isTooEarly(idMs(info.lastGeneratedId))) {
    return newestPage(redis, key, t, info);
  }
  const isJoined = newer.known.entries.at(-1)?.id === newestId;
  if (newestId !== undefined && !isJoined && newer.known.isWhole) return undefined;
  const { entries } = newer.known;
  const newerPage = newestId !== undefined && isJoined ? entries.slice(0, -1) : entries;
  const olderPage = entriesOf(older);
  const isOlderCut = older !== undefined && "known" in older && !older.known.isWhole;
  const pages = { newer: newerPage, older: olderPage, isOlderCut, isGap: !isJoined && !newer.known.isWhole };
  const [backTo, oldestId] = covered(before, pages, streamStart(info, from));

  return {
    coveredFrom: backTo,
    oldestId,
    newest: entries[0] ? known(entries[0]) : ifKnown(stream ?? NOT_ASKED, (found) => known(found?.last)),
    entryBytes: meanBytes([...newerPage, ...olderPage], before?.entryBytes),
    ...symbolsIn([...newerPage, ...olderPage], key, { t, from, violationsFrom: t - VIOLATIONS_KEPT_MS }, before),
  };
}

const NOT_ASKED = unknown("the stream's newest entry was not asked for");

const newestIdOf = (memory: RecentSymbols | undefined): string | undefined =>
  memory && "known" in memory.newest ? memory.newest.known?.id : undefined;

const NOTHING: Omit<RecentSymbols, "coveredFrom"> = {
  oldestId: "0-0",
  newest: known(undefined),
  lastSeen: new Map(),
  violations: [],
  entryBytes: undefined,
};

/** A look at the newest entries alone, where IDs do not say how old one is. */
async function newestPage(redis: Readings, key: string, t: number, info: StreamInfo): Promise<RecentSymbols> {
  const size = pageSize(meanBytes(info.last ? [info.last] : [], undefined));
  const entries = entriesOf(await redis.newest(key, "+", "-", size));
  const { lastSeen } = symbolsIn(entries, key, { t, from: t, violationsFrom: t }, undefined);
  return { ...NOTHING, coveredFrom: t, newest: known(info.last), lastSeen };
}

const entriesOf = (page: Reading<Page> | undefined): readonly Entry[] =>
  page && "known" in page ? page.known.entries : [];

/** The moment before which nothing can be read: the window's start, or where trimming has cut the stream. */
function streamStart(info: StreamInfo | null, from: number): number {
  const isTrimmed = info?.entriesAdded !== undefined && info.entriesAdded > info.length;
  return isTrimmed && info?.first !== undefined ? Math.max(from, idMs(info.first.id)) : from;
}

interface Pages {
  readonly newer: readonly Entry[];
  readonly older: readonly Entry[];
  /** Whether there may be more behind the older page. */
  readonly isOlderCut: boolean;
  /** Whether the page of news did not reach back to what was seen before. */
  readonly isGap: boolean;
}

function covered(
  before: RecentSymbols | undefined,
  { newer, older, isOlderCut, isGap }: Pages,
  start: number,
): [coveredFrom: number, oldestId: string] {
  const oldestOf = (page: readonly Entry[]): string => page.at(-1)?.id ?? `${start}-0`;
  // A full page of news leaves a gap behind it: what was seen before the gap does not join up any more.
  if (isGap) return [idMs(oldestOf(newer)), oldestOf(newer)];
  if (before === undefined) return [start, oldestOf(newer)];
  if (isOlderCut && older.length > 0) return [idMs(oldestOf(older)), oldestOf(older)];
  return [Math.min(start, before.coveredFrom), older.at(-1)?.id ?? before.oldestId];
}

function symbolsIn(
  entries: readonly Entry[],
  key: string,
  { t, from, violationsFrom }: { t: number; from: number; violationsFrom: number },
  before: RecentSymbols | undefined,
): Pick<RecentSymbols, "lastSeen" | "violations"> {
  const lastSeen = new Map([...(before?.lastSeen ?? [])].filter(([, ms]) => ms >= from));
  const violations = (before?.violations ?? []).filter(({ ms }) => ms >= violationsFrom);
  for (const entry of entries) {
    // One that is ahead is recent until its time has passed; one that is early is no older than the slot that reads it.
    const added = idMs(entry.id);
    const ms = isTooEarly(added) ? t : added;
    const symbol = symbolOf(key, entry);
    if ("known" in symbol) lastSeen.set(symbol.known, Math.max(ms, lastSeen.get(symbol.known) ?? 0));
    else if ("broken" in symbol && ms >= violationsFrom) violations.push({ ms, violation: symbol.broken });
  }
  const newest = [...lastSeen].toSorted(([, a], [, b]) => b - a).slice(0, MOST_SYMBOLS);
  return { lastSeen: new Map(newest), violations: violations.slice(-MOST_VIOLATIONS) };
}

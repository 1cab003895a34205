import type { ContractViolation, Reading } from "../reading";
import { symbolOf } from "./intent-symbol";
import type { Readings } from "./guarded";
import { meanBytes, pageSize } from "./page-size";
import type { Entry, StreamInfo } from "./read-only";
import { idMs, windowIds } from "./stream-id";

/** What a sandbox remembers of one stream's recent entries, so that none is read twice. */
export interface RecentSymbols {
  /** Everything from here (epoch ms) up to `newestId` was seen, or is known not to exist. */
  readonly coveredFrom: number;
  readonly oldestId: string;
  readonly newestId: string;
  /** When each symbol was last seen, epoch ms. */
  readonly lastSeen: ReadonlyMap<string, number>;
  readonly violations: readonly { readonly ms: number; readonly violation: ContractViolation }[];
  readonly entryBytes: number | undefined;
}

/** Violations are told for the window just ended only, and windows last a minute at most. */
const VIOLATIONS_KEPT_MS = 60_000;
const MOST_VIOLATIONS = 1000;
/** Twice as many as are ever looked at: a stream full of invented symbols must not fill the memory. */
const MOST_SYMBOLS = 2000;

/**
 * Symbols in the entries of the last `lengthMs` before `t`, in one turn of at most three bounded commands, and one more
 * where nothing is remembered. Where more came, a sandbox works its way back through the minutes over several slots.
 */
export async function recentSymbols(
  redis: Readings,
  key: string,
  t: number,
  lengthMs: number,
  memory: RecentSymbols | undefined,
): Promise<RecentSymbols> {
  const seen = await step(redis, key, t, lengthMs, memory);
  const isFirstLook = memory === undefined && seen.entryBytes !== undefined && seen.coveredFrom > t - lengthMs;
  return isFirstLook ? step(redis, key, t, lengthMs, seen) : seen;
}

async function step(
  redis: Readings,
  key: string,
  t: number,
  lengthMs: number,
  memory: RecentSymbols | undefined,
): Promise<RecentSymbols> {
  const from = t - lengthMs;
  const { from: start, to } = windowIds(t, lengthMs);
  const before = memory && idMs(memory.newestId) >= from ? memory : undefined;
  const isBehind = before !== undefined && before.coveredFrom > from;
  const size = pageSize(before?.entryBytes);
  const [newer, older, stream] = await Promise.all([
    redis.newest(key, to, before ? `(${before.newestId}` : start, size),
    isBehind ? redis.newest(key, `(${before.oldestId}`, start, size) : undefined,
    before === undefined || isBehind ? redis.stream(key) : undefined,
  ]);
  // No stream at all: nothing was seen, and the next slot begins anew.
  if (!("known" in newer)) {
    return {
      coveredFrom: t,
      oldestId: to,
      newestId: start,
      lastSeen: new Map(),
      violations: [],
      entryBytes: undefined,
    };
  }
  const newerPage = newer.known;
  const olderPage = entriesOf(older);
  const [backTo, oldestId] = covered(before, { newer: newerPage, older: olderPage, size }, streamStart(stream, from));

  return {
    coveredFrom: backTo,
    oldestId,
    newestId: newerPage[0]?.id ?? before?.newestId ?? start,
    entryBytes: meanBytes([...newerPage, ...olderPage], before?.entryBytes),
    ...symbolsIn([...newerPage, ...olderPage], key, { from, violationsFrom: t - VIOLATIONS_KEPT_MS }, before),
  };
}

const entriesOf = (page: Reading<Entry[]> | undefined): readonly Entry[] => (page && "known" in page ? page.known : []);

/** The moment before which nothing can be read: the window's start, or where trimming has cut the stream. */
function streamStart(stream: Reading<StreamInfo | null> | undefined, from: number): number {
  const info = stream && "known" in stream ? stream.known : null;
  const isTrimmed = info?.entriesAdded !== undefined && info.entriesAdded > info.length;
  return isTrimmed && info?.first !== undefined ? Math.max(from, idMs(info.first.id)) : from;
}

function covered(
  before: RecentSymbols | undefined,
  { newer, older, size }: { newer: readonly Entry[]; older: readonly Entry[]; size: number },
  start: number,
): [coveredFrom: number, oldestId: string] {
  const oldestOf = (page: readonly Entry[]): string => page.at(-1)?.id ?? `${start}-0`;
  // A full page of news leaves a gap behind it: what was seen before the gap does not join up any more.
  if (newer.length === size) return [idMs(oldestOf(newer)), oldestOf(newer)];
  if (before === undefined) return [start, oldestOf(newer)];
  if (older.length === size) return [idMs(oldestOf(older)), oldestOf(older)];
  return [Math.min(start, before.coveredFrom), older.at(-1)?.id ?? before.oldestId];
}

function symbolsIn(
  entries: readonly Entry[],
  key: string,
  { from, violationsFrom }: { from: number; violationsFrom: number },
  before: RecentSymbols | undefined,
): Pick<RecentSymbols, "lastSeen" | "violations"> {
  const lastSeen = new Map([...(before?.lastSeen ?? [])].filter(([, ms]) => ms >= from));
  const violations = (before?.violations ?? []).filter(({ ms }) => ms >= violationsFrom);
  for (const entry of entries) {
    const ms = idMs(entry.id);
    const symbol = symbolOf(key, entry);
    if ("known" in symbol) lastSeen.set(symbol.known, Math.max(ms, lastSeen.get(symbol.known) ?? 0));
    else if ("broken" in symbol && ms >= violationsFrom) violations.push({ ms, violation: symbol.broken });
  }
  const newest = [...lastSeen].toSorted(([, a], [, b]) => b - a).slice(0, MOST_SYMBOLS);
  return { lastSeen: new Map(newest), violations: violations.slice(-MOST_VIOLATIONS) };
}

import type { StreamInfo } from "./read-only";
import { idMs, isAfter } from "./stream-id";

/** One reading of a stream's counters, at a moment of our own clock. */
export interface StreamReading {
  readonly readAt: number;
  readonly entriesAdded: number;
  readonly info: StreamInfo;
}

/** Readings of one stream in the same sandbox, oldest first, all of the same life of that stream. */
export interface StreamHistory {
  readonly readings: readonly StreamReading[];
  /** When a deletion or re-creation was noticed; undefined if none was. */
  readonly resetAt: number | undefined;
}

export const NO_HISTORY: StreamHistory = { readings: [], resetAt: undefined };

const KEPT_MS = 120_000;

/** Adds a reading; what came before a reset is forgotten. A stream that vanished is a reset too. */
export function remember(history: StreamHistory, info: StreamInfo | null, readAt: number): StreamHistory {
  const last = history.readings.at(-1);
  const reset = last !== undefined && (info === null || isAnotherLife(last.info, info));
  const kept = reset ? [] : history.readings.filter((reading) => reading.readAt > readAt - KEPT_MS);
  const added = info?.entriesAdded === undefined ? [] : [{ readAt, entriesAdded: info.entriesAdded, info }];
  return { readings: [...kept, ...added], resetAt: reset ? readAt : history.resetAt };
}

/** Entries ever added that are no longer there; undefined before Redis 7.0. */
export function excess(info: StreamInfo): number | undefined {
  return info.entriesAdded === undefined ? undefined : info.entriesAdded - info.length;
}

/** Counters of one life only grow, and entries that did not go are there. */
function isAnotherLife(before: StreamInfo, now: StreamInfo): boolean {
  const excessBefore = excess(before) ?? 0;
  const excessNow = excess(now) ?? 0;
  const survive = excessNow - excessBefore < before.length;
  return (
    (survive && (now.first === undefined || isAfter(now.first.id, before.lastGeneratedId))) ||
    (now.entriesAdded ?? 0) < (before.entriesAdded ?? 0) ||
    excessNow < excessBefore ||
    isAfter(before.lastGeneratedId, now.lastGeneratedId)
  );
}

const LEAST_APART_MS = 30_000;
const BEST_APART_MS = 60_000;

/** Entries a minute from the change of `entries-added` between own readings at least 30 s apart. */
export function rateFromReadings({ readings }: StreamHistory): number | undefined {
  const now = readings.at(-1);
  if (now === undefined) return undefined;
  const distance = (reading: StreamReading): number => Math.abs(now.readAt - reading.readAt - BEST_APART_MS);
  const [base] = readings
    .filter((reading) => now.readAt - reading.readAt >= LEAST_APART_MS)
    .toSorted((a, b) => distance(a) - distance(b));
  return base && ((now.entriesAdded - base.entriesAdded) / (now.readAt - base.readAt)) * 60_000;
}

/** Below this span the milliseconds of the IDs are too coarse for 2 %. */
const LEAST_SPAN_MS = 100;
/** A stream is still flowing while its silence is within so many of its own gaps. */
const GAPS_OF_SILENCE = 3;
const LEAST_SILENCE_MS = 1000;

/** Entries a minute over the span that the stream itself still holds, up to `t` where it has gone quiet. */
export function rateFromSpan(info: StreamInfo, t: number): number | undefined {
  if (info.first === undefined || info.last === undefined || info.length < 2) return undefined;
  const firstMs = idMs(info.first.id);
  const lastMs = idMs(info.last.id);
  const span = lastMs - firstMs;
  if (span < LEAST_SPAN_MS) return undefined;
  const gap = span / (info.length - 1);
  const flowing = t - lastMs <= Math.max(GAPS_OF_SILENCE * gap, LEAST_SILENCE_MS);
  return flowing ? 60_000 / gap : (info.length / (t - firstMs)) * 60_000;
}

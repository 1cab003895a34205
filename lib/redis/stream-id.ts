import { broken, known, quoted, type Reading, unknown } from "../reading";
import type { Entry, StreamInfo } from "./read-only";

/** Milliseconds part of a stream ID: the server's clock when the entry was added. */
export function idMs(id: string): number {
  return Number(id.split("-", 1)[0]);
}

/** The last ID of a stream that never had an entry. */
export const NEVER_WRITTEN = "0-0";

/** Seconds from the last entry ever added to `t` (milliseconds), never below 0. */
export function lastAge(info: StreamInfo | null, t: number): Reading<number> {
  if (info === null) return unknown("the stream does not exist");
  if (info.lastGeneratedId === NEVER_WRITTEN) return unknown("the stream was never written");
  return known(Math.max(0, t - idMs(info.lastGeneratedId)) / 1000);
}

/** First and last ID of the half-open window `[t − length, t)`, both in milliseconds, as XRANGE takes them. */
export function windowIds(t: number, lengthMs: number): { from: string; to: string } {
  return { from: `${t - lengthMs}-0`, to: `${t - 1}` };
}

/** True when `id` comes after `other`: by milliseconds, then by sequence number, each a 64-bit integer. */
export function isAfter(id: string, other: string): boolean {
  const [ms = "0", seq = "0"] = id.split("-");
  const [otherMs = "0", otherSeq = "0"] = other.split("-");
  return ms === otherMs ? BigInt(seq) > BigInt(otherSeq) : BigInt(ms) > BigInt(otherMs);
}

const PYTHON_FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A finite number as Python writes it; `nan`, `inf`, `None` and the empty string are not. `what` names the place. */
export function parseNumber(key: string, text: string, what: string): Reading<number> {
  const value = PYTHON_FLOAT.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? known(value) : broken(key, `${what} is not a number: ${quoted(text)}`);
}

/** A number in a field of a stream entry. */
export function numberField(key: string, entry: Entry, field: string): Reading<number> {
  const text = entry.fields.get(field);
  return text === undefined
    ? broken(key, `entry ${entry.id} has no field ${field}`)
    : parseNumber(key, text, `field ${field} of entry ${entry.id}`);
}

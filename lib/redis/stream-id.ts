import { broken, ifKnown, known, quoted, type Reading, unknown } from "../reading";
import type { Entry, StreamInfo } from "./read-only";

/** Milliseconds part of a stream ID: the server's clock when the entry was added. */
export function idMs(id: string): number {
  return Number(id.split("-", 1)[0]);
}

/** An ID may be ahead of the slot by as much as clocks differ and a late run reads; what is further ahead is no time. */
export const MAX_AHEAD_MS = 60_000;
/** The year 2001: an ID that is earlier was made of seconds, or of a counter. */
const MIN_MS = 978_307_200_000;

/** True for milliseconds of an ID that was made of seconds or of a counter: they lie before 2001. */
export const isTooEarly = (ms: number): boolean => ms < MIN_MS;

/** True for milliseconds of an ID that can be a time, at the slot `t`. */
export const isTime = (ms: number, t: number): boolean => !isTooEarly(ms) && ms <= t + MAX_AHEAD_MS;

/** No clock is off by this: an ID further ahead was made of microseconds or nanoseconds. */
const YEAR_MS = 366 * 86_400_000;
/** After an entry of this ID Redis refuses every XADD. */
const EXHAUSTED = "18446744073709551615-18446744073709551615";

/**
 * The time of a stream ID (epoch milliseconds), read at the slot `t`. Broken where it cannot be a time: what rests on
 * it, such as an age or a window, is then not known, and neither 0 nor the time since 1970.
 */
export function idTime(key: string, id: string, t: number): Reading<number> {
  const ms = idMs(id);
  if (id === EXHAUSTED) return broken(key, `its last ID is ${id}: Redis refuses every further entry`);
  if (isTooEarly(ms) || ms > t + YEAR_MS) return broken(key, `ID ${id} is no time in milliseconds`);
  if (ms <= t + MAX_AHEAD_MS) return known(ms);
  return broken(
    key,
    `ID ${id} is ${Math.round((ms - t) / 1000)} s ahead of the slot: the server's clock was put back, or a writer makes its own IDs`,
  );
}

/** The last ID of a stream that never had an entry. */
export const NEVER_WRITTEN = "0-0";

/** Seconds from the last entry ever added to `t` (milliseconds), never below 0. */
export function lastAge(key: string, info: StreamInfo | null, t: number): Reading<number> {
  if (info === null) return unknown("the stream does not exist");
  if (info.lastGeneratedId === NEVER_WRITTEN) return unknown("the stream was never written");
  return ifKnown(idTime(key, info.lastGeneratedId, t), (ms) => known(Math.max(0, t - ms) / 1000));
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

const PYTHON_FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

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

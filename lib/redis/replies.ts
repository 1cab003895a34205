import { CollectError } from "../errors";
import { broken, known, quoted, type Reading, unknown } from "../reading";
import type { ConsumerInfo, Entry, GroupInfo, Info, PendingEntry, StreamInfo } from "./read-only";
import { OversizedReply } from "./oversized";
import type { Reply } from "./request";

/** A reply that is not what its command gives: nothing in it is to be believed, and nothing stands in its place. */
export class WrongShape extends Error {
  override readonly name = "WrongShape";
}

/**
 * A reply as a reading: a key of the wrong type, or a reply of the wrong shape, breaks the contract; any other refusal
 * costs the collector.
 */
export function reading<T>(key: string, reply: Reply, parse: (value: unknown) => T): Reading<T> {
  if (!(reply instanceof Error)) {
    try {
      return known(parse(reply));
    } catch (error) {
      if (error instanceof WrongShape) return broken(key, error.message);
      throw error;
    }
  }
  if (reply.message.startsWith("WRONGTYPE")) return broken(key, "holds a value of the wrong type");
  if (reply instanceof OversizedReply) return broken(key, reply.message);
  throw new CollectError(`${key}: ${reply.message}`, { cause: reply });
}

/**
 * A command that a server does not have, or that its user may not give: Redis and Valkey, their managed kinds (AWS says
 * "unknown command") and the words of others.
 */
const UNAVAILABLE = /^NOPERM|^ERR .*(unknown (sub)?command|not (allowed|available|supported|permitted))/i;

/**
 * Replies of all primaries as one reading: unknown where one does not have the command, else any refusal, or reply of
 * the wrong shape, costs it.
 */
export function readingOfEach<T>(
  asked: string,
  all: readonly Reply[],
  parse: (value: unknown) => T,
): Reading<readonly T[]> {
  const refusal = all.find((reply) => reply instanceof Error);
  if (all.length === 0) throw new CollectError(`${asked}: no primary is known`);
  if (refusal === undefined) return known(all.map((reply) => ofServer(asked, reply, parse)));
  if (isUnavailable(refusal)) return unknown(`${asked}: ${refusal.message}`);
  throw new CollectError(`${asked}: ${refusal.message}`, { cause: refusal });
}

/** What a server says of itself belongs to no key, so that a reply of the wrong shape costs whoever asked. */
export function ofServer<T>(asked: string, reply: Reply, parse: (value: unknown) => T): T {
  if (reply instanceof Error) throw new CollectError(`${asked}: ${reply.message}`, { cause: reply });
  try {
    return parse(reply);
  } catch (error) {
    if (error instanceof WrongShape) throw new CollectError(`${asked}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Whether a server that is up does not have a command, or keeps it from this user. */
export function isUnavailable(reply: Error): boolean {
  return UNAVAILABLE.test(reply.message);
}

/** The same where many keys are read at once: what Redis refuses of one of them leaves that one unknown. */
export function refusable<T>(key: string, reply: Reply, parse: (value: unknown) => T): Reading<T> {
  return reply instanceof Error && !isAboutData(reply)
    ? unknown(`${key}: ${reply.message}`)
    : reading(key, reply, parse);
}

/** Whether an error reply is nevertheless an answer about the data, so that Redis is up and lets us read. */
export function isAboutData(reply: Error): boolean {
  const isOfData = reply.message.startsWith("WRONGTYPE") || reply instanceof OversizedReply;
  return isOfData || isNoSuchKey(reply) || isNoGroup(reply);
}

export function isNoSuchKey(reply: Reply): boolean {
  return reply instanceof Error && reply.message.startsWith("ERR no such key");
}

export function isNoGroup(reply: Reply): boolean {
  return reply instanceof Error && reply.message.startsWith("NOGROUP ");
}

/** Whether a replica says that it serves no key while its primary is gone (`replica-serve-stale-data no`). */
export function isMasterDown(refusal: string): boolean {
  return /\bMASTERDOWN\b/.test(refusal);
}

/** Whether a node of a cluster says that the key lives on another one by now. */
export function isMoved(reply: Reply): boolean {
  return reply instanceof Error && reply.message.startsWith("MOVED ");
}

/** Whether a node says so of a key whose slot is being moved, for this once. */
export function isAsk(reply: Reply): boolean {
  return reply instanceof Error && reply.message.startsWith("ASK ");
}

/** GET: text, or null where the key is absent. */
export function parseText(value: unknown): string | null {
  return value === null ? null : textOf(value, "a text");
}

/** Entries of XRANGE: pairs of an ID and a flat list of fields and values. */
export function parseEntries(value: unknown): Entry[] {
  return listOf(value, "the entries").map(parseEntry);
}

function parseEntry(value: unknown): Entry {
  const [id, fields] = listOf(value, "an entry", 2);
  return { id: idOf(id, "an ID"), fields: pairs(fields) };
}

/** XINFO STREAM: a flat list of names and values; names that this version does not know are passed over. */
export function parseStreamInfo(value: unknown): StreamInfo {
  const found = named(value, "the stream");
  const entry = (name: string): Entry | undefined => {
    const one = found.get(name);
    // Null where the stream is empty.
    return one === undefined || one === null ? undefined : parseEntry(one);
  };
  return {
    length: countAt(found, "length"),
    lastGeneratedId: idAt(found, "last-generated-id"),
    first: entry("first-entry"),
    last: entry("last-entry"),
    entriesAdded: countIn(found, "entries-added"),
    maxDeletedId: found.has("max-deleted-entry-id") ? idAt(found, "max-deleted-entry-id") : undefined,
    groups: countAt(found, "groups"),
  };
}

/** XINFO GROUPS: a list of such lists, one a group. */
export function parseGroups(value: unknown): GroupInfo[] {
  return listOf(value, "the groups").map((one) => {
    const found = named(one, "a group");
    return {
      name: textOf(found.get("name"), "name"),
      consumers: countAt(found, "consumers"),
      pending: countAt(found, "pending"),
      lastDeliveredId: idAt(found, "last-delivered-id"),
      entriesRead: countIn(found, "entries-read"),
      lag: countIn(found, "lag"),
    };
  });
}

/** XINFO CONSUMERS: a list of such lists, one a consumer. */
export function parseConsumers(value: unknown): ConsumerInfo[] {
  return listOf(value, "the consumers").map((one) => {
    const found = named(one, "a consumer");
    return {
      name: textOf(found.get("name"), "name"),
      pending: countAt(found, "pending"),
      idleMs: countAt(found, "idle"),
    };
  });
}

/** XPENDING with a count: lists of an ID, a consumer, an idle time and a number of deliveries. */
export function parseOldestPending(value: unknown): PendingEntry | null {
  const all = listOf(value, "the pending entries");
  if (all.length === 0) return null;
  const [id, consumer, idleMs, deliveries] = listOf(all[0], "a pending entry", 4);
  for (const each of [idleMs, deliveries]) countOf(each, "a count");
  return { id: idOf(id, "an ID"), consumer: textOf(consumer, "a consumer") };
}

/** INFO: `name:value` lines; the heading ("# Keyspace") stands among the names, as a section may have no line. */
export function parseInfo(value: unknown): Info {
  const lines = textOf(value, "INFO")
    .split("\r\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line) => [line.split(":", 1)[0] ?? "", line.slice(line.indexOf(":") + 1)]));
}

/** TIME: seconds and microseconds, as milliseconds. */
export function parseTime(value: unknown): number {
  const [seconds, micros] = listOf(value, "the time", 2).map((part) => {
    const text = textOf(part, "a time");
    return /^\d{1,12}$/.test(text) ? Number(text) : wrong("a time", part);
  });
  return (seconds ?? Number.NaN) * 1000 + (micros ?? Number.NaN) / 1000;
}

/** HMGET of so many fields: a value or null for each; null where there is none of them, as for a key that is absent. */
export function parseFields(value: unknown, asked: number): (string | null)[] | null {
  const fields = listOf(value, "the fields", asked).map(parseText);
  return fields.every((field) => field === null) ? null : fields;
}

/** EXISTS of one key. */
export function parseExists(value: unknown): boolean {
  return value === 0 || value === 1 ? value === 1 : wrong("0 or 1", value);
}

/** PTTL: milliseconds, −1 without expiry, −2 where the key is absent. */
export function parseTtl(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= -2 ? (value as number) : wrong("a time to live", value);
}

/** SLOWLOG LEN and the like: a whole number, never below 0. */
export function parseCount(value: unknown): number {
  return countOf(value, "a count");
}

/** SCAN: the next cursor, "0" after the last, and the keys that were found. */
export function parseScan(value: unknown): { cursor: string; keys: string[] } {
  const [at, keys] = listOf(value, "the scan", 2);
  const cursor = textOf(at, "the cursor");
  if (!/^\d{1,20}$/.test(cursor)) wrong("the cursor", at);
  return { cursor, keys: listOf(keys, "the keys").map((key) => textOf(key, "a key")) };
}

function pairs(value: unknown): Map<string, string> {
  const flat = listOf(value, "an entry's fields");
  if (flat.length % 2 !== 0) wrong("pairs", value);
  const map = new Map<string, string>();
  for (let index = 0; index < flat.length; index += 2) {
    map.set(textOf(flat[index], "a field"), textOf(flat[index + 1], "a value"));
  }
  return map;
}

function named(value: unknown, what: string): Map<string, unknown> {
  const flat = listOf(value, what);
  if (flat.length % 2 !== 0) wrong("pairs", value);
  const found = new Map<string, unknown>();
  for (let index = 0; index < flat.length; index += 2) found.set(textOf(flat[index], "a name"), flat[index + 1]);
  return found;
}

function listOf(value: unknown, what: string, length?: number): readonly unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return wrong(what, value);
  return value as readonly unknown[];
}

const textOf = (value: unknown, what: string): string => (typeof value === "string" ? value : wrong(what, value));

function countOf(value: unknown, what: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : wrong(what, value);
}

const countAt = (found: ReadonlyMap<string, unknown>, name: string): number => countOf(found.get(name), name);
const idAt = (found: ReadonlyMap<string, unknown>, name: string): string => idOf(found.get(name), name);

/** A count that older versions do not give, and that newer ones may have lost: they say null then, or less than 0. */
function countIn(found: ReadonlyMap<string, unknown>, name: string): number | undefined {
  const value = found.get(name);
  const isLost = value === undefined || value === null || (Number.isSafeInteger(value) && (value as number) < 0);
  return isLost ? undefined : countOf(value, name);
}

function idOf(value: unknown, what: string): string {
  const text = textOf(value, what);
  return /^\d{1,20}-\d{1,20}$/.test(text) ? text : wrong(what, value);
}

/** What came is told cut short: all of it may be megabytes. */
function wrong(what: string, value: unknown): never {
  throw new WrongShape(`the reply has ${told(value)} where ${what} should be`);
}

function told(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return quoted(value);
  return typeof value === "number" || value === null ? String(value) : "nothing of this protocol";
}

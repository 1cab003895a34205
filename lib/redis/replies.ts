import { CollectError } from "../errors";
import { broken, known, type Reading, unknown } from "../reading";
import type { ConsumerInfo, Entry, GroupInfo, Info, PendingEntry, StreamInfo } from "./read-only";
import type { Reply } from "./request";

/** A reply as a reading: a key of the wrong type breaks the contract, any other refusal costs the collector. */
export function reading<T>(key: string, reply: Reply, parse: (value: unknown) => T): Reading<T> {
  if (!(reply instanceof Error)) return known(parse(reply));
  if (reply.message.startsWith("WRONGTYPE")) return broken(key, "holds a value of the wrong type");
  throw new CollectError(`${key}: ${reply.message}`, { cause: reply });
}

/**
 * A command that a server does not have, or that its user may not give: Redis and Valkey, their managed kinds (AWS says
 * "unknown command") and the words of others.
 */
const UNAVAILABLE = /^NOPERM|^ERR .*(unknown (sub)?command|not (allowed|available|supported|permitted))/i;

/** Replies of all primaries as one reading: unknown where one does not have the command, else any refusal costs it. */
export function readingOfEach<T>(asked: string, replies: Reply, parse: (value: unknown) => T): Reading<readonly T[]> {
  const all = asArray(replies);
  const refusal = all.find((reply) => reply instanceof Error);
  if (all.length === 0) throw new CollectError(`${asked}: no primary is known`);
  if (refusal === undefined) return known(all.map(parse));
  if (isUnavailable(refusal)) return unknown(`${asked}: ${refusal.message}`);
  throw new CollectError(`${asked}: ${refusal.message}`, { cause: refusal });
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
  return reply.message.startsWith("WRONGTYPE") || isNoSuchKey(reply) || isNoGroup(reply);
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

export function parseText(value: unknown): string | null {
  return value === null || value === undefined ? null : textOf(value);
}

/** Entries of XRANGE: pairs of an ID and a flat list of fields and values. */
export function parseEntries(value: unknown): Entry[] {
  return asArray(value).flatMap((one) => {
    const entry = parseEntry(one);
    return entry ? [entry] : [];
  });
}

function parseEntry(value: unknown): Entry | undefined {
  const [id, fields] = asArray(value);
  return id === undefined ? undefined : { id: textOf(id), fields: pairs(asArray(fields)) };
}

/** XINFO STREAM: a flat list of names and values; names that this version does not know are passed over. */
export function parseStreamInfo(value: unknown): StreamInfo {
  const found = named(value);
  const length = found.get("length");
  const lastGeneratedId = found.get("last-generated-id");
  if (typeof length !== "number" || typeof lastGeneratedId !== "string") {
    throw new CollectError("XINFO STREAM: the reply has no length or no last-generated-id");
  }
  return {
    length,
    lastGeneratedId,
    first: parseEntry(found.get("first-entry")),
    last: parseEntry(found.get("last-entry")),
    entriesAdded: count(found.get("entries-added")),
    maxDeletedId: parseText(found.get("max-deleted-entry-id")) ?? undefined,
    groups: count(found.get("groups")) ?? 0,
  };
}

/** XINFO GROUPS: a list of such lists, one a group. */
export function parseGroups(value: unknown): GroupInfo[] {
  return asArray(value).map((one) => {
    const found = named(one);
    return {
      name: parseText(found.get("name")) ?? "",
      consumers: count(found.get("consumers")) ?? 0,
      pending: count(found.get("pending")) ?? 0,
      lastDeliveredId: parseText(found.get("last-delivered-id")) ?? "0-0",
      entriesRead: count(found.get("entries-read")),
      lag: count(found.get("lag")),
    };
  });
}

/** XINFO CONSUMERS: a list of such lists, one a consumer. */
export function parseConsumers(value: unknown): ConsumerInfo[] {
  return asArray(value).map((one) => {
    const found = named(one);
    const idleMs = count(found.get("idle"));
    if (idleMs === undefined) throw new CollectError("XINFO CONSUMERS: the reply has no idle time");
    return { name: parseText(found.get("name")) ?? "", pending: count(found.get("pending")) ?? 0, idleMs };
  });
}

/** XPENDING with a count: lists that begin with an ID and a consumer. */
export function parseOldestPending(value: unknown): PendingEntry | null {
  const [id, consumer] = asArray(asArray(value)[0]).map(parseText);
  return id ? { id, consumer: consumer ?? "" } : null;
}

/** INFO: `name:value` lines; the heading ("# Keyspace") stands among the names, as a section may have no line. */
export function parseInfo(value: unknown): Info {
  const lines = (parseText(value) ?? "").split("\r\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.split(":", 1)[0] ?? "", line.slice(line.indexOf(":") + 1)]));
}

/** TIME: seconds and microseconds, as milliseconds. */
export function parseTime(value: unknown): number {
  const [seconds, micros] = asArray(value).map(Number);
  return (seconds ?? Number.NaN) * 1000 + (micros ?? Number.NaN) / 1000;
}

/** HMGET: a value or null for each field; null where there is none of them, as for a key that is absent. */
export function parseFields(value: unknown): (string | null)[] | null {
  const fields = asArray(value);
  return fields.every((field) => field === null) ? null : fields.map(parseText);
}

/** EXISTS of one key. */
export function parseExists(value: unknown): boolean {
  return value === 1;
}

/** SCAN: the next cursor, "0" after the last, and the keys that were found. */
export function parseScan(value: unknown): { cursor: string; keys: string[] } {
  const [cursor, keys] = asArray(value);
  return { cursor: cursor === undefined ? "0" : textOf(cursor), keys: asArray(keys).map(textOf) };
}

function pairs(flat: readonly unknown[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2) map.set(textOf(flat[index]), textOf(flat[index + 1]));
  return map;
}

function named(value: unknown): Map<string, unknown> {
  const flat = asArray(value);
  const found = new Map<string, unknown>();
  for (let index = 0; index + 1 < flat.length; index += 2) found.set(textOf(flat[index]), flat[index + 1]);
  return found;
}

const count = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

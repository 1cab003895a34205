import { CollectError } from "../errors";
import { broken, known, type Reading } from "../reading";
import type { Entry, StreamInfo } from "./read-only";
import type { Reply } from "./request";

/** A reply as a reading: a key of the wrong type breaks the contract, any other refusal costs the collector. */
export function reading<T>(key: string, reply: Reply, parse: (value: unknown) => T): Reading<T> {
  if (!(reply instanceof Error)) return known(parse(reply));
  if (reply.message.startsWith("WRONGTYPE")) return broken(key, "holds a value of the wrong type");
  throw new CollectError(`${key}: ${reply.message}`, { cause: reply });
}

/** Whether an error reply is nevertheless an answer about the data, so that Redis is up and lets us read. */
export function isAboutData(reply: Error): boolean {
  return reply.message.startsWith("WRONGTYPE") || isNoSuchKey(reply);
}

export function isNoSuchKey(reply: Reply): boolean {
  return reply instanceof Error && reply.message.startsWith("ERR no such key");
}

/** Whether a node of a cluster says that the key lives on another one by now. */
export function isMoved(reply: Reply): boolean {
  return reply instanceof Error && reply.message.startsWith("MOVED ");
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
  const flat = asArray(value);
  const found = new Map<string, unknown>();
  for (let index = 0; index + 1 < flat.length; index += 2) found.set(textOf(flat[index]), flat[index + 1]);
  const length = found.get("length");
  const lastGeneratedId = found.get("last-generated-id");
  if (typeof length !== "number" || typeof lastGeneratedId !== "string") {
    throw new CollectError("XINFO STREAM: the reply has no length or no last-generated-id");
  }
  const entriesAdded = found.get("entries-added");
  return {
    length,
    lastGeneratedId,
    first: parseEntry(found.get("first-entry")),
    last: parseEntry(found.get("last-entry")),
    entriesAdded: typeof entriesAdded === "number" ? entriesAdded : undefined,
  };
}

/** TIME: seconds and microseconds, as milliseconds. */
export function parseTime(value: unknown): number {
  const [seconds, micros] = asArray(value).map(Number);
  return (seconds ?? Number.NaN) * 1000 + (micros ?? Number.NaN) / 1000;
}

function pairs(flat: readonly unknown[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2) map.set(textOf(flat[index]), textOf(flat[index + 1]));
  return map;
}

const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

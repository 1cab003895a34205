import { broken, known, type Reading } from "../reading";
import type { Entry } from "./read-only";

/** Fields of a published intent that hold JSON instead of flat fields: plain data, and the event bus's envelope. */
const JSON_FIELDS = ["data", "payload"] as const;

/** The JSON object in a field; undefined where the field is absent, and where it holds none. */
function objectIn(entry: Entry, field: string): Readonly<Record<string, unknown>> | undefined {
  const text = entry.fields.get(field);
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
    return isObject ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The fields in the JSON of an intent, of whichever of its fields holds some; none where none does. */
export function jsonFields(entry: Entry): Readonly<Record<string, unknown>> {
  for (const field of JSON_FIELDS) {
    const found = objectIn(entry, field);
    if (found) return found;
  }
  return {};
}

/** Whether an intent says something in JSON that nobody can read. */
const isUnreadable = (entry: Entry): boolean =>
  JSON_FIELDS.some((field) => entry.fields.has(field)) && JSON_FIELDS.every((field) => !objectIn(entry, field));

/** How an intent says that it only makes a position smaller. */
const YES: ReadonlySet<string> = new Set(["true", "1", "yes"]);
const SIDES: ReadonlySet<string> = new Set(["BUY", "SELL"]);

const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

/**
 * Whether an intent buys or sells and is no exit, in any of the three shapes that intents have. Broken where it is
 * no exit by what can be read of it, and what cannot be read may say so, or what it does.
 */
export function opens(key: string, entry: Entry): Reading<boolean> {
  const json = jsonFields(entry);
  const says = (field: string, words: ReadonlySet<string>, spell: (text: string) => string): boolean =>
    [entry.fields.get(field), json[field]].some((value) => isScalar(value) && words.has(spell(String(value))));
  if (says("reduceOnly", YES, (text) => text.toLowerCase())) return known(false);
  if (isUnreadable(entry)) return broken(key, `entry ${entry.id} has no readable JSON: it may open or close`);
  return known(["side", "action"].some((field) => says(field, SIDES, (text) => text.toUpperCase())));
}

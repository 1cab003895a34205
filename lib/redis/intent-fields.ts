import type { Entry } from "./read-only";

/** Fields of a published intent that hold JSON instead of flat fields: plain data, and the event bus's envelope. */
const JSON_FIELDS = ["data", "payload"] as const;

/** The fields in the JSON of an intent; none where it has no JSON, or none that can be read. */
export function jsonFields(entry: Entry): Readonly<Record<string, unknown>> {
  const text = JSON_FIELDS.map((field) => entry.fields.get(field)).find((value) => value !== undefined);
  if (text === undefined) return {};
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** How an intent says that it only makes a position smaller. */
const YES: ReadonlySet<string> = new Set(["true", "1", "yes"]);
const SIDES: ReadonlySet<string> = new Set(["BUY", "SELL"]);

const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

/** Whether an intent buys or sells and is no exit, in any of the three shapes that intents have. */
export function opens(entry: Entry): boolean {
  const json = jsonFields(entry);
  const says = (field: string, words: ReadonlySet<string>, spell: (text: string) => string): boolean =>
    [entry.fields.get(field), json[field]].some((value) => isScalar(value) && words.has(spell(String(value))));
  const isExit = says("reduceOnly", YES, (text) => text.toLowerCase());
  return !isExit && ["side", "action"].some((field) => says(field, SIDES, (text) => text.toUpperCase()));
}

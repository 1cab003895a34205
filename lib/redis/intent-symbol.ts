import { broken, known, quoted, type Reading } from "../reading";
import type { Entry } from "./read-only";

/** Fields of a published intent that hold JSON instead of flat fields: plain data, and the event bus's envelope. */
const JSON_FIELDS = ["data", "payload"] as const;
/** Longer than any symbol of any exchange; what is longer is not one. */
const MOST_CHARACTERS = 40;

/** The symbol of a stream entry, in any of the three shapes that intents have; faults carry it flat. */
export function symbolOf(key: string, entry: Entry): Reading<string> {
  const symbol = entry.fields.get("symbol") ?? symbolInJson(entry);
  if (symbol === undefined || symbol === "") return broken(key, `entry ${entry.id} has no readable symbol`);
  return symbol.length > MOST_CHARACTERS
    ? broken(key, `entry ${entry.id} has a symbol of ${symbol.length} characters: ${quoted(symbol, MOST_CHARACTERS)}`)
    : known(symbol);
}

function symbolInJson(entry: Entry): string | undefined {
  const text = JSON_FIELDS.map((field) => entry.fields.get(field)).find((value) => value !== undefined);
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    const symbol = typeof data === "object" && data !== null && "symbol" in data ? data.symbol : undefined;
    return typeof symbol === "string" ? symbol : undefined;
  } catch {
    return undefined;
  }
}

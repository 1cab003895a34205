import { broken, known, quoted, type Reading } from "../reading";
import { jsonFields } from "./intent-fields";
import type { Entry } from "./read-only";

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
  const { symbol } = jsonFields(entry);
  return typeof symbol === "string" ? symbol : undefined;
}

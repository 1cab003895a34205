import type { Entry } from "./read-only";
import { ITEM_COST } from "./oversized";

/** Entries a page at most: about 25 ms of work on a whole processor, of which a small function has a fourteenth. */
export const MOST_ENTRIES = 1000;
/** Entries of the first page, while their size is not known yet. */
const FIRST_LOOK = 10;
/** What a page may weigh; parsed, it takes several times as much of a small function's memory. */
const PAGE_BYTES = 1_000_000;

/** How many entries to ask for at once, by the mean size of those read before. */
export function pageSize(entryBytes: number | undefined): number {
  if (entryBytes === undefined) return FIRST_LOOK;
  return Math.max(1, Math.min(MOST_ENTRIES, Math.floor(PAGE_BYTES / Math.max(1, entryBytes))));
}

/** The mean size of entries in characters; `before` where there are none. */
export function meanBytes(entries: readonly Entry[], before: number | undefined): number | undefined {
  if (entries.length === 0) return before;
  return entries.reduce((sum, entry) => sum + sizeOf(entry), 0) / entries.length;
}

/** What an entry weighs: its characters or, where they are few in many fields, what the fields take. */
export function sizeOf({ fields }: Entry): number {
  let size = 0;
  for (const [name, value] of fields) size += name.length + value.length;
  return Math.max(size, fields.size * 2 * ITEM_COST);
}

import type { Properties } from "../metric";
import type { Entry } from "../redis/read-only";
import { isTime } from "../redis/stream-id";
import type { StreamTail, TailEntry } from "../redis/stream-tail";
import { type Dated, isLater } from "./dated";
import type { Reading } from "../reading";

/** What a sandbox keeps of a fault entry. */
export interface KeptFault {
  /** Its own timestamp, epoch milliseconds. */
  readonly own: Reading<number>;
  /** When it happened, once that does not depend on the slot any more. */
  readonly when?: Dated;
  /** Its details as JSON; kept until it is listed, and of the newest. */
  readonly text: string | undefined;
  /** Whether a line of this sandbox has it. */
  readonly isListed: boolean;
}

/** Fields that answer an on-call engineer's first question, in the order they are shown. */
const DETAILS = [
  "timestamp",
  "reason",
  "symbol",
  "side",
  "correlation_id",
  "trace_id",
  "global_count",
  "symbol_count",
  "global_max",
  "symbol_max",
  "window_sec",
  "cooldown_sec",
] as const;
const MAX_DETAIL_CHARACTERS = 256;

/** Faults of slots that nobody took are listed in the next line, as far back as this. */
const BACK_MS = 600_000;

/** As JSON in a text: so it fits on a log line of its own. */
const MAX_BYTES = 50_000;

/** A fault's ID and details as JSON. */
export function detailsText({ id, fields }: Entry): string {
  const shown = DETAILS.flatMap((field) => {
    const text = fields.get(field);
    return text === undefined ? [] : [[field, text.slice(0, MAX_DETAIL_CHARACTERS)] as const];
  });
  return JSON.stringify({ id, ...Object.fromEntries(shown) });
}

/** A fault of the tail and when it happened. */
export interface DatedFault {
  readonly entry: TailEntry<KeptFault>;
  readonly when: Dated;
}

/**
 * The faults to be listed in the line of the slot `t`: those that no line of this sandbox has, of the last ten minutes
 * where it has just begun. Other sandboxes may list them too; each has its ID, so that a query counts it once.
 */
export function dueFaults(faults: readonly DatedFault[], before: StreamTail<KeptFault> | undefined, t: number): Due {
  // A tail that had to be read again has forgotten which of its entries are listed.
  const done = new Set(before?.entries.flatMap(({ id, kept }) => (kept.isListed ? [id] : [])));
  const listed: DatedFault[] = [];
  let tooOld = 0;
  for (const fault of faults) {
    const { entry, when } = fault;
    if (entry.kept.isListed || done.has(entry.id) || isLater(when, t)) continue;
    if (!("known" in when.added) || when.added.known >= t - BACK_MS) listed.push(fault);
    else if (before !== undefined) tooOld += 1;
  }
  return { listed, tooOld };
}

interface Due {
  readonly listed: readonly DatedFault[];
  /** Came while nobody read, longer ago than lines go back. */
  readonly tooOld: number;
}

/**
 * `faults`, the due ones as the text of a JSON array, oldest first, and `faults_not_listed`, how many found no room. A
 * text and no list: of a line Logs Insights finds 200 fields, and each detail would be one.
 */
export function recordProperties({ listed, tooOld }: Due): Properties {
  const newestFirst: string[] = [];
  let bytes = 0;
  for (const { entry } of listed.toReversed()) {
    const text = listedText(entry);
    bytes += Buffer.byteLength(JSON.stringify(text));
    if (bytes > MAX_BYTES) break;
    newestFirst.push(text);
  }
  const notListed = listed.length - newestFirst.length + tooOld;
  return {
    ...(newestFirst.length > 0 ? { faults: `[${newestFirst.toReversed().join(",")}]` } : {}),
    ...(notListed > 0 ? { faults_not_listed: notListed } : {}),
  };
}

/** What a fault does not say is empty: the board's query takes what is absent from the last fault. */
function listedText({ id, kept }: TailEntry<KeptFault>): string {
  const said = JSON.parse(kept.text ?? "{}") as Partial<Record<string, string>>;
  return JSON.stringify({ id, ...Object.fromEntries(DETAILS.map((field) => [field, said[field] ?? ""])) });
}

/** The tail as it is remembered after the line of the slot `t`: what lies before `t` is listed, or never will be. */
export function afterListing(
  tail: StreamTail<KeptFault>,
  faults: readonly DatedFault[],
  t: number,
): StreamTail<KeptFault> {
  const newest = faults.findLastIndex(({ when }) => !isLater(when, t));
  const entries = faults.map((fault, index) => {
    const { entry, when } = fault;
    if (isLater(when, t) || (entry.kept.isListed && entry.kept.text === undefined)) return entry;
    const text = index === newest ? entry.kept.text : undefined;
    const final = isTime(entry.ms, t) && entry.ms < t ? { when } : {};
    return { ...entry, kept: { own: entry.kept.own, text, isListed: true, ...final } };
  });
  return { ...tail, entries };
}

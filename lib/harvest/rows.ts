import type { Properties } from "../metric";
import { quoted, type Reading } from "../reading";
import { isAction, UNKNOWN_ACTION } from "./proposal";
import { ageAt, type SymbolReading } from "./standing";

/**
 * What stands in a row, in this order; what is not known is empty. `position` is open, flat or no key, and empty where
 * position keys are not in use as well.
 */
export const COLUMNS =
  "symbol,standing,position,kill_score,k_regime_flip,k_sigma_spike,k_ts_drop,k_age_penalty,r_net,new_sl,action,age_seconds";

/**
 * One property holds rows of so many bytes at most, so that it fits on a log line of its own. A text and no list: of a
 * line Logs Insights finds 200 fields, and each cell would be one.
 */
const MOST_BYTES = 50_000;
/** What parts rows and cells, and what would break the JSON that the board's query makes of them: one symbol hides all. */
const NOT_IN_ROWS = /[,;"\\\p{Cc}]/gu;
/** Unknown actions that are told word by word. */
const MOST_ACTIONS = 10;

/**
 * All symbols' values for the log: `harvest_1`, `harvest_2` and so on hold rows of columns, parted by semicolons. Live
 * symbols come first, the highest kill score before the others, so that `harvest_1` has the some 600 highest of all.
 */
export function rowProperties(all: readonly SymbolReading[], t: number): Properties {
  const texts: string[] = [];
  let rows: string[] = [];
  let bytes = 0;
  for (const one of all.toSorted(byUrgency)) {
    const row = rowOf(one, t);
    const added = Buffer.byteLength(row) + 1;
    if (bytes + added > MOST_BYTES) {
      texts.push(rows.join(";"));
      [rows, bytes] = [[], 0];
    }
    rows.push(row);
    bytes += added;
  }
  if (rows.length > 0) texts.push(rows.join(";"));
  const unknownActions = all.flatMap(unknownAction);
  return {
    ...(texts.length > 0 ? { harvest_columns: COLUMNS } : {}),
    ...Object.fromEntries(texts.map((text, place) => [`harvest_${place + 1}`, text])),
    ...(unknownActions.length > 0 ? { harvest_unknown_actions: unknownActions.slice(0, MOST_ACTIONS) } : {}),
  };
}

/** A symbol that is unread may be live. */
const ORDER = ["live", "unread", "missing", "retired", "nothing"];

function byUrgency(one: SymbolReading, other: SymbolReading): number {
  const isLive = stateOf(one) === "live";
  const place = ORDER.indexOf(stateOf(one)) - ORDER.indexOf(stateOf(other));
  // Of closed positions the newest comes first, so that a table which had it as live sees that it is closed.
  return place || highestFirst(one, other, isLive ? "killScore" : "updatedAt");
}

/** What is not known comes last. */
function highestFirst(one: SymbolReading, other: SymbolReading, field: "killScore" | "updatedAt"): number {
  const [value, another] = [one, other].map(({ proposal }) => {
    const reading = proposal?.[field];
    return reading && "known" in reading ? reading.known : Number.MIN_SAFE_INTEGER;
  }) as [number, number];
  return another - value;
}

const stateOf = ({ standing }: SymbolReading): string => ("known" in standing ? standing.known : "unread");

function rowOf(one: SymbolReading, t: number): string {
  const { symbol, position, proposal } = one;
  const head = [
    symbol.replaceAll(NOT_IN_ROWS, "_"),
    stateOf(one),
    position && "known" in position ? position.known : "",
  ];
  if (proposal === undefined) return head.join(",");
  const { killScore, regimeFlip, sigmaSpike, tsDrop, agePenalty, rNet, newStopLoss, action, updatedAt } = proposal;
  const numbers = [killScore, regimeFlip, sigmaSpike, tsDrop, agePenalty, rNet, newStopLoss].map(cell).join(",");
  const proposed = "known" in action ? (isAction(action.known) ? action.known : UNKNOWN_ACTION) : "";
  const age = "known" in updatedAt ? String(Math.round(1000 * ageAt(updatedAt.known, t)) / 1000) : "";
  return [...head, numbers, proposed, age].join(",");
}

const cell = (reading: Reading<number>): string => ("known" in reading ? String(reading.known) : "");

function unknownAction({ symbol, proposal }: SymbolReading): { symbol: string; action: string }[] {
  const text = proposal && "known" in proposal.action ? proposal.action.known : undefined;
  return text === undefined || isAction(text) ? [] : [{ symbol, action: quoted(text) }];
}

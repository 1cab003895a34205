import type { Properties } from "../metric";
import { quoted, type Reading } from "../reading";
import { isAction, UNKNOWN_ACTION } from "./proposal";
import { ageAt, type SymbolReading } from "./standing";

/** What stands in a row, in this order; what is not known is empty. */
export const COLUMNS =
  "symbol,standing,kill_score,k_regime_flip,k_sigma_spike,k_ts_drop,k_age_penalty,r_net,new_sl,action,age_seconds";

/**
 * One property holds rows of so many bytes at most, so that it fits on a log line of its own. A text and no list: of a
 * line Logs Insights finds 200 fields, and each cell would be one.
 */
const MOST_BYTES = 50_000;
/** Unknown actions that are told word by word. */
const MOST_ACTIONS = 10;

/** All symbols' values for the log: `harvest_1`, `harvest_2` and so on hold rows of columns, parted by semicolons. */
export function rowProperties(all: readonly SymbolReading[], t: number): Properties {
  const texts: string[] = [];
  let rows: string[] = [];
  let bytes = 0;
  for (const one of all) {
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

function rowOf({ symbol, standing, proposal }: SymbolReading, t: number): string {
  const name = symbol.replaceAll(/[,;]/g, "_");
  const state = "known" in standing ? standing.known : "unread";
  if (proposal === undefined) return `${name},${state}`;
  const { killScore, regimeFlip, sigmaSpike, tsDrop, agePenalty, rNet, newStopLoss, action, updatedAt } = proposal;
  const numbers = [killScore, regimeFlip, sigmaSpike, tsDrop, agePenalty, rNet, newStopLoss].map(cell).join(",");
  const proposed = "known" in action ? (isAction(action.known) ? action.known : UNKNOWN_ACTION) : "";
  const age = "known" in updatedAt ? String(Math.round(1000 * ageAt(updatedAt.known, t)) / 1000) : "";
  return `${name},${state},${numbers},${proposed},${age}`;
}

const cell = (reading: Reading<number>): string => ("known" in reading ? String(reading.known) : "");

function unknownAction({ symbol, proposal }: SymbolReading): { symbol: string; action: string }[] {
  const text = proposal && "known" in proposal.action ? proposal.action.known : undefined;
  return text === undefined || isAction(text) ? [] : [{ symbol, action: quoted(text) }];
}

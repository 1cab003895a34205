import { type ContractViolation, type Reading, unknown } from "../reading";
import { parseNumber } from "../redis/stream-id";

/**
 * Fields of a position in the order they are asked for: those that decide whether it is open, and those by which a hash
 * without them is told from a key that is absent.
 */
export const POSITION_FIELDS = ["side", "quantity", "position_amt", "symbol", "ts_epoch", "source"] as const;

/** A flat position keeps its key, which is renewed like an open one's. */
export type Position = "open" | "flat" | "no key";

/** A signed amount that is no more than this is the noise of the exchange's floats. */
const FLAT_AMOUNT = 1e-12;

/** What one position hash says, and which of its fields break the contract. */
export interface ParsedPosition {
  readonly position: Position;
  readonly violations: readonly ContractViolation[];
}

/**
 * Reads one position as HMGET of `POSITION_FIELDS` gave it; null is a key that is absent. A field that is no number is a
 * violation, and decides no more than one that is absent: quantity, then amount, then side alone.
 */
export function parsePosition(key: string, values: readonly (string | null)[] | null): ParsedPosition {
  if (values === null) return { position: "no key", violations: [] };
  const [side, quantity, amount] = values;
  if (side === "FLAT") return { position: "flat", violations: [] };
  const violations: ContractViolation[] = [];
  // The apply layer writes no amount, and the sync script closes by quantity alone: it decides where it can be read.
  for (const [text, field, most] of [
    [quantity, "quantity", 0],
    [amount, "position_amt", FLAT_AMOUNT],
  ] as const) {
    if (typeof text !== "string") continue;
    const size = parseNumber(key, text, `field ${field}`);
    if ("known" in size) return { position: Math.abs(size.known) <= most ? "flat" : "open", violations };
    if ("broken" in size) violations.push(size.broken);
  }
  return { position: "open", violations };
}

/** A key that is no hash is noted by itself; whoever needs the position does not know it. */
export function orUnknown(position: Reading<Position>): Reading<Position> {
  return "broken" in position ? unknown(`${position.broken.key} ${position.broken.what}`) : position;
}

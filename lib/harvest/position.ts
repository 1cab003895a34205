import { ifKnown, known, type Reading, unknown } from "../reading";
import { parseNumber } from "../redis/stream-id";

/** Fields of a position that decide whether it is open, in the order they are asked for. */
export const POSITION_FIELDS = ["side", "quantity", "position_amt"] as const;

/** A flat position keeps its key, which is renewed like an open one's. */
export type Position = "open" | "flat" | "no key";

/** A signed amount that is no more than this is the noise of the exchange's floats. */
const FLAT_AMOUNT = 1e-12;

/**
 * Reads one position as HMGET of `POSITION_FIELDS` gave it. A hash without any of these fields cannot be told from a key
 * that is absent. Broken where a field that decides is no number.
 */
export function parsePosition(key: string, values: readonly (string | null)[] | null): Reading<Position> {
  if (values === null) return known("no key");
  const [side, quantity, amount] = values;
  if (side === "FLAT") return known("flat");
  // The apply layer writes no amount, and the sync script closes by quantity alone: it decides where it is there.
  if (typeof quantity === "string") return openUnless(parseNumber(key, quantity, "field quantity"), 0);
  if (typeof amount === "string") return openUnless(parseNumber(key, amount, "field position_amt"), FLAT_AMOUNT);
  return known("open");
}

function openUnless(size: Reading<number>, most: number): Reading<Position> {
  return ifKnown(size, (value) => known(Math.abs(value) <= most ? "flat" : "open"));
}

/** What breaks the contract is noted by itself; whoever needs the position does not know it. */
export function orUnknown(position: Reading<Position>): Reading<Position> {
  return "broken" in position ? unknown(`${position.broken.key} ${position.broken.what}`) : position;
}

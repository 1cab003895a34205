import { setTimeout as delay } from "node:timers/promises";

import { plainHarvest } from "../support/plain-harvest";
import { plainly } from "../support/plain-reading";
import type { Market } from "./market";
import type { Held } from "./recorded";
import { prod } from "../support/example-environments";

/** At multiples of it every collector is due. */
const EVERYTHING_DUE_MS = 30_000;
/** Around the mark nothing is written: collectors on a busy machine read it late. */
const BEFORE_MS = 2000;
const READ_MS = 1000;
const AFTER_MS = 3000;

/** Reads, key by key, all that Redis holds at the next mark at which every collector is due. */
export async function heldAtNextMark(market: Market, when: string): Promise<Held> {
  const mark = Math.ceil((Date.now() + BEFORE_MS) / EVERYTHING_DUE_MS) * EVERYTHING_DUE_MS;
  await delay(mark - BEFORE_MS - Date.now());
  return market.keptStill(async () => {
    await delay(mark + READ_MS - Date.now());
    const held = await heldAt(market, mark, when);
    await delay(mark + AFTER_MS - Date.now());
    return held;
  });
}

async function heldAt({ writer }: Market, mark: number, when: string): Promise<Held> {
  const safety = await plainly(writer, mark);
  const harvest = await plainHarvest(writer, mark, { admitted: prod.symbols, further: [], positions: true });
  const ofHarvest = Object.entries(harvest.values).map(([name, value]) => [`quantum_harvest_${name}`, value]);
  return { t: mark / 1000, when, values: { ...safety.values, ...(Object.fromEntries(ofHarvest) as object) } };
}

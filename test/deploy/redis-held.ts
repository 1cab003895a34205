import { setTimeout as delay } from "node:timers/promises";

import { prod } from "../../lib/environments/prod";
import { plainHarvest } from "../support/plain-harvest";
import { plainly } from "../support/plain-reading";
import type { Market } from "./market";
import type { Held } from "./recorded";

/** At multiples of it every collector is due. */
const EVERYTHING_DUE_MS = 30_000;
/** After the collector's reading, and before the trading system's next moment. */
const AFTER_MS = 1200;

/** Reads, key by key, all that Redis holds at the next mark at which every collector is due. */
export async function heldAtNextMark({ writer }: Market, when: string): Promise<Held> {
  const mark = Math.ceil((Date.now() - AFTER_MS) / EVERYTHING_DUE_MS) * EVERYTHING_DUE_MS;
  await delay(mark + AFTER_MS - Date.now());
  const safety = await plainly(writer, mark);
  const harvest = await plainHarvest(writer, mark, { admitted: prod.symbols, further: [], positions: true });
  const ofHarvest = Object.entries(harvest.values).map(([name, value]) => [`quantum_harvest_${name}`, value]);
  return { t: mark / 1000, when, values: { ...safety.values, ...(Object.fromEntries(ofHarvest) as object) } };
}

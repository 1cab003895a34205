import type { Redis } from "ioredis";

import { keysUnder } from "../../lib/redis/keys";
import { plainHarvest } from "../support/plain-harvest";
import { plainly, SAFE_MODE, SYMBOLS } from "../support/plain-reading";

/** What Redis holds at a slot, series by series as they are published; undefined where it cannot be read at all. */
export type Truth = Readonly<Record<string, number>> | undefined;

/** At multiples of it the windows of the rate counters end with the slot. */
const WINDOWS_END_MS = 30_000;

/** Reads all of it, past whatever is broken on the function's own way; once more where a server has hung up meanwhile. */
export async function truthAt(reader: Redis, t: number): Promise<Truth> {
  return (await readOnce(reader, t)) ?? (await readOnce(reader, t));
}

/** One command after the other. */
async function readOnce(writer: Redis, t: number): Promise<Truth> {
  try {
    const { values } = await plainly(writer, t);
    const harvest = await plainHarvest(writer, t, { admitted: SYMBOLS, further: [], positions: true });
    const ofHarvest = Object.entries(harvest.values).map(([name, value]) => [`quantum_harvest_${name}`, value]);
    const judged = Object.entries(values).filter(
      ([name]) => !name.startsWith("quantum_safety_rate_") || t % WINDOWS_END_MS === 0,
    );
    return {
      ...Object.fromEntries([...judged, ...ofHarvest]),
      ...(await remainingTime(writer)),
      ...(await lengths(writer)),
    };
  } catch {
    return undefined;
  }
}

async function remainingTime(writer: Redis): Promise<Record<string, number>> {
  const ms = await writer.pttl(SAFE_MODE);
  return { quantum_safety_safe_mode_ttl_seconds: ms < 0 ? ms : ms / 1000 };
}

async function lengths(writer: Redis): Promise<Record<string, number>> {
  const { intents, applyResult } = keysUnder();
  const found: Record<string, number> = {};
  for (const key of [intents, applyResult]) {
    const kind = await writer.type(key);
    const name = key.replace("quantum:stream:", "");
    if (kind === "stream") found[`quantum_stream_length{${name}}`] = await writer.xlen(key);
  }
  return found;
}

/** What is a time that goes on between our reading and the function's may differ by as much as a slot may be late. */
const TOLERANCES: Readonly<Record<string, number>> = { quantum_safety_safe_mode_ttl_seconds: 10.5 };

/** Whether a published value is what Redis held when it was read, at the slot or, late, before the next. */
export function isTrue(series: string, value: number, truths: readonly Truth[]): boolean {
  const known = truths.flatMap((one) => (one?.[series] === undefined ? [] : [one[series]]));
  const allowed = TOLERANCES[series] ?? 1e-9;
  return known.some((one) => Math.abs(one - value) <= allowed * Math.max(1, TOLERANCES[series] ? 1 : Math.abs(one)));
}

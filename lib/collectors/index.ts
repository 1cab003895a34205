import type { Collector } from "../collector";
import type { RedisSource } from "../redis/source";
import { faultsCollector } from "./faults";
import { intentsCollector } from "./intents";
import { rateWindowsCollector } from "./rate-windows";
import { safeModeCollector } from "./safe-mode";

/** Every collector that reads Redis, by the family under which it is switched on. */
export const redisCollectors = {
  safety: [safeModeCollector, faultsCollector, intentsCollector, rateWindowsCollector],
} as const satisfies Record<string, readonly Collector<RedisSource>[]>;

export type Family = keyof typeof redisCollectors;

export const FAMILIES = Object.keys(redisCollectors) as readonly Family[];

import { faultsLast1h } from "../../lib/collectors/faults";
import { haltsActive } from "../../lib/collectors/halts";
import { intentAge, intentRate, openingRate } from "../../lib/collectors/intents";
import { safeMode, safeModeTtl } from "../../lib/collectors/safe-mode";
import { redisUp } from "../../lib/exporter";
import { type Properties, sample, type Tier } from "../../lib/metric";
import type { CollectorLine } from "../../lib/notify/context";
import { emfPublisher } from "../../lib/publish/emf";

/** One slot of the safety collectors, as far as pages speak of it. */
export interface SlotFacts {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly isUp?: boolean;
  readonly isOn?: boolean;
  /** Seconds; -1 for none. */
  readonly ttl?: number;
  readonly intentAge?: number;
  readonly intents?: number;
  readonly openings?: number;
  readonly halts?: number;
  readonly faults?: number;
  readonly properties?: Properties;
  readonly environment?: string;
  readonly tier?: Tier;
}

/** The lines that the publisher itself writes for a slot. */
export async function collectorLines(slot: SlotFacts): Promise<CollectorLine[]> {
  const { environment = "prod", tier = "boarded", isUp = true, isOn = false, ttl = -1, faults = 0 } = slot;
  const at = new Date(slot.at);
  const texts: string[] = [];
  const write = async (text: string): Promise<void> => void texts.push(text.trimEnd());
  const publisher = emfPublisher({ environment, tier, write, now: () => slot.at });
  const read = [
    sample(safeMode, isOn ? 1 : 0, at),
    sample(safeModeTtl, ttl, at),
    sample(faultsLast1h, faults, at),
    ...(slot.intentAge === undefined ? [] : [sample(intentAge, slot.intentAge, at)]),
    ...(slot.intents === undefined ? [] : [sample(intentRate, slot.intents, at)]),
    ...(slot.openings === undefined ? [] : [sample(openingRate, slot.openings, at)]),
    ...(slot.halts === undefined ? [] : [sample(haltsActive, slot.halts, at)]),
  ];
  await publisher.publish([sample(redisUp, isUp ? 1 : 0, at), ...(isUp ? read : [])], slot.properties ?? {}, at);
  return texts.map((text) => ({ at: slot.at, text }));
}

/** A trip of the breaker, as the faults collector logs it. */
export function faultAt(ms: number, more: Readonly<Record<string, string>> = {}): Properties {
  return {
    last_fault: {
      id: `${ms}-0`,
      reason: "SYMBOL_RATE_EXCEEDED",
      symbol: "BTCUSDT",
      side: "BUY",
      correlation_id: "c-17",
      global_count: "6",
      symbol_count: "6",
      global_max: "20",
      symbol_max: "5",
      cooldown_sec: "300",
      ...more,
    },
  };
}

import type { Redis } from "ioredis";
import { intentsCollector } from "../../lib/collectors/intents";
import { READ_AFTER_MS } from "../../lib/slots";
import { duringTests, withRedis } from "./redis-server";
import { steadyIds, type Taken, Watched } from "./schedule";

export const INTENTS = "quantum:stream:trade.intent";
export const NOON = Date.parse("2026-03-01T12:00:00Z");
export const SLOT_MS = 15_000;
export const MINUTE_MS = 60_000;
/** How the publishers trim the stream. */
export const ABOUT_TRIM: readonly string[] = ["MAXLEN", "~", "10000"];
export const EXACT_TRIM: readonly string[] = ["MAXLEN", "10000"];
/** A server that is busy with one pipeline answers nobody else. */
const PIPELINE = 2000;

export const rate = ({ values }: Taken): number | undefined => values["quantum_trade_intent_rate_per_min"];
export const openingRate = ({ values }: Taken): number | undefined =>
  values["quantum_trade_intent_opening_rate_per_min"];
export const age = ({ values }: Taken): number | undefined => values["quantum_trade_intent_last_age_seconds"];

/** Equal, for jest, to every number within 2 % of the truth. */
export const within2Percent = (truth: number): object => ({
  asymmetricMatch: (value: unknown) => typeof value === "number" && Math.abs(value - truth) <= truth * 0.02,
  toString: () => `within 2 % of ${truth}`,
});

/** One slot as two sandboxes see it. */
export interface Pair {
  readonly t: number;
  readonly warm: Taken;
  readonly cold: Taken;
}

type IntentsWatch = Watched<NonNullable<Parameters<typeof intentsCollector.collect>[2]>>;

/** A stream of intents on a server of the enclosing block, written and watched on simulated time. */
export class IntentFlow {
  readonly #redis = withRedis();
  readonly #watches: IntentsWatch[] = [];

  constructor() {
    duringTests(async () => ({ stop: async () => void (await Promise.all(this.#watches.map((one) => one.stop()))) }));
  }

  get writer(): Redis {
    return this.#redis.writer;
  }

  /** Entries with these IDs, the stream trimmed with each. */
  async add(ids: readonly string[], trim = ABOUT_TRIM, fields: readonly string[] = ["symbol", "BTC"]): Promise<void> {
    for (let start = 0; start < ids.length; start += PIPELINE) {
      const pipeline = this.writer.pipeline();
      for (const id of ids.slice(start, start + PIPELINE)) pipeline.call("XADD", INTENTS, ...trim, id, ...fields);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    }
  }

  /** A sandbox that remembers nothing. */
  anew(): IntentsWatch {
    const watched = new Watched(intentsCollector, this.#redis.server.url);
    this.#watches.push(watched);
    return watched;
  }

  /** A steady flow from `from` on, each slot taken warm and cold; what is read 200 ms later is written by then. */
  async watched(
    watched: IntentsWatch,
    {
      from,
      perMinute,
      slots,
      trim = ABOUT_TRIM,
    }: { from: number; perMinute: number; slots: number; trim?: readonly string[] },
  ): Promise<Pair[]> {
    const pairs: Pair[] = [];
    for (let t = from + SLOT_MS; t <= from + slots * SLOT_MS; t += SLOT_MS) {
      const since = t - SLOT_MS + READ_AFTER_MS;
      if (perMinute > 0) await this.add(steadyIds(since, t + READ_AFTER_MS, perMinute), trim);
      pairs.push({ t, warm: await watched.take(t), cold: await watched.takeCold(t) });
    }
    return pairs;
  }
}

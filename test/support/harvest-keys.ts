import type { Cluster, Redis } from "ioredis";

import { KEYS_A_CALL, MOST_CALLS } from "../../lib/redis/key-scan";

export const proposalKey = (symbol: string): string => `quantum:harvest:proposal:${symbol}`;
export const positionKey = (symbol: string): string => `quantum:state:positions:${symbol}`;

/** Looks that a full pass over so many keys takes; what a real server takes for 60 000 is measured against it. */
export const looksFor = (keys: number): number => Math.ceil(keys / (MOST_CALLS * KEYS_A_CALL));

export type Fields = Readonly<Record<string, string>>;

/** An open position as the position state brain writes it. */
export function position(changed: Fields = {}): Fields {
  return {
    symbol: "BTCUSDT",
    side: "LONG",
    quantity: "0.002",
    position_amt: "0.002",
    entry_price: "94120.5",
    mark_price: "94533.1",
    unrealized_pnl: "0.8252",
    leverage: "10",
    ts_epoch: "1772366400",
    source: "position_state_brain",
    ...changed,
  };
}

/** The same when nothing is held: the key stays, and is renewed. */
export const FLAT: Fields = { side: "FLAT", quantity: "0.0", position_amt: "0.0", entry_price: "0.0" };

/** A proposal as the publisher writes it, updated at `ms`. */
export function proposal(ms: number, changed: Fields = {}): Fields {
  return {
    kill_score: "0.4231",
    k_regime_flip: "0",
    k_sigma_spike: "0.51",
    k_ts_drop: "0.12",
    k_age_penalty: "0.25",
    R_net: "7.1",
    new_sl_proposed: "60123.5",
    harvest_action: "PARTIAL_25",
    last_update_epoch: String(ms / 1000),
    computed_at_utc: "2026-03-01T11:00:00.123456",
    unrealized: "12.5",
    ...changed,
  };
}

/** The same after the portfolio heat gate has written into it: its fields stand beside the publisher's. */
export function heatGated(ms: number, changed: Fields = {}): Fields {
  return proposal(ms, { action: "PARTIAL_50", original_action: "PARTIAL_75", calibrated: "1", ...changed });
}

/** Replaces a symbol's proposal, and opens its position. */
export async function propose(redis: Redis | Cluster, symbol: string, fields: Fields): Promise<void> {
  await redis.del(proposalKey(symbol));
  await redis.hset(proposalKey(symbol), fields);
  await redis.hset(positionKey(symbol), position({ symbol }));
}

/** Many live proposals at once, named COIN0USDT and so on; gives their names. */
export async function proposeMany(redis: Redis, count: number, ms: number): Promise<string[]> {
  const symbols = Array.from({ length: count }, (_, index) => `COIN${index}USDT`);
  for (let from = 0; from < count; from += 1000) {
    const pipeline = redis.pipeline();
    for (const symbol of symbols.slice(from, from + 1000)) {
      pipeline.hset(proposalKey(symbol), proposal(ms, { kill_score: `0.${1000 + (symbol.length % 7)}` }));
      pipeline.hset(positionKey(symbol), position({ symbol }));
    }
    await pipeline.exec();
  }
  return symbols;
}

import type { Redis } from "ioredis";

const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"] as const;
const INTENTS = "quantum:stream:trade.intent";

/** What a Redis holds where everything is as it should be: proposals, positions, streams, and groups that keep up. */
export async function tradingAtWork(writer: Redis): Promise<void> {
  const now = Date.now() / 1000;
  for (const symbol of SYMBOLS) {
    await writer.hset(`quantum:harvest:proposal:${symbol}`, {
      kill_score: "0.2",
      k_regime_flip: "0.0",
      k_sigma_spike: "0.1",
      k_ts_drop: "0.0",
      k_age_penalty: "0.1",
      R_net: "2.5",
      new_sl_proposed: "None",
      harvest_action: "NONE",
      last_update_epoch: String(now),
    });
    await writer.hset(`quantum:state:positions:${symbol}`, { symbol, side: "LONG", quantity: "1", position_amt: "1" });
  }
  await writer.xadd("quantum:stream:apply.plan", "*", "plan_id", "a", "symbol", "BTCUSDT");
  await writer.xadd("quantum:stream:apply.result", "*", "plan_id", "a", "symbol", "BTCUSDT");
  await writer.xadd(INTENTS, "*", "data", JSON.stringify({ symbol: "ETHUSDT", action: "BUY" }));
  await writer.xgroup("CREATE", INTENTS, "quantum:group:intent_bridge", "$");
  await writer.xgroup("CREATE", "quantum:stream:apply.result", "quantum:group:execution:trade.intent", "$");
}

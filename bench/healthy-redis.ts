import type { ChainableCommander, Redis } from "ioredis";

import { keysUnder } from "../lib/redis/keys";

const COMMANDS_A_PIPELINE = 2000;
/** About as many as the publishers' MAXLEN keeps, at some hundred a minute. */
const INTENTS = 10_000;
const INTENT_EVERY_MS = 600;
/** Trips in the last hour of a day on which the breaker has work. */
const FAULTS = 12;
const MINUTE_MS = 60_000;
const WINDOW_SEC = 10;
const PLAN = "quantum:stream:apply.plan";
const RESULT = "quantum:stream:apply.result";
const CONSUMER = "host-1234";
/** Streams with their groups; those of the intents keep up. */
const GROUPS = [
  [keysUnder().intents, "quantum:group:intent_bridge"],
  [keysUnder().intents, "quantum:group:execution:trade.intent"],
  [PLAN, "quantum:group:apply"],
  [RESULT, "quantum:group:execution"],
] as const;

/** Names of so many symbols. */
export const symbolsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, place) => ["BTCUSDT", "ETHUSDT", "SOLUSDT"][place] ?? `C${place}USDT`);

/** Fills an empty Redis as a healthy trading system does: every symbol has an open position and a proposal of now. */
export async function fillHealthy(writer: Redis, symbols: readonly string[], now = Date.now()): Promise<void> {
  const { intents, faults } = keysUnder();
  await writer.flushall();
  const history = Array.from({ length: INTENTS }, (_, place) => now - (INTENTS - place) * INTENT_EVERY_MS);
  await inPipelines(writer, history, (pipeline, ms, place) => {
    pipeline.xadd(intents, `${ms}-*`, ...intentOf(symbols, place));
    if (place % 10 === 0) pipeline.xadd(PLAN, "MAXLEN", "~", 10_000, `${ms}-*`, ...planOf(symbols, place));
    if (place % 20 === 0) pipeline.xadd(RESULT, "MAXLEN", "~", 10_000, `${ms}-*`, ...planOf(symbols, place));
  });
  for (let trip = FAULTS; trip > 0; trip--) {
    const ms = now - trip * 4 * MINUTE_MS;
    await writer.xadd(faults, `${ms}-*`, ...faultOf(ms));
  }
  for (const [stream, group] of GROUPS) {
    await writer.xgroup("CREATE", stream, group, "$");
    await writer.xgroup("CREATECONSUMER", stream, group, CONSUMER);
  }
  await renewHarvest(writer, symbols, now);
}

/** What a system writes from one moment to another (epoch milliseconds), but for the harvest's hashes. */
export async function goOn(writer: Redis, symbols: readonly string[], from: number, to: number): Promise<void> {
  const { intents, rateGlobal, rateSymbol } = keysUnder();
  const pipeline = writer.pipeline();
  for (let ms = from; ms < to; ms += INTENT_EVERY_MS) {
    const place = Math.floor(ms / INTENT_EVERY_MS);
    pipeline.xadd(intents, "MAXLEN", "~", INTENTS, `${ms}-*`, ...intentOf(symbols, place));
  }
  const bucket = Math.floor(to / 1000 / WINDOW_SEC);
  for (const window of [bucket - 1, bucket]) {
    pipeline.set(`${rateGlobal}:${window}`, 6, "EX", 30);
    for (const symbol of symbols.slice(0, 3)) pipeline.set(`${rateSymbol}:${symbol}:${window}`, 2, "EX", 30);
  }
  for (const [group, consumer] of [GROUPS[0], GROUPS[1]].map(([, name]) => [name, CONSUMER] as const)) {
    pipeline.xreadgroup("GROUP", group, consumer, "COUNT", 1000, "NOACK", "STREAMS", intents, ">");
  }
  for (const [refused] of (await pipeline.exec()) ?? []) if (refused) throw refused;
}

/** Every symbol's proposal and position, as of a moment (epoch milliseconds). */
export async function renewHarvest(writer: Redis, symbols: readonly string[], at = Date.now()): Promise<void> {
  const { harvestProposal, position } = keysUnder();
  await inPipelines(writer, symbols, (pipeline, symbol, place) => {
    pipeline.hset(`${harvestProposal}:${symbol}`, proposalOf(place, at));
    pipeline.hset(`${position}:${symbol}`, positionOf(symbol, place, at));
  });
}

async function inPipelines<Item>(
  writer: Redis,
  items: readonly Item[],
  add: (pipeline: ChainableCommander, item: Item, place: number) => void,
): Promise<void> {
  for (let from = 0; from < items.length; from += COMMANDS_A_PIPELINE) {
    const pipeline = writer.pipeline();
    for (const [place, item] of items.slice(from, from + COMMANDS_A_PIPELINE).entries())
      add(pipeline, item, from + place);
    for (const [refused] of (await pipeline.exec()) ?? []) if (refused) throw refused;
  }
}

/** The three shapes of an intent, in turn. */
function intentOf(symbols: readonly string[], place: number): string[] {
  const symbol = symbols[place % Math.min(symbols.length, 12)] ?? "BTCUSDT";
  const side = place % 2 === 0 ? "BUY" : "SELL";
  const data = JSON.stringify({ symbol, action: side, quantity: 0.01, leverage: 3, confidence: 0.71 });
  const shapes = [
    ["symbol", symbol, "side", side, "qty", "0.01", "reduceOnly", place % 5 === 0 ? "true" : "false"],
    ["data", data],
    ["event_type", "trade.intent", "payload", data, "trace_id", `t-${place}`, "correlation_id", `c-${place}`],
  ];
  return shapes[place % shapes.length] ?? [];
}

const planOf = (symbols: readonly string[], place: number): string[] =>
  fieldsOf({
    plan_id: place.toString(16).padStart(16, "0"),
    decision: "EXECUTE",
    symbol: symbols[place % symbols.length] ?? "BTCUSDT",
    side: "BUY",
    qty: "0.01",
    reduceOnly: "false",
  });

const faultOf = (ms: number): string[] =>
  fieldsOf({
    timestamp: String(ms / 1000),
    reason: "SYMBOL_RATE_EXCEEDED",
    symbol: "BTCUSDT",
    side: "BUY",
    global_count: "6",
    symbol_count: "6",
    global_max: "20",
    symbol_max: "5",
    window_sec: "10",
    cooldown_sec: "300",
    router_pid: "4711",
    correlation_id: `c-${ms}`,
    trace_id: `t-${ms}`,
  });

const fieldsOf = (fields: Readonly<Record<string, string>>): string[] => Object.entries(fields).flat();

/** No two are alike, as values that are could be read at less cost. */
const proposalOf = (place: number, at: number): Record<string, string> => ({
  kill_score: String(0.42 + place / 20_007),
  k_regime_flip: "0",
  k_sigma_spike: String(0.5 + place / 20_007),
  k_ts_drop: String(place / 40_011),
  k_age_penalty: "0.25",
  R_net: String(7 + place / 10_007),
  new_sl_proposed: place % 2 === 0 ? String(60_000 + place / 7) : "None",
  harvest_action: "PARTIAL_25",
  last_update_epoch: String(at / 1000),
  computed_at_utc: new Date(at).toISOString().replace("Z", "000"),
  unrealized_pnl: "12.5",
});

const positionOf = (symbol: string, place: number, at: number): Record<string, string> => ({
  symbol,
  side: "LONG",
  quantity: String(0.5 + place / 1003),
  position_amt: String(0.5 + place / 1003),
  entry_price: String(60_000 + place / 3),
  mark_price: String(60_001 + place / 3),
  unrealized_pnl: "12.5",
  leverage: "3",
  ts_epoch: String(at / 1000),
  source: "position_state_brain",
});

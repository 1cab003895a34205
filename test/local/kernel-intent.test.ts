import { known } from "../../lib/reading";
import { symbolOf } from "../../lib/redis/intent-symbol";
import { Gate } from "../../local/kernel/gate";
import { withRedis } from "../support/redis-server";
import { entriesOf, fill } from "../support/stream-entries";

const INTENTS = "quantum:stream:trade.intent";

const redis = withRedis();
const gateOf = (): Gate => new Gate(redis.writer, () => 1_768_784_101_234);

async function publish(gate: Gate, symbols: readonly string[]): Promise<void> {
  for (const symbol of symbols) {
    await gate.attempt({
      symbol,
      side: "BUY",
      quantity: 0.5,
      price: 95_000,
      correlationId: "corr-1",
      traceId: "trace-1",
    });
  }
}

it("published intents take the three shapes of the contract in turn", async () => {
  const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT"];

  await publish(gateOf(), symbols);

  expect(await entriesOf(redis.writer, INTENTS)).toEqual([
    { symbol: "BTCUSDT", side: "BUY", quantity: "0.5", price: "95000.0", correlation_id: "corr-1" },
    { data: '{"symbol":"ETHUSDT","action":"BUY","quantity":0.5,"price":95000,"trace_id":"trace-1"}' },
    {
      event_type: "trade.intent",
      payload: '{"symbol":"SOLUSDT","side":"BUY","quantity":0.5,"price":95000}',
      trace_id: "trace-1",
      correlation_id: "corr-1",
      timestamp: "2026-01-19T00:55:01.234000",
      source: "ai-engine",
    },
    expect.objectContaining({ symbol: "BNBUSDT" }),
  ]);
});

it("published intents tell the collectors their symbol in every shape", async () => {
  const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

  await publish(gateOf(), symbols);

  const entries = await entriesOf(redis.writer, INTENTS);
  const read = entries.map((fields) => symbolOf(INTENTS, { id: "0-1", fields: new Map(Object.entries(fields)) }));
  expect(read).toEqual(symbols.map(known));
});

it("published intents push the oldest out of a stream of about 10000, whole nodes at a time", async () => {
  const gate = gateOf();
  await fill(redis.writer, INTENTS, 10_000);

  await publish(gate, ["BTCUSDT"]);
  const justAbove = await redis.writer.xlen(INTENTS);
  await fill(redis.writer, INTENTS, 500);
  await publish(gate, ["BTCUSDT"]);
  const trimmed = await redis.writer.xlen(INTENTS);

  expect(justAbove).toBe(10_001);
  expect(trimmed).toBeGreaterThanOrEqual(10_000);
  expect(trimmed).toBeLessThan(10_200);
});

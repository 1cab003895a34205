import { READ_AFTER_MS } from "../../../lib/slots";
import { EXACT_TRIM, IntentFlow, INTENTS, MINUTE_MS, NOON, rate, within2Percent } from "../../support/intent-flow";
import { SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { steadyIds } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const flow = new IntentFlow();
/** All that can be said of a stream in which nothing ever stood; a dead publisher must not be silent for it. */
const MISSING = { quantum_trade_intent_stream_length: 0, quantum_trade_intent_stream_missing: 1 };

const del = (): Promise<unknown> => flow.writer.del(INTENTS);
const flush = (): Promise<unknown> => flow.writer.flushdb();
const mkstream = async (): Promise<unknown> => {
  await flow.writer.del(INTENTS);
  return flow.writer.xgroup("CREATE", INTENTS, "executors", "$", "MKSTREAM");
};

describe("a stream that begins anew", () => {
  it.each([
    ["DEL", del, 480],
    ["FLUSHDB", flush, 480],
    ["DEL and XGROUP CREATE MKSTREAM", mkstream, 480],
    ["re-creation with more entries than before", del, 4000],
  ])(
    "has no rate after %s until its first entry is older than the minute, and never 0",
    async (_, begin, perMinute) => {
      await flow.add(steadyIds(NOON - MINUTE_MS - 5000, NOON + READ_AFTER_MS, 480));
      const watched = flow.anew();
      await watched.take(NOON);
      await begin();

      const pairs = await flow.watched(watched, { from: NOON, perMinute, slots: 8 });

      expect(pairs.slice(0, 4).map(({ warm }) => rate(warm))).toEqual([undefined, undefined, undefined, undefined]);
      expect(pairs.slice(0, 4).map(({ cold }) => rate(cold))).toEqual([undefined, undefined, undefined, undefined]);
      expect(pairs.slice(5).map(({ warm }) => rate(warm))).toEqual([perMinute, perMinute, perMinute]);
      expect(pairs.slice(5).map(({ cold }) => rate(cold))).toEqual([perMinute, perMinute, perMinute]);
    },
  );

  it("is missing while it was never written: a length of 0, and neither rate nor age", async () => {
    await mkstream();

    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 0, slots: 6 });

    for (const { warm } of pairs) expect(warm.values).toEqual(MISSING);
  });

  it("is missing while it does not exist: a length of 0, and neither rate nor age", async () => {
    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 0, slots: 6 });

    for (const { warm } of pairs) expect(warm.values).toEqual(MISSING);
  });

  it("is noticed when it has outgrown its former counters while nobody looked", async () => {
    await flow.add(steadyIds(NOON - 18_000, NOON + READ_AFTER_MS, 40_000), EXACT_TRIM);
    const watched = flow.anew();
    await watched.take(NOON);
    await flow.writer.del(INTENTS);
    await flow.add(steadyIds(NOON + READ_AFTER_MS, NOON + 30_000 + READ_AFTER_MS, 40_000), EXACT_TRIM);

    const taken = await watched.take(NOON + 30_000);
    const pairs = await flow.watched(watched, { from: NOON + 30_000, perMinute: 40_000, slots: 8 });

    expect(rate(taken)).toBeUndefined();
    expect(pairs.slice(0, 3).map(({ warm }) => rate(warm))).toEqual([undefined, undefined, undefined]);
    expect(pairs.slice(4).map(({ warm }) => rate(warm))).toEqual(pairs.slice(4).map(() => within2Percent(40_000)));
  });
});

import { IntentFlow, INTENTS, MINUTE_MS, NOON, rate, within2Percent } from "../../support/intent-flow";
import { SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { steadyIds } from "../../support/schedule";
import { READ_AFTER_MS } from "../../../lib/slots";

jest.setTimeout(SERVER_TIMEOUT_MS);

const flow = new IntentFlow();
const UNTRIMMED: readonly string[] = [];

describe("a busy stream that holds the whole minute", () => {
  it("is exact at 6000 a minute, warm and cold", async () => {
    await flow.add(steadyIds(NOON - 3 * MINUTE_MS, NOON + READ_AFTER_MS, 6000), UNTRIMMED);

    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 6000, slots: 3, trim: UNTRIMMED });

    expect(pairs.map(({ warm, cold }) => [rate(warm), rate(cold)])).toEqual(pairs.map(() => [6000, 6000]));
  });

  it("is exact where a burst of 5600 in its last seconds follows a quiet hour", async () => {
    await flow.add(steadyIds(NOON - 60 * MINUTE_MS, NOON - 59 * MINUTE_MS, 100), UNTRIMMED);
    await flow.add(steadyIds(NOON - 6000, NOON, 56_000), UNTRIMMED);

    const taken = await flow.anew().takeCold(NOON);

    expect(rate(taken)).toBe(5600);
    expect(taken.properties).not.toHaveProperty("estimated");
  });

  it("is not counted beyond its bounds: absent while cold, estimated within 2 % once two readings are 30 s apart", async () => {
    await flow.add(steadyIds(NOON - 2 * MINUTE_MS, NOON + READ_AFTER_MS, 30_000), UNTRIMMED);

    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 30_000, slots: 4, trim: UNTRIMMED });

    expect(rate(pairs[0]!.cold)).toBeUndefined();
    expect(rate(pairs.at(-1)!.warm)).toEqual(within2Percent(30_000));
    expect(pairs.at(-1)!.warm.properties).toMatchObject({ estimated: true });
  });
});

it("entries of a megabyte are read a few at a time", async () => {
  const big = "x".repeat(1_000_000);
  for (let n = 0; n < 60; n++) await flow.writer.xadd(INTENTS, NOON - 50_000 + n, "symbol", "BTC", "note", big);
  const before = Number(/total_net_output_bytes:(\d+)/.exec(await flow.writer.info("stats"))?.[1]);

  await flow.anew().takeCold(NOON);

  const after = Number(/total_net_output_bytes:(\d+)/.exec(await flow.writer.info("stats"))?.[1]);
  expect(after - before).toBeLessThan(25_000_000);
});

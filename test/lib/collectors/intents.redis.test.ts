import { READ_AFTER_MS } from "../../../lib/slots";
import {
  ABOUT_TRIM,
  age,
  EXACT_TRIM,
  IntentFlow,
  INTENTS,
  MINUTE_MS,
  NOON,
  rate,
  SLOT_MS,
  within2Percent,
} from "../../support/intent-flow";
import { SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { steadyIds } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const flow = new IntentFlow();

describe("a steady flow", () => {
  it.each([
    ["exactly", EXACT_TRIM],
    ["about", ABOUT_TRIM],
  ])("of 480 a minute is 480 on a stream trimmed at %s 10000 entries, warm and cold", async (_, trim) => {
    await flow.add(steadyIds(NOON - 25 * MINUTE_MS, NOON + READ_AFTER_MS, 480), trim);

    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 480, slots: 8, trim });

    expect(await flow.writer.xlen(INTENTS)).toBeLessThan(10_100);
    expect(pairs.map(({ warm }) => rate(warm))).toEqual(pairs.map(() => 480));
    expect(pairs.map(({ cold }) => rate(cold))).toEqual(pairs.map(() => 480));
    expect(pairs.some(({ warm, cold }) => "estimated" in warm.properties || "estimated" in cold.properties)).toBe(
      false,
    );
  });

  it("of 5000 a minute is exact with its two pages once the sandbox is warm", async () => {
    await flow.add(steadyIds(NOON - MINUTE_MS - 5000, NOON + READ_AFTER_MS, 4000));
    const watched = flow.anew();
    await watched.take(NOON);

    const pairs = await flow.watched(watched, { from: NOON, perMinute: 5000, slots: 6 });

    expect(pairs.slice(4).map(({ warm }) => rate(warm))).toEqual([5000, 5000]);
    expect(pairs.some(({ warm }) => "estimated" in warm.properties)).toBe(false);
  });

  it("of 7000 a minute on a stream that nobody trims is within 2 % once warm", async () => {
    await flow.add(steadyIds(NOON - 2 * MINUTE_MS, NOON + READ_AFTER_MS, 7000), []);

    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 7000, slots: 4, trim: [] });

    expect(rate(pairs.at(-1)!.warm)).toEqual(within2Percent(7000));
  });

  it("of 100000 a minute, which outruns the stream, is estimated within 2 %, warm and cold", async () => {
    await flow.add(steadyIds(NOON - 10_000, NOON + READ_AFTER_MS, 100_000));

    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 100_000, slots: 5 });

    expect(pairs.map(({ cold }) => rate(cold))).toEqual(pairs.map(() => within2Percent(100_000)));
    expect(pairs.map(({ warm }) => rate(warm))).toEqual(pairs.map(() => within2Percent(100_000)));
    expect(pairs.every(({ warm, cold }) => warm.properties["estimated"] && cold.properties["estimated"])).toBe(true);
  });

  it.each([
    [480, 100, true],
    [480, 10, true],
    [480, 0, false],
    [30_000, 1000, true],
  ])("of %d a minute stays itself across XTRIM to %d", async (perMinute, length, isKnownCold) => {
    await flow.add(steadyIds(NOON - 2 * MINUTE_MS, NOON + READ_AFTER_MS, perMinute));
    const watched = flow.anew();
    await flow.watched(watched, { from: NOON, perMinute, slots: 4 });
    await flow.writer.xtrim(INTENTS, "MAXLEN", length);
    const trimmedAt = NOON + 4 * SLOT_MS;

    const cold = await watched.takeCold(trimmedAt);
    const pairs = await flow.watched(watched, { from: trimmedAt, perMinute, slots: 6 });

    expect(rate(cold)).toEqual(isKnownCold ? within2Percent(perMinute) : undefined);
    expect(pairs.map(({ warm }) => rate(warm))).toEqual(pairs.map(() => within2Percent(perMinute)));
    expect(pairs.map((pair) => rate(pair.cold))).toEqual(pairs.map(() => within2Percent(perMinute)));
  });
});

describe("a stall", () => {
  it("is exactly 0 after a minute, with an age that grows, whatever the stream's length", async () => {
    await flow.add(steadyIds(NOON - 5 * MINUTE_MS, NOON, 480));

    const pairs = await flow.watched(flow.anew(), { from: NOON, perMinute: 0, slots: 20 });

    const [last] = steadyIds(NOON - 5 * MINUTE_MS, NOON, 480)
      .slice(-1)
      .map((id) => Number.parseInt(id, 10));
    expect(pairs.map(({ warm }) => rate(warm))).toEqual(pairs.map((_, slot) => Math.max(0, 480 - 120 * (slot + 1))));
    expect(pairs.map(({ cold }) => rate(cold))).toEqual(pairs.map(({ warm }) => rate(warm)));
    expect(pairs.map(({ warm }) => age(warm))).toEqual(pairs.map(({ t }) => (t - (last ?? 0)) / 1000));
    expect(pairs.map(({ cold }) => age(cold))).toEqual(pairs.map(({ warm }) => age(warm)));
  });

  it("is seen on a stream that was trimmed to nothing: 0 once the last entry is older than the minute", async () => {
    await flow.add(steadyIds(NOON - 5 * MINUTE_MS, NOON, 480));
    const watched = flow.anew();
    await watched.take(NOON);
    await flow.writer.xtrim(INTENTS, "MAXLEN", 0);

    const pairs = await flow.watched(watched, { from: NOON, perMinute: 0, slots: 6 });

    expect(pairs.map(({ cold }) => rate(cold))).toEqual([undefined, undefined, undefined, 0, 0, 0]);
    expect(pairs.slice(3).map(({ warm }) => rate(warm))).toEqual([0, 0, 0]);
    expect(pairs.map(({ warm }) => age(warm))).toEqual(pairs.map(({ t }) => (t - NOON + 125) / 1000));
    expect(pairs.at(-1)!.warm.values["quantum_trade_intent_stream_length"]).toBe(0);
  });
});

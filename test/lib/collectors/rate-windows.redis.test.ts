import { rateWindowsCollector } from "../../../lib/collectors/rate-windows";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const WINDOW_MS = 10_000;
const bucket = (t: number): number => Math.floor(t / WINDOW_MS);
/** The counter of the window that ended at `t`. */
const lastGlobal = (t: number): string => `quantum:safety:rate:global:${bucket(t) - 1}`;
const lastOf = (symbol: string, t: number): string => `quantum:safety:rate:symbol:${symbol}:${bucket(t) - 1}`;

const redis = withRedis();
const watch = duringTests(async () => {
  const watches: { stop(): Promise<void> }[] = [];
  return {
    on: (url: string, variables: Record<string, string> = {}) => {
      const watched = new Watched(rateWindowsCollector, url, variables);
      watches.push(watched);
      return watched;
    },
    stop: () => Promise.all(watches.map((one) => one.stop())).then(() => undefined),
  };
});
const anew = (variables: Record<string, string> = {}) => watch().on(redis.server.url, variables);

async function attempts(t: number, counts: Readonly<Record<string, number | string>>): Promise<void> {
  for (const [symbol, count] of Object.entries(counts)) await redis.writer.set(lastOf(symbol, t), count);
}

describe("a window", () => {
  it("is published under its own start, against the limits in force, beside the one that runs", async () => {
    await redis.writer.set(lastGlobal(NOON), 15);
    await redis.writer.set(`quantum:safety:rate:global:${bucket(NOON)}`, 2);
    await attempts(NOON, { BTCUSDT: 3, ETHUSDT: 2 });

    const { samples } = await anew({ SAFETY_GLOBAL_MAX: "30", SAFETY_SYMBOL_MAX: "4" }).take(NOON);

    expect(samples.map(({ metric, value, at }) => [metric.name, value, at.getTime() - NOON])).toEqual([
      ["quantum_safety_rate_global_current_window", 2, 0],
      ["quantum_safety_rate_global_last_window", 15, -10_000],
      ["quantum_safety_rate_global_utilization", 50, -10_000],
      ["quantum_safety_rate_symbol_utilization_max", 75, -10_000],
    ]);
  });

  it("without attempts is 0", async () => {
    const { values, properties } = await anew().take(NOON);

    expect(values).toEqual({
      quantum_safety_rate_global_current_window: 0,
      quantum_safety_rate_global_last_window: 0,
      quantum_safety_rate_global_utilization: 0,
      quantum_safety_rate_symbol_utilization_max: 0,
    });
    expect(properties).toEqual({ symbols_complete: true, top_symbols: [] });
  });

  it("is published once: the mark five seconds later gives the running window only", async () => {
    await redis.writer.set(lastGlobal(NOON), 15);
    const watched = anew();
    await watched.take(NOON);

    const { values } = await watched.take(NOON + 5000);

    expect(Object.keys(values)).toEqual(["quantum_safety_rate_global_current_window"]);
  });

  it("that is read after its counters may have lapsed is absent, not 0", async () => {
    const { values, properties } = await anew().take(NOON, 2500);

    expect(values).toEqual({ quantum_safety_rate_global_current_window: 0 });
    expect(properties["unknown"]).toMatchObject({
      quantum_safety_rate_global_last_window: "read too late: the counter may have lapsed",
    });
  });

  it("that is read late is published from the counters that still stand, and again by nobody", async () => {
    await redis.writer.set(lastGlobal(NOON), 15);
    await attempts(NOON, { BTCUSDT: 3 });
    const watched = anew();

    const late = await watched.take(NOON + 5000);
    const later = await watched.take(NOON + 5000);

    expect(late.values).toMatchObject({
      quantum_safety_rate_global_last_window: 15,
      quantum_safety_rate_symbol_utilization_max: 60,
    });
    expect(later.values).not.toHaveProperty("quantum_safety_rate_global_last_window");
  });

  it("that could not be read at its mark is read at the next one", async () => {
    const watched = anew();
    await redis.writer.lpush(lastGlobal(NOON), "1");
    const at = await watched.take(NOON);
    await redis.writer.del(lastGlobal(NOON));
    await redis.writer.set(lastGlobal(NOON), 7);

    const later = await watched.take(NOON + 5000);

    expect(at.values).not.toHaveProperty("quantum_safety_rate_global_last_window");
    expect(later.values).toMatchObject({ quantum_safety_rate_global_last_window: 7 });
  });

  it.each([
    ...["nan", "inf", "1.5", "-3", "", "None", "0x10", "12 attempts"].map((text) => [text, text]),
    ["a megabyte long", "9".repeat(1_000_000)],
  ])("with the counter %j is a violation and costs no other metric", async (_, text) => {
    await redis.writer.set(lastGlobal(NOON), text);
    await attempts(NOON, { BTCUSDT: text, ETHUSDT: 2 });

    const { values, violations } = await anew().take(NOON);

    expect(values).toEqual({
      quantum_safety_rate_global_current_window: 0,
      quantum_safety_rate_symbol_utilization_max: 40,
    });
    expect(violations.map(({ key }) => key)).toEqual([lastGlobal(NOON), lastOf("BTCUSDT", NOON)]);
  });

  it("may last 30 s instead of 10", async () => {
    const start = NOON / 30_000 - 1;
    await redis.writer.set(`quantum:safety:rate:global:${start}`, 15);

    const { samples } = await anew({ SAFETY_WINDOW_SEC: "30" }).take(NOON);

    const last = samples.find(({ metric }) => metric.name === "quantum_safety_rate_global_last_window");
    expect([last?.value, last?.at.getTime()]).toEqual([15, NOON - 30_000]);
  });
});

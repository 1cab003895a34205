import { faultsCollector } from "../../../lib/collectors/faults";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const KEY = "quantum:stream:safety.fault";
const NOON = Date.parse("2026-03-01T12:00:00Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const redis = withRedis();
const watch = duringTests(async () => new Watched(faultsCollector, redis.server.url));
beforeEach(() => {
  watch().memory = undefined;
});

/** Adds faults at these times, each saying so itself, but for what `fields` says otherwise. */
async function faultsAt(times: readonly number[], fields?: Readonly<Record<string, string>>): Promise<void> {
  const pipeline = redis.writer.pipeline();
  for (const ms of times) {
    const all = fields ?? { timestamp: String(ms / 1000), reason: "GLOBAL_RATE_EXCEEDED", symbol: "BTCUSDT" };
    pipeline.xadd(KEY, `${ms}-*`, ...Object.entries(all).flat());
  }
  await pipeline.exec();
}

const counts = (values: Record<string, number>): (number | undefined)[] =>
  ["5m", "30m", "1h"].map((span) => values[`quantum_safety_faults_last_${span}`]);

describe("the windows of the faults", () => {
  // Kind: what a sandbox remembers outlives what is in Redis.
  it.each([
    ["XDEL of one in the middle", () => redis.writer.xdel(KEY, `${NOON - 2 * MINUTE_MS}-0`), 2],
    ["XTRIM to one", () => redis.writer.xtrim(KEY, "MAXLEN", 1), 1],
    ["DEL", () => redis.writer.del(KEY), 0],
    ["DEL and a new stream", () => redis.writer.del(KEY).then(() => faultsAt([NOON - 4000])), 1],
  ])("do not count what is gone after %s", async (_, happen, left) => {
    await faultsAt([NOON - 3 * MINUTE_MS, NOON - 2 * MINUTE_MS, NOON - 5000]);
    await watch().take(NOON);
    await happen();

    const { values } = await watch().take(NOON + 15_000);

    expect(counts(values)).toEqual([left, left, left]);
  });

  it("hold what was added from their first millisecond on, and nothing of the slot itself", async () => {
    const edges = [60, 30, 5].flatMap((minutes) => [NOON - minutes * MINUTE_MS - 1, NOON - minutes * MINUTE_MS]);
    await faultsAt([...edges, NOON - 1, NOON, NOON + 100]);

    const { values, violations, properties } = await watch().take(NOON);

    expect(counts(values)).toEqual([2, 4, 6]);
    expect(violations).toEqual([]);
    expect(properties).not.toHaveProperty("faults_truncated");
  });

  it("leave out a fault that says itself that it is older than its entry", async () => {
    await faultsAt([NOON - 1000], { timestamp: String((NOON - 6 * MINUTE_MS) / 1000), symbol: "BTCUSDT" });
    await faultsAt([NOON - 900], { timestamp: String((NOON - 31 * MINUTE_MS) / 1000), symbol: "BTCUSDT" });
    await faultsAt([NOON - 800], { timestamp: String((NOON - 2 * HOUR_MS) / 1000), symbol: "BTCUSDT" });

    const { values } = await watch().take(NOON);

    expect(counts(values)).toEqual([0, 1, 2]);
  });

  it.each([
    ["no timestamp", { reason: "X" }],
    ["the timestamp nan", { timestamp: "nan" }],
    ["the timestamp None", { timestamp: "None" }],
    ["an empty timestamp", { timestamp: "" }],
    ["a timestamp in milliseconds", { timestamp: String(NOON - 1000) }],
  ])("hold a fault with %s by its ID, and count a violation once", async (_, fields) => {
    await faultsAt([NOON - 10 * MINUTE_MS, NOON - 1000]);
    await faultsAt([NOON - 500], fields);

    const { values, violations } = await watch().take(NOON);

    expect(counts(values)).toEqual([2, 3, 3]);
    expect(values["quantum_safety_last_fault_timestamp"]).toBe((NOON - 500) / 1000);
    expect(violations).toEqual([{ key: KEY, what: expect.stringContaining(`${NOON - 500}-0`) }]);
  });

  it.each([
    [2000, {}],
    [100, { FAULT_LOOKBACK_MAX: "100" }],
  ])("count no more than the newest %d, and say so", async (most, variables) => {
    await faultsAt(Array.from({ length: 2500 }, (_, index) => NOON - 50 * MINUTE_MS + index * 1000));
    const watched = new Watched(faultsCollector, redis.server.url, variables);

    const { values, properties } = await watched.take(NOON);

    await watched.stop();
    expect(values["quantum_safety_faults_last_1h"]).toBe(most);
    expect(properties["faults_truncated"]).toBe(`only the newest ${most} entries of the hour were read`);
  });

  it.each([[1000], [1], [0]])("say so when the stream was trimmed to %d entries within the hour", async (length) => {
    await faultsAt(Array.from({ length: 1200 }, (_, index) => NOON - 50 * MINUTE_MS + index * 1000));
    await redis.writer.xtrim(KEY, "MAXLEN", length);

    const { values, properties } = await watch().take(NOON);

    expect(values["quantum_safety_faults_last_1h"]).toBe(length);
    expect(properties["faults_truncated"]).toBe("the stream was trimmed within the hour");
  });

  it("say nothing when what was trimmed is older than the hour", async () => {
    await faultsAt([NOON - 3 * HOUR_MS, NOON - 2 * HOUR_MS, NOON - MINUTE_MS]);
    await redis.writer.xtrim(KEY, "MAXLEN", 2);

    const { properties } = await watch().take(NOON);

    expect(properties).not.toHaveProperty("faults_truncated");
  });

  it("cost two commands, a page more while nothing is remembered, and of a thousand faults only those of the hour", async () => {
    const proxy = await startProxy(redis.server);
    const watched = new Watched(faultsCollector, proxy.url);
    await faultsAt(Array.from({ length: 1000 }, (_, index) => NOON - (1000 - index) * 36_000));

    const { values } = await watched.take(NOON);
    const asked = [...proxy.commands];
    proxy.clear();
    const next = await watched.take(NOON + 15_000);

    await watched.stop();
    await proxy.stop();
    expect([values, next.values].map((all) => all["quantum_safety_faults_last_1h"])).toEqual([100, 99]);
    expect(asked).toEqual([
      ["XINFO", "STREAM", KEY],
      ["XREVRANGE", KEY, "+", `${NOON - HOUR_MS}-0`, "COUNT", "10"],
      ["XREVRANGE", KEY, `(${NOON - 360_000}-0`, `${NOON - HOUR_MS}-0`, "COUNT", "1000"],
    ]);
    expect(proxy.commands).toEqual([
      ["XINFO", "STREAM", KEY],
      ["XREVRANGE", KEY, "+", `(${NOON - 36_000}-0`, "COUNT", "1000"],
    ]);
  });
});

describe("the last fault", () => {
  it("is shown with its details, long after its hour has passed", async () => {
    const fields = { timestamp: String((NOON - 5 * HOUR_MS) / 1000), reason: "R".repeat(5000), symbol: "ETHUSDT" };
    await faultsAt([NOON - 6 * HOUR_MS]);
    await faultsAt([NOON - 5 * HOUR_MS], { ...fields, side: "BUY", global_count: "21", global_max: "20", other: "x" });

    const { values, properties } = await watch().take(NOON);

    expect(counts(values)).toEqual([0, 0, 0]);
    expect(values["quantum_safety_last_fault_timestamp"]).toBe((NOON - 5 * HOUR_MS) / 1000);
    expect(values["quantum_safety_fault_stream_length"]).toBe(2);
    expect(properties["last_fault"]).toEqual({
      id: `${NOON - 5 * HOUR_MS}-0`,
      reason: "R".repeat(256),
      symbol: "ETHUSDT",
      side: "BUY",
      global_count: "21",
      global_max: "20",
    });
  });

  it.each([
    ["emptied", () => redis.writer.xtrim(KEY, "MAXLEN", 0)],
    ["deleted", () => redis.writer.del(KEY)],
  ])("is gone when the stream is %s", async (_, clear) => {
    await faultsAt([NOON - 5 * HOUR_MS]);
    await watch().take(NOON);
    await clear();

    const { values, properties } = await watch().take(NOON + 15_000);

    expect(values["quantum_safety_last_fault_timestamp"]).toBe(0);
    expect(values["quantum_safety_fault_stream_length"]).toBe(0);
    expect(properties).toEqual({});
  });

  it("is not known, and nothing else of the faults, while the key is no stream", async () => {
    await redis.writer.set(KEY, "1");

    const { values, violations } = await watch().take(NOON);

    expect(values).toEqual({});
    expect(violations).toEqual([{ key: KEY, what: "holds a value of the wrong type" }]);
  });
});

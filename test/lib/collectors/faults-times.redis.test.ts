import { faultsCollector } from "../../../lib/collectors/faults";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

// Kind: a stream ID is taken for the time of its entry although it cannot be one.

const KEY = "quantum:stream:safety.fault";
const NOON = Date.parse("2026-03-01T12:00:00Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const redis = withRedis();
const watch = duringTests(async () => new Watched(faultsCollector, redis.server.url));
beforeEach(() => {
  watch().memory = undefined;
});

/** Adds a fault under this ID that says itself that it is of `ms`; without it, one that does not say. */
async function fault(id: string, ms?: number): Promise<void> {
  const stamp = ms === undefined ? [] : ["timestamp", String(ms / 1000)];
  await redis.writer.xadd(KEY, id, ...stamp, "reason", "SYMBOL_RATE_EXCEEDED", "symbol", "BTCUSDT");
}

const counts = (values: Record<string, number>): (number | undefined)[] =>
  ["5m", "30m", "1h"].map((span) => values[`quantum_safety_faults_last_${span}`]);

const SHAPES: readonly (readonly [string, (n: number) => string])[] = [
  ["ahead of the slot", (n) => `${NOON + HOUR_MS}-${n}`],
  ["in seconds", (n) => `${NOON / 1000 - 100 + n}-12345`],
];

describe.each(SHAPES)("faults with IDs %s", (_, idOf) => {
  it("are counted by their own timestamps, and are a violation", async () => {
    for (const [n, minutes] of [70, 40, 10, 1].entries()) await fault(idOf(n), NOON - minutes * MINUTE_MS);

    const { values, violations, properties } = await watch().take(NOON);

    expect(counts(values)).toEqual([1, 2, 3]);
    expect(values["quantum_safety_last_fault_timestamp"]).toBe((NOON - MINUTE_MS) / 1000);
    expect(violations).toEqual([{ key: KEY, what: expect.stringContaining(idOf(3)) }]);
    expect(properties["last_fault"]).toMatchObject({ id: idOf(3), symbol: "BTCUSDT" });
  });

  it("are counted alike by a sandbox that saw them come, one by one", async () => {
    const seen: unknown[] = [];
    for (const [n, minutes] of [40, 10, 1].entries()) {
      await fault(idOf(n), NOON - minutes * MINUTE_MS);
      const [warm, cold] = [await watch().take(NOON + n * 15_000), await watch().takeCold(NOON + n * 15_000)];
      seen.push([counts(warm.values), warm.violations]);
      expect(seen.at(-1)).toEqual([counts(cold.values), cold.violations]);
    }

    expect(seen.map((one) => (one as unknown[])[0])).toEqual([
      [0, 0, 1],
      [0, 1, 2],
      [1, 2, 3],
    ]);
  });

  it("of the slot or later by their own timestamps belong to a later slot", async () => {
    await fault(idOf(0), NOON - 1);
    await fault(idOf(1), NOON);

    const both = [await watch().take(NOON), await watch().take(NOON + 15_000)];

    expect(both.map(({ values }) => counts(values))).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(both.map(({ values }) => values["quantum_safety_last_fault_timestamp"])).toEqual([
      (NOON - 1) / 1000,
      NOON / 1000,
    ]);
  });

  it.each([
    ["no timestamp", []],
    ["a timestamp in milliseconds", ["timestamp", String(NOON)]],
    ["a timestamp of 1970", ["timestamp", "12"]],
  ])("leave the windows and the time unknown where one has %s", async (_name, fields) => {
    await fault(idOf(0), NOON - MINUTE_MS);
    await redis.writer.xadd(KEY, idOf(1), ...fields, "symbol", "ETHUSDT");

    const { values, violations, properties } = await watch().take(NOON);

    expect(values).toEqual({ quantum_safety_fault_stream_length: 2 });
    expect(violations).toHaveLength(2);
    expect(properties["last_fault"]).toEqual({ id: idOf(1), symbol: "ETHUSDT" });
    expect(properties["unknown"]).toHaveProperty("quantum_safety_last_fault_timestamp");
  });
});

describe("faults whose IDs cannot all be times", () => {
  it("are no concern any more where a later entry shows that they are older than the hour", async () => {
    await fault("12-0");
    await fault(`${NOON - 2 * HOUR_MS}-0`, NOON - 2 * HOUR_MS);
    await fault(`${NOON - MINUTE_MS}-0`, NOON - MINUTE_MS);

    const { values, violations } = await watch().take(NOON);

    expect(counts(values)).toEqual([1, 1, 1]);
    expect(violations).toEqual([]);
  });

  it("are told while they are of the hour, also where the newest ID is a time again", async () => {
    await fault(`${NOON / 1000}-1`, NOON - 2 * MINUTE_MS);
    await fault(`${NOON - MINUTE_MS}-0`, NOON - MINUTE_MS);

    const { values, violations } = await watch().take(NOON);

    expect(counts(values)).toEqual([2, 2, 2]);
    expect(violations).toEqual([{ key: KEY, what: expect.stringContaining(`${NOON / 1000}-1`) }]);
  });

  it("stay counted while a clock that was put back catches up with them", async () => {
    await fault(`${NOON + HOUR_MS}-0`, NOON);
    const seen: unknown[] = [];
    for (const t of [NOON + 15_000, NOON + HOUR_MS - 30_000, NOON + HOUR_MS + 15_000]) {
      const { values, violations } = await watch().take(t);
      seen.push([values["quantum_safety_faults_last_1h"], violations.length]);
    }

    expect(seen).toEqual([
      [1, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  it("tell of a stream that takes no further entry, and say nothing of when", async () => {
    await redis.writer.xadd(KEY, "18446744073709551615-18446744073709551615", "symbol", "BTCUSDT");

    const { values, violations } = await watch().take(NOON);

    expect(values).toEqual({ quantum_safety_fault_stream_length: 1 });
    expect(violations.map(({ what }) => what).join()).toContain("Redis refuses every further entry");
  });
});

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
    expect(properties).toEqual({ limits_from: "configuration", symbols_complete: true, top_symbols: [] });
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

const INTENTS = "quantum:stream:trade.intent";
const FAULTS = "quantum:stream:safety.fault";
/** A trip a day ago, with these fields besides. */
const tripped = (fields: Readonly<Record<string, string>>, ms = NOON - 86_400_000): Promise<unknown> =>
  redis.writer.xadd(FAULTS, `${ms}-*`, "timestamp", String(ms / 1000), ...Object.entries(fields).flat());
const usedWith = async (variables: Record<string, string> = {}): Promise<unknown> => {
  await redis.writer.set(lastGlobal(NOON), 15);
  await attempts(NOON, { BTCUSDT: 3 });
  const { values, properties, violations } = await anew(variables).take(NOON);
  return {
    global: values["quantum_safety_rate_global_utilization"],
    symbol: values["quantum_safety_rate_symbol_utilization_max"],
    from: properties["limits_from"],
    difference: properties["limits_difference"],
    violations: violations.map(({ what }) => what),
  };
};

describe("the kernel's limits", () => {
  // Kind: a configured copy is believed where the system itself says what is in force.
  it("are those of the newest fault, however old it is, and the log says where they differ", async () => {
    await tripped({ global_max: "20", symbol_max: "5", window_sec: "10" }, NOON - 2 * 86_400_000);
    await tripped({ global_max: "30", symbol_max: "6", window_sec: "10" });

    expect(await usedWith()).toEqual({
      global: 50,
      symbol: 50,
      from: `${NOON - 86_400_000}-0`,
      difference: "the newest fault says 30 in all and 6 a symbol, configured are 20 and 5",
      violations: [],
    });
  });

  it("change with the next fault in a warm sandbox, and are the configured ones again when the stream is gone", async () => {
    const watched = anew();
    const seen: unknown[] = [];
    const take = async (t: number): Promise<void> => {
      await redis.writer.set(lastGlobal(t), 12);
      const { values, properties } = await watched.take(t);
      seen.push([values["quantum_safety_rate_global_utilization"], properties["limits_from"]]);
    };
    await tripped({ global_max: "24", symbol_max: "5" }, NOON - 60_000);
    await take(NOON);
    await tripped({ global_max: "48", symbol_max: "5" }, NOON + 5000);
    await take(NOON + WINDOW_MS);
    await redis.writer.del(FAULTS);
    await take(NOON + 2 * WINDOW_MS);

    expect(seen).toEqual([
      [50, `${NOON - 60_000}-0`],
      [25, `${NOON + 5000}-0`],
      [60, "configuration"],
    ]);
  });

  // Kind: one limit that cannot be read throws away the other, which can.
  it.each<[string, Record<string, string>, [number, number], string, string | undefined, RegExp[]]>([
    ["neither", {}, [25, 10], "configuration", undefined, []],
    [
      "only that of all",
      { global_max: "30" },
      [50, 10],
      "ID, symbol_max by configuration",
      "the newest fault says 30 in all, configured is 60",
      [],
    ],
    [
      "only that of a symbol",
      { global_max: "None", symbol_max: "30" },
      [25, 10],
      "ID, global_max by configuration",
      undefined,
      [/^field global_max of entry .* is not a number: "None"$/],
    ],
    [
      "zero for a symbol",
      { global_max: "20", symbol_max: "0" },
      [75, 10],
      "ID, symbol_max by configuration",
      "the newest fault says 20 in all, configured is 60",
      [/^symbol_max 0 of entry .* is no limit$/],
    ],
    [
      "no whole numbers",
      { global_max: "1e308", symbol_max: "2.5" },
      [25, 10],
      "configuration",
      undefined,
      [/^global_max 1e\+308 /, /^symbol_max 2.5 /],
    ],
  ])("are each the configured one where the newest fault says %s", async (_, fields, used, from, words, violations) => {
    await tripped(fields, NOON - 60_000);

    expect(await usedWith({ SAFETY_GLOBAL_MAX: "60", SAFETY_SYMBOL_MAX: "30" })).toEqual({
      global: used[0],
      symbol: used[1],
      from: from.replace("ID", `${NOON - 60_000}-0`),
      difference: words,
      violations: violations.map((what) => expect.stringMatching(what) as string),
    });
  });

  // Kind: what cannot be read looks like what is not there.
  it("are marked as the configured ones where the faults cannot be read", async () => {
    await redis.writer.set(FAULTS, "no stream");

    expect(await usedWith()).toMatchObject({
      global: 75,
      from: `configuration, as the faults cannot be read: ${FAULTS} holds a value of the wrong type`,
    });
  });

  it.each([["xrevrange"], ["xinfo|stream"]])("are marked so where %s is refused", async (command) => {
    await tripped({ global_max: "30", symbol_max: "6" });
    await redis.writer.call("ACL", "SETUSER", "part", "reset", "on", ">pw", "~*", "+@all", `-${command}`);

    const { properties } = await watch().on(redis.server.url.replace("://", "://part:pw@")).take(NOON);

    expect(properties["limits_from"]).toMatch(/^configuration, as the faults cannot be read: .*NOPERM/);
  });

  it("are the configured ones where the fault speaks of windows of another length, which is a violation", async () => {
    await tripped({ global_max: "60", symbol_max: "15", window_sec: "30" }, NOON - 60_000);

    expect(await usedWith()).toEqual({
      global: 75,
      symbol: 60,
      from: "configuration",
      difference: "the newest fault speaks of windows of 30 s, configured are 10 s",
      violations: [`window_sec 30 of entry ${NOON - 60_000}-0 is not the configured 10`],
    });
  });

  it("that cannot be are told for the hour of their fault, not for as long as it is the newest", async () => {
    await tripped({ global_max: "nan", symbol_max: "5" }, NOON - 3_600_001);

    expect(await usedWith()).toMatchObject({
      from: `${NOON - 3_600_001}-0, global_max by configuration`,
      violations: [],
    });
  });

  // Kind: what is said of a window depends on whether this sandbox has published it before.
  it("are said again with what is wrong at the mark between two windows, warm as cold", async () => {
    await tripped({ global_max: "30", symbol_max: "zero" }, NOON - 60_000);
    await redis.writer.xadd(INTENTS, NOON - 8000, "side", "BUY");
    await redis.writer.set(lastOf("BTCUSDT", NOON), "nan");
    const watched = anew();
    const first = await watched.take(NOON);
    await redis.writer.xadd(INTENTS, NOON + 1000, "side", "BUY");

    const [warm, cold] = [await watched.take(NOON + 5000), await watched.takeCold(NOON + 5000, -4000)];

    const said = ({ properties, violations }: typeof warm): unknown => [
      properties["limits_from"],
      properties["limits_difference"],
      violations.map(({ what }) => what).toSorted(),
    ];
    expect(first.violations).toHaveLength(3);
    expect(said(warm)).toEqual(said(first));
    expect(said(cold)).toEqual(said(first));
  });
});

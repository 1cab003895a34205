import { rateWindowsCollector } from "../../../lib/collectors/rate-windows";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { steadyIds, Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const INTENTS = "quantum:stream:trade.intent";
const FAULTS = "quantum:stream:safety.fault";
const NOON = Date.parse("2026-03-01T12:00:00Z");
const MINUTE_MS = 60_000;
const WINDOW_MS = 10_000;
const bucket = (t: number): number => Math.floor(t / WINDOW_MS);
const lastOf = (symbol: string, t: number): string => `quantum:safety:rate:symbol:${symbol}:${bucket(t) - 1}`;

const redis = withRedis({ config: ["enable-debug-command yes"] });
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

async function publish(ids: readonly (string | number)[], symbolAt: (index: number) => string): Promise<void> {
  const pipeline = redis.writer.pipeline();
  for (const [index, id] of ids.entries()) pipeline.xadd(INTENTS, "MAXLEN", "~", 10_000, id, "symbol", symbolAt(index));
  await pipeline.exec();
}

/** A thousand new symbols a second, for three seconds. */
function invented(from: number): Promise<void> {
  return publish(steadyIds(from, from + 3000, 60_000), (at) => `X${from + at}`);
}

async function attempts(t: number, counts: Readonly<Record<string, number | string>>): Promise<void> {
  for (const [symbol, count] of Object.entries(counts)) await redis.writer.set(lastOf(symbol, t), count);
}

describe("the busiest symbols", () => {
  const symbols = Array.from({ length: 200 }, (_, index) => `S${String(index).padStart(3, "0")}USDT`);
  const counts = Object.fromEntries(symbols.map((symbol, index) => [symbol, (index * 37) % 200]));
  const truth = Object.entries(counts)
    .map(([symbol, count]) => ({ symbol, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 5);

  it("are the true five of 200 among 100000 other keys, from the first sample on", async () => {
    await redis.writer.call("DEBUG", "POPULATE", "100000", "other");
    await publish(steadyIds(NOON - 20 * MINUTE_MS, NOON + MINUTE_MS, 480), (index) => symbols[index % 200]!);
    const watched = anew();
    const seen: unknown[] = [];

    for (let t = NOON; t < NOON + MINUTE_MS; t += WINDOW_MS) {
      await attempts(t, counts);
      const { properties, values } = await watched.take(t);
      seen.push([properties["symbols_complete"], properties["top_symbols"], properties["rate_symbol_max"]]);
      expect(values["quantum_safety_rate_symbol_utilization_max"]).toBe((100 * 199) / 5);
    }

    expect(seen).toEqual(
      [false, false, false, false, true, true].map((isComplete) => [isComplete, truth, truth[0]!.symbol]),
    );
  });

  it("include one that published nine minutes ago and is refused since, once the sandbox has read back so far", async () => {
    await redis.writer.xadd(INTENTS, NOON - 9 * MINUTE_MS, "symbol", "RAREUSDT");
    await publish(steadyIds(NOON - 9 * MINUTE_MS + 1, NOON + MINUTE_MS, 240), (index) => symbols[index % 50]!);
    const watched = anew();
    const seen: unknown[] = [];

    for (let t = NOON; t < NOON + 3 * WINDOW_MS; t += WINDOW_MS) {
      await attempts(t, { RAREUSDT: 9, S001USDT: 2 });
      const { properties } = await watched.take(t);
      seen.push([properties["symbols_complete"], properties["rate_symbol_max"]]);
    }

    expect(seen).toEqual([
      [false, "S001USDT"],
      [false, "S001USDT"],
      [true, "RAREUSDT"],
    ]);
  });

  it("are found in all three shapes of an intent and in the faults", async () => {
    await redis.writer.xadd(INTENTS, NOON - 4000, "symbol", "FLATUSDT", "side", "BUY");
    await redis.writer.xadd(INTENTS, NOON - 3000, "data", JSON.stringify({ symbol: "DATAUSDT", action: "BUY" }));
    const payload = JSON.stringify({ symbol: "BUSUSDT" });
    await redis.writer.xadd(INTENTS, NOON - 2000, "event_type", "trade.intent", "payload", payload, "source", "x");
    await redis.writer.xadd(FAULTS, NOON - 1000, "timestamp", "1", "symbol", "FAULTUSDT");
    await attempts(NOON, { FLATUSDT: 4, DATAUSDT: 3, BUSUSDT: 2, FAULTUSDT: 1, UNSEENUSDT: 9 });

    const { properties, violations } = await anew().take(NOON);

    expect(violations).toEqual([]);
    expect(properties).toEqual({
      limits_from: "configuration",
      symbols_complete: true,
      rate_symbol_max: "FLATUSDT",
      top_symbols: [
        { symbol: "FLATUSDT", count: 4 },
        { symbol: "DATAUSDT", count: 3 },
        { symbol: "BUSUSDT", count: 2 },
        { symbol: "FAULTUSDT", count: 1 },
      ],
    });
  });

  it("are forgotten ten minutes after they were last seen", async () => {
    await redis.writer.xadd(INTENTS, NOON, "symbol", "ONCEUSDT");
    const watched = anew();
    await watched.take(NOON + WINDOW_MS);
    const [held, gone] = [NOON + 10 * MINUTE_MS, NOON + 10 * MINUTE_MS + WINDOW_MS];
    await attempts(held, { ONCEUSDT: 3 });
    await attempts(gone, { ONCEUSDT: 3 });

    const tops = [(await watched.take(held)).properties, (await watched.take(gone)).properties];

    expect(tops.map((one) => one["top_symbols"])).toEqual([[{ symbol: "ONCEUSDT", count: 3 }], []]);
  });

  it.each([
    ["neither field nor JSON", ["side", "BUY"]],
    ["broken JSON", ["data", "{'symbol': 'BTCUSDT'}"]],
    ["JSON that is no object", ["data", "null"]],
    ["JSON whose symbol is no text", ["payload", '{"symbol": 7}']],
    ["an empty symbol", ["symbol", ""]],
    ["a symbol longer than any", ["symbol", "X".repeat(1_000_000)]],
  ])("have a violation, named by entry and met once, where an intent has %s", async (_, fields) => {
    await redis.writer.xadd(INTENTS, NOON - 1, ...fields);
    const watched = anew();

    const first = await watched.take(NOON);
    const next = await watched.take(NOON + WINDOW_MS);

    expect(first.violations).toEqual([{ key: INTENTS, what: expect.stringContaining(`${NOON - 1}-0`) }]);
    expect(first.violations[0]!.what.length).toBeLessThan(200);
    expect(next.violations).toEqual([]);
  });
});

describe("the busiest symbols of a stream whose IDs are no times", () => {
  // Kind: an ID window that ends at the slot finds none of the entries that come now.
  it.each([
    ["an hour ahead", NOON + 60 * MINUTE_MS, true],
    ["in seconds", NOON / 1000 - 5, false],
  ])("are found where they are %s, and complete only where their order still says so", async (_, first, isComplete) => {
    await redis.writer.xadd(INTENTS, `${first}-1`, "symbol", "AAAUSDT");
    const watched = anew();
    await attempts(NOON, { AAAUSDT: 3 });
    const cold = await watched.take(NOON);
    await redis.writer.xadd(INTENTS, `${first}-2`, "symbol", "BBBUSDT");
    await attempts(NOON + WINDOW_MS, { AAAUSDT: 3, BBBUSDT: 2 });

    const warm = await watched.take(NOON + WINDOW_MS);

    expect([cold, warm].map(({ properties }) => properties["symbols_complete"])).toEqual([isComplete, isComplete]);
    expect(cold.properties["top_symbols"]).toEqual([{ symbol: "AAAUSDT", count: 3 }]);
    expect(warm.properties["top_symbols"]).toEqual([
      { symbol: "AAAUSDT", count: 3 },
      { symbol: "BBBUSDT", count: 2 },
    ]);
  });

  it("are looked for anew where the newest remembered entry is gone", async () => {
    await redis.writer.xadd(INTENTS, NOON - 2000, "symbol", "GONEUSDT");
    const watched = anew();
    await watched.take(NOON);
    await redis.writer.del(INTENTS);
    await redis.writer.xadd(INTENTS, NOON - 3000, "symbol", "BACKUSDT");
    await attempts(NOON + WINDOW_MS, { BACKUSDT: 2 });

    const { properties } = await watched.take(NOON + WINDOW_MS);

    expect(properties["top_symbols"]).toEqual([{ symbol: "BACKUSDT", count: 2 }]);
  });
});

describe("symbols_complete", () => {
  it("is false when a counter could not be read", async () => {
    await redis.writer.hset(lastOf("BTCUSDT", NOON), "a", "1");

    const { properties, violations } = await anew().take(NOON);

    expect(properties["symbols_complete"]).toBe(false);
    expect(violations).toEqual([{ key: lastOf("BTCUSDT", NOON), what: "holds a value of the wrong type" }]);
  });

  it.each([[INTENTS], [FAULTS]])("is false while %s is no stream", async (key) => {
    await redis.writer.set(key, "not a stream");
    const watched = anew();

    const both = [await watched.take(NOON), await watched.take(NOON + WINDOW_MS)];

    expect(both.map(({ properties }) => properties["symbols_complete"])).toEqual([false, false]);
  });

  it("is false while the stream was trimmed within ten minutes and nobody remembers what was there", async () => {
    await publish(steadyIds(NOON - 9 * MINUTE_MS, NOON, 60), () => "BTCUSDT");
    await redis.writer.xtrim(INTENTS, "MAXLEN", 100);
    const watched = anew();
    const complete: unknown[] = [];

    for (let t = NOON; t <= NOON + 9 * MINUTE_MS; t += MINUTE_MS) {
      complete.push((await watched.take(t)).properties["symbols_complete"]);
    }

    expect(complete).toEqual([...Array.from({ length: 9 }, () => false), true]);
  });

  it("is false, and a sample stays bounded, where somebody invents symbols without end", async () => {
    const proxy = await startProxy(redis.server);
    const watched = watch().on(proxy.url);
    for (const t of [NOON, NOON + WINDOW_MS]) await attempts(t, { BTCUSDT: 4 });
    await invented(NOON - 3000);
    const first = await watched.take(NOON);
    const asked = proxy.commands.length;
    await invented(NOON);

    const second = await watched.take(NOON + WINDOW_MS);

    await watched.stop();
    await proxy.stop();
    expect([asked, proxy.commands.length - asked]).toEqual([1009, 1007]);
    for (const { properties } of [first, second]) {
      expect(properties).toMatchObject({ symbols_complete: false, rate_symbol_max: "BTCUSDT" });
    }
  });
});

import { readConfig } from "../../../lib/config";
import type { Properties } from "../../../lib/metric";
import { MOST_CALLS } from "../../../lib/redis/key-scan";
import { aclRules } from "../../../lib/redis/read-only";
import { Sampler } from "../../../lib/sampler";
import { looksFor, position, positionKey, proposal, propose, proposeMany } from "../../support/harvest-keys";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, startCluster, withRedis } from "../../support/redis-server";
import { withSamplers } from "../../support/sampling";
import { valuesOf } from "../../support/schedule";

jest.setTimeout(2 * SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const SLOT_MS = 15_000;
const HARVEST = { COLLECTORS: "harvest", HARVEST_DISCOVERY: "on" };
/** Symbols; it is configured as the stack does for a function of some memory. */
const MADE_FOR = 1000;
const OTHERS = 60_000;
/** What is true of all symbols only. */
const OF_ALL = [
  "quantum_harvest_symbols",
  "quantum_harvest_symbols_retired",
  "quantum_harvest_open_positions",
  "quantum_harvest_unbacked_proposals",
  "quantum_harvest_action_count",
  "quantum_harvest_kill_score_max",
  "quantum_harvest_age_seconds_max",
  "quantum_harvest_age_seconds_min",
];

/** Symbols in the log line. */
const rowsIn = (properties: Properties): number =>
  Object.entries(properties)
    .flatMap(([name, text]) => (/^harvest_\d+$/.test(name) ? [String(text).split(";").length] : []))
    .reduce((sum, count) => sum + count, 0);

describe("discovery on one server", () => {
  const rights = aclRules({ topology: { kind: "single" }, db: 0, families: ["harvest"], isDiscovering: true });
  const redis = withRedis({
    config: [
      `user watch on >pw ~quantum:* -@all ${rights.join(" ")}`,
      `user blind on >pw ~quantum:* -@all ${aclRules({ topology: { kind: "single" }, db: 0, families: ["safety", "harvest"] }).join(" ")}`,
    ],
  });
  const samplerFor = withSamplers();
  const proxied = duringTests(() => startProxy(redis.server));
  const as = (user: string): string => redis.server.url.replace("://", `://${user}:pw@`);

  it("finds between two marks what is not configured, and never asks for it within a sample", async () => {
    await propose(redis.writer, "XRPUSDT", proposal(NOON, { kill_score: "0.8" }));
    const sampler = samplerFor({ ...HARVEST, REDIS_URL: proxied().url });
    proxied().clear();
    const before = await sampler.sample(new Date(NOON));
    const askedInSample = proxied().commands.map(([name]) => name);
    await sampler.between(new Date(NOON));

    const after = await sampler.sample(new Date(NOON + SLOT_MS));

    expect(askedInSample).not.toContain("SCAN");
    expect([before, after].map(({ properties }) => properties["harvest_symbols_complete"])).toEqual([false, true]);
    expect(valuesOf(before.samples)).not.toHaveProperty("quantum_harvest_symbols");
    expect(valuesOf(after.samples)).toMatchObject({
      quantum_harvest_symbols: 1,
      quantum_harvest_kill_score_max: 0.8,
      quantum_harvest_missing_symbols: 0,
    });
  });

  it("says nothing of all symbols until every key has been looked at, and goes on with the configured ones", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON, { kill_score: "0.1" }));
    await propose(redis.writer, "XRPUSDT", proposal(NOON, { kill_score: "0.95" }));
    await redis.writer.hset(positionKey("ETHUSDT"), position());
    const sampler = samplerFor({ ...HARVEST, REDIS_URL: redis.server.url });
    const cold = await sampler.sample(new Date(NOON));
    await sampler.between(new Date(NOON));

    const warm = await sampler.sample(new Date(NOON + SLOT_MS));

    const [before, after] = [cold, warm].map(({ samples }) => valuesOf(samples));
    const ofAll = OF_ALL.flatMap((name) => Object.keys(before ?? {}).filter((key) => key.split("{")[0] === name));
    expect(ofAll).toEqual([]);
    expect(before).toMatchObject({
      "quantum_harvest_kill_score{BTCUSDT}": 0.1,
      "quantum_harvest_present{ETHUSDT}": 0,
      quantum_harvest_missing_symbols: 1,
      quantum_harvest_exporter_up: 1,
    });
    expect(Object.keys(cold.properties["unknown"] as object)).toEqual(expect.arrayContaining(OF_ALL));
    expect(cold.properties).not.toHaveProperty("kill_score_max_symbol");
    expect(Object.keys(after ?? {}).map((key) => key.split("{")[0])).toEqual(expect.arrayContaining(OF_ALL));
    expect(after).toMatchObject({ quantum_harvest_kill_score_max: 0.95, quantum_harvest_open_positions: 3 });
  });

  it("needs no more rights than those that it asks for, and says when SCAN is refused", async () => {
    const [allowed, refused] = [as("watch"), as("blind")].map((url) => samplerFor({ ...HARVEST, REDIS_URL: url }));
    await allowed?.between(new Date(NOON));
    await refused?.between(new Date(NOON));

    const [fine, failing] = [await allowed?.sample(new Date(NOON)), await refused?.sample(new Date(NOON))];

    expect(fine?.properties["failed"]).toBeUndefined();
    expect(failing?.properties["failed"]).toEqual([
      { collector: "harvest", why: expect.stringMatching(/^quantum:harvest:proposal:\*: NOPERM/) as string },
    ]);
    expect(valuesOf(failing?.samples ?? [])["quantum_harvest_missing_symbols"]).toBe(0);
    expect(valuesOf(failing?.samples ?? [])).not.toHaveProperty("quantum_harvest_symbols");
  });

  it("looks in at most 20 calls of 1000 keys a slot, and goes on at the next", async () => {
    const pipeline = redis.writer.pipeline();
    for (let index = 0; index < OTHERS; index++) pipeline.set(`other:${index}`, "");
    await pipeline.exec();
    await proposeMany(redis.writer, 50, NOON);
    const keys = await redis.writer.dbsize();
    const sampler = samplerFor({ ...HARVEST, REDIS_URL: proxied().url });
    const calls: number[] = [];
    let looks = 0;

    for (let isComplete: unknown = false; isComplete !== true; looks++) {
      proxied().clear();
      await sampler.between(new Date(NOON + looks * SLOT_MS));
      calls.push(proxied().commands.filter(([name]) => name === "SCAN").length);
      isComplete = (await sampler.sample(new Date(NOON))).properties["harvest_symbols_complete"];
    }

    expect(Math.max(...calls)).toBe(MOST_CALLS);
    expect(new Set(proxied().commands.map(([name]) => name))).not.toContain("KEYS");
    expect(looks).toBeLessThanOrEqual(looksFor(keys));
    expect(valuesOf((await sampler.sample(new Date(NOON))).samples)["quantum_harvest_symbols"]).toBe(50);
  });

  it("reads no more than a function is made for, says that there are more, and says nothing of all", async () => {
    await proposeMany(redis.writer, MADE_FOR + 1, NOON);
    const sampler = samplerFor({
      ...HARVEST,
      HARVEST_MOST_SYMBOLS: String(MADE_FOR),
      REDIS_URL: redis.server.url,
    });
    for (let looks = 0; looks < 2; looks++) await sampler.between(new Date(NOON + looks * SLOT_MS));

    const { samples, properties } = await sampler.sample(new Date(NOON));

    expect(OF_ALL.filter((name) => name in valuesOf(samples))).toEqual([]);
    expect(valuesOf(samples)["quantum_harvest_missing_symbols"]).toBe(0);
    expect(rowsIn(properties)).toBe(MADE_FOR + 3);
    expect(properties["harvest_symbols_complete"]).toBe(false);
    expect(properties["failed"]).toEqual([
      {
        collector: "harvest",
        why: expect.stringMatching(/more than the 1000 symbols that this function is made for/) as string,
      },
    ]);
  });

  it("comes once in 15 s, whatever the interval, and at no mark of its own is anything sampled", () => {
    const sampler = samplerFor({ ...HARVEST, REDIS_URL: redis.server.url, HARVEST_INTERVAL_SEC: "60" });

    const due = [0, 15, 30, 60].map((sec) => sampler.due(new Date(NOON + sec * 1000)).length);

    expect([sampler.intervals, due]).toEqual([
      [60, 15],
      [1, 0, 0, 1],
    ]);
  });

  it("keeps to the symbols of its own part", async () => {
    await proposeMany(redis.writer, 90, NOON);
    const parts = ["1/3", "2/3", "3/3"].map((part) =>
      samplerFor({ ...HARVEST, REDIS_URL: redis.server.url, HARVEST_PART: part }),
    );
    for (const sampler of parts) await sampler.between(new Date(NOON));

    const samples = await Promise.all(parts.map((sampler) => sampler.sample(new Date(NOON))));

    const counts = samples.map(
      ({ samples: own }, index) => valuesOf(own)[`quantum_harvest_symbols{${index + 1}}`] ?? Number.NaN,
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(90);
    expect(Math.min(...counts)).toBeGreaterThan(10);
  });
});

describe("discovery in a cluster of three", () => {
  const started = duringTests(async () => {
    const cluster = await startCluster(3);
    const nodes = cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(",");
    const sampler = new Sampler(readConfig({ ...HARVEST, REDIS_TOPOLOGY: "cluster", REDIS_NODES: nodes }));
    const stop = async (): Promise<void> => {
      sampler.close();
      await cluster.stop();
    };
    return { cluster, sampler, stop };
  });

  it("looks through all nodes", async () => {
    const { cluster, sampler } = started();
    const symbols = Array.from({ length: 60 }, (_, index) => `COIN${index}USDT`);
    await Promise.all(symbols.map((symbol) => propose(cluster.writer, symbol, proposal(NOON))));
    await sampler.between(new Date(NOON));

    const { samples, properties } = await sampler.sample(new Date(NOON));

    expect(properties["harvest_symbols_complete"]).toBe(true);
    expect(valuesOf(samples)["quantum_harvest_symbols"]).toBe(60);
  });
});

import { setTimeout as delay } from "node:timers/promises";

import { readConfig } from "../../../lib/config";
import { POSITION_FIELDS } from "../../../lib/harvest/position";
import { FIELDS } from "../../../lib/harvest/proposal";
import { Sampler } from "../../../lib/sampler";
import { proposal, propose, proposeMany } from "../../support/harvest-keys";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, startCluster, withRedis } from "../../support/redis-server";
import { withSamplers } from "../../support/sampling";
import { valuesOf } from "../../support/schedule";

jest.setTimeout(2 * SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const SYMBOLS = 5000;
/** Held back for so long, no answer can pass before the whole of a turn has left. */
const HELD_BACK_MS = 400;

describe("one server with 5000 proposals", () => {
  const redis = withRedis();
  const samplerFor = withSamplers();
  const proxied = duringTests(() => startProxy(redis.server));

  it("is read in one turn of two commands a symbol, each on one key", async () => {
    const symbols = await proposeMany(redis.writer, SYMBOLS, NOON - 20_000);
    const variables = { REDIS_URL: proxied().url, COLLECTORS: "harvest", SYMBOLS: symbols.slice(0, 3).join(",") };
    const sampler = samplerFor({ ...variables, HARVEST_SYMBOLS: symbols.slice(3).join(",") });
    await sampler.sample(new Date(NOON - 15_000));
    proxied().delayMs = HELD_BACK_MS;
    proxied().clear();

    const { samples, properties } = await sampler.sample(new Date(NOON));

    proxied().delayMs = 0;
    expect(properties["redis_error"]).toBeUndefined();
    expect(valuesOf(samples)).toMatchObject({
      quantum_harvest_symbols: SYMBOLS,
      quantum_harvest_open_positions: SYMBOLS,
      quantum_harvest_age_seconds_max: 20,
      "quantum_collector_up{harvest}": 1,
    });
    const asked = new Map<string, number>();
    for (const [name = "", ...rest] of proxied().commands) {
      asked.set(name, (asked.get(name) ?? 0) + 1);
      if (name !== "HMGET") continue;
      expect(rest.slice(1)).toEqual(rest[0]?.includes("proposal") ? FIELDS : POSITION_FIELDS);
    }
    expect(Object.fromEntries(asked)).toEqual({ HMGET: 2 * SYMBOLS, TIME: 1, INFO: 2 });
    expect({ turns: proxied().turns, connections: proxied().connections }).toEqual({ turns: 1, connections: 1 });
  });

  it("costs the safety family nothing when both are read in one function", async () => {
    const symbols = await proposeMany(redis.writer, 200, NOON - 20_000);
    await redis.writer.set("quantum:safety:safe_mode", "1", "EX", 300);
    const sampler = samplerFor({
      REDIS_URL: redis.server.url,
      COLLECTORS: "safety,harvest",
      HARVEST_SYMBOLS: symbols.join(","),
    });

    const { samples } = await sampler.sample(new Date(NOON));

    expect(valuesOf(samples)).toMatchObject({
      quantum_safety_safe_mode: 1,
      quantum_safety_redis_up: 1,
      quantum_harvest_symbols: 200,
    });
  });
});

describe("a cluster of three with 600 proposals", () => {
  const started = duringTests(async () => {
    const cluster = await startCluster(3);
    const nodes = cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(",");
    const symbols = Array.from({ length: 600 }, (_, index) => `COIN${index}USDT`);
    const config = readConfig({
      REDIS_TOPOLOGY: "cluster",
      REDIS_NODES: nodes,
      COLLECTORS: "harvest",
      HARVEST_SYMBOLS: symbols.join(","),
    });
    const sampler = new Sampler(config);
    const stop = async (): Promise<void> => {
      sampler.close();
      await cluster.stop();
    };
    return { cluster, sampler, symbols, stop };
  });

  it("gives the same as one server, in the first sample as in later ones", async () => {
    const { cluster, sampler, symbols } = started();
    await Promise.all(symbols.map((symbol) => propose(cluster.writer, symbol, proposal(NOON - 7000))));

    const taken = [];
    for (let slot = 0; slot < 3; slot++) {
      taken.push(await sampler.sample(new Date(NOON)));
      await delay(20);
    }

    for (const { samples, properties } of taken) {
      expect([properties["redis_error"], properties["failed"]]).toEqual([undefined, undefined]);
      expect(valuesOf(samples)).toMatchObject({
        quantum_harvest_symbols: 600,
        quantum_harvest_open_positions: 600,
        quantum_harvest_age_seconds_max: 7,
        quantum_contract_violations: 0,
      });
    }
  });
});

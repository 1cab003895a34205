import { once } from "node:events";
import { connect } from "node:net";

import { redisServerCollector } from "../../lib/collectors/redis-server";
import { serverUp } from "../../lib/server-report";
import { RedisExporter, type Scrape } from "../support/redis-exporter";
import { duringTests, SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";
import { withSamplers } from "../support/sampling";
import { valuesOf } from "../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const SECONDS = 10;
const NAMES = [serverUp, ...redisServerCollector.metrics].map(({ name }) => name);

/** Every name that both have of a primary. */
const COMMON = [
  "redis_blocked_clients",
  "redis_connected_clients",
  "redis_connected_slaves",
  "redis_db_keys",
  "redis_db_keys_expiring",
  "redis_latest_fork_seconds",
  "redis_mem_fragmentation_ratio",
  "redis_memory_max_bytes",
  "redis_memory_used_bytes",
  "redis_memory_used_rss_bytes",
  "redis_rdb_last_bgsave_status",
  "redis_slowlog_length",
  "redis_up",
  "redis_uptime_in_seconds",
];
/** How far two readings may lie apart of what moves by itself, in parts of the value or by so many. */
const MOVES: Readonly<Record<string, { readonly part?: number; readonly by?: number }>> = {
  // The exporter is a client itself.
  redis_connected_clients: { by: 1 },
  redis_mem_fragmentation_ratio: { part: 0.05 },
  redis_memory_used_bytes: { part: 0.05 },
  redis_memory_used_rss_bytes: { part: 0.05 },
  redis_uptime_in_seconds: { by: 1 },
};
/** Our rates, the counters that they are made of, and what each reading itself may add. */
const RATES: readonly (readonly [ours: string, theirs: string, ofReading: number])[] = [
  ["redis_commands_processed_per_second", "redis_commands_processed_total", 100],
  ["redis_keyspace_hits_per_second", "redis_keyspace_hits_total", 0],
  ["redis_keyspace_misses_per_second", "redis_keyspace_misses_total", 0],
  ["redis_evicted_keys_per_second", "redis_evicted_keys_total", 0],
  ["redis_expired_keys_per_second", "redis_expired_keys_total", 0],
  ["redis_net_input_bytes_per_second", "redis_net_input_bytes_total", 10_000],
  ["redis_net_output_bytes_per_second", "redis_net_output_bytes_total", 20_000],
  ["redis_rejected_connections_per_second", "redis_rejected_connections_total", 0],
];

const sum = (scrape: Scrape, name: string): number => (scrape.get(name) ?? [Number.NaN]).reduce((a, b) => a + b, 0);

function expectSame(ours: Values, theirs: Scrape, name: string): void {
  const [value = Number.NaN, other] = [ours[name], sum(theirs, name)];
  const { part = 0, by = 0 } = MOVES[name] ?? {};
  const apart = Math.abs(value - other);

  expect({ name, value, other, apart: apart <= by + part * other ? 0 : apart }).toEqual({
    name,
    value,
    other,
    apart: 0,
  });
}

type Values = Readonly<Record<string, number>>;

function expectGrowth(ours: Values, rate: string, theirs: number, ofReading: number): void {
  const own = (ours[rate] ?? Number.NaN) * SECONDS;
  const isSame = Math.abs(own - theirs) <= ofReading + 1e-6;

  expect({ rate, isSame, own, theirs }).toEqual({ rate, isSame: true, own, theirs });
}

function expectQuotients(ours: Values, grown: (name: string) => number): void {
  const [hits, misses] = [grown("redis_keyspace_hits_total"), grown("redis_keyspace_misses_total")];
  const meanMs = (1000 * grown("redis_commands_duration_seconds_total")) / grown("redis_commands_total");

  expect(ours["redis_keyspace_hit_ratio"]).toBeCloseTo(hits / (hits + misses), 9);
  // The exporter's own commands are among its own.
  expect((ours["redis_command_duration_ms_mean"] ?? Number.NaN) / meanMs).toBeCloseTo(1, 1);
  expect(meanMs).toBeGreaterThan(0.1);
}

describe("beside Debian's exporter of the same server", () => {
  const primary = withRedis({
    config: [
      "maxmemory 200mb",
      "maxmemory-policy allkeys-lru",
      "repl-diskless-sync-delay 0",
      "enable-debug-command local",
      "slowlog-log-slower-than 10000",
    ],
  });
  const replica = withRedis({ config: ["replica-read-only no"] });
  const exporter = duringTests(() => RedisExporter.start());
  const samplerFor = withSamplers();

  /** Reads that hit and miss, keys that expire, a slow command, and bytes in both directions. */
  async function load(): Promise<void> {
    const pipeline = primary.writer.pipeline();
    for (let index = 0; index < 500; index++) {
      pipeline.set(`quantum:key:${index}`, "x".repeat(1000), "PX", index % 5 === 0 ? 1 : 1_000_000);
      pipeline.get(`quantum:key:${500 - index}`);
      pipeline.get(`quantum:absent:${index}`);
    }
    await pipeline.exec();
    await primary.writer.call("DEBUG", "SLEEP", "0.2");
    await primary.writer.bgsave();
    await until("the keys have expired", async () => (await primary.writer.dbsize()) === 400);
    await until("the copy is written", async () =>
      (await primary.writer.info("persistence")).includes("rdb_bgsave_in_progress:0"),
    );
  }

  /** Less memory than the keys take, for as long as it takes a key to go. */
  async function evict(): Promise<void> {
    const [, used] = /^used_memory:(\d+)/m.exec(await primary.writer.info("memory")) ?? [];
    await primary.writer.config("SET", "maxmemory", Number(used) - 50_000);
    await until("a key is evicted", async () => (await primary.writer.dbsize()) < 400);
    await primary.writer.config("SET", "maxmemory", "200mb");
  }

  /** A client more than the server takes. */
  async function reject(): Promise<void> {
    await primary.writer.config("SET", "maxclients", 1);
    const refused = connect(primary.server.port, primary.server.host).resume();
    await once(refused, "close");
    await primary.writer.config("SET", "maxclients", 1000);
  }

  it("a primary has the same values under every name that both have, and the same growth behind every rate", async () => {
    await replica.writer.replicaof("127.0.0.1", primary.server.port);
    await until("the replica is online", async () =>
      (await primary.writer.info("replication")).includes("state=online"),
    );
    let ms = NOON;
    const sampler = samplerFor({ REDIS_URL: primary.server.url, COLLECTORS: "redis" }, () => ms);
    await sampler.sample(new Date(ms));
    const before = await exporter().scrape(primary.server.url);
    await load();
    await evict();
    await reject();
    ms += SECONDS * 1000;

    const ours = valuesOf((await sampler.sample(new Date(ms))).samples);
    const theirs = await exporter().scrape(primary.server.url);

    expect(NAMES.filter((name) => theirs.has(name)).toSorted()).toEqual(COMMON);
    for (const name of COMMON) expectSame(ours, theirs, name);
    const grown = (name: string): number => sum(theirs, name) - sum(before, name);
    for (const [rate, counter, ofReading] of RATES) expectGrowth(ours, rate, grown(counter), ofReading);
    expectQuotients(ours, grown);
    // Neither agrees on nothing: a fifth of 500 keys expired, and half of the reads missed.
    expect(grown("redis_expired_keys_total")).toBe(100);
    expect(grown("redis_evicted_keys_total")).toBeGreaterThan(0);
    expect(grown("redis_rejected_connections_total")).toBe(1);
    expect(grown("redis_keyspace_hits_total")).toBeGreaterThan(100);
    expect(grown("redis_keyspace_misses_total")).toBeGreaterThanOrEqual(500);
  });

  it("a replica has the same link to its primary", async () => {
    const sampler = samplerFor({ REDIS_URL: replica.server.url, COLLECTORS: "redis" });
    const states: [number | undefined, number][] = [];
    for (const port of [primary.server.port, 1]) {
      await replica.writer.replicaof("127.0.0.1", port);
      const state = `master_link_status:${port === 1 ? "down" : "up"}`;
      await until("the link is as told", async () => (await replica.writer.info("replication")).includes(state));
      const ours = valuesOf((await sampler.sample(new Date())).samples);
      states.push([
        ours["redis_master_link_up"],
        sum(await exporter().scrape(replica.server.url), "redis_master_link_up"),
      ]);
    }

    await replica.writer.replicaof("NO", "ONE");
    expect(states).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});

import { redisServerCollector } from "../../../lib/collectors/redis-server";
import { FAMILIES } from "../../../lib/collectors";
import { aclRules } from "../../../lib/redis/read-only";
import { type Arrangement, describeCollector } from "../../contracts/collector";
import { duringTests, SERVER_TIMEOUT_MS, until, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

const RIGHTS = aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES });

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const SLOT_MS = 15_000;
const RULES = RIGHTS.join(" ");

const other = withRedis({ config: ["replica-read-only no", "repl-diskless-sync-delay 0"] });

/** Reads of which a third finds its key. */
const busy: Arrangement = async (writer) => {
  await other.writer.replicaof("NO", "ONE");
  await writer.replicaof("NO", "ONE");
  await writer.set("quantum:found", "1", "EX", 100);
  for (const key of ["quantum:found", "quantum:absent", "quantum:absent"]) await writer.get(key);
};

const withReplica: Arrangement = async (writer, t) => {
  await busy(writer, t);
  // It would wait five seconds for further replicas.
  await writer.config("SET", "repl-diskless-sync-delay", "0");
  await other.writer.replicaof("127.0.0.1", Number(writer.options.port));
  await until("the replica is online", async () => (await writer.info("replication")).includes("state=online"));
};

const asReplica: Arrangement = async (writer, t) => {
  await busy(writer, t);
  // The suite empties the server before each test.
  await writer.config("SET", "replica-read-only", "no");
  await writer.replicaof("127.0.0.1", other.server.port);
};

describeCollector(
  redisServerCollector,
  { "a busy server": busy, "a primary with a replica": withReplica, "a replica": asReplica },
  "the server",
);

describe("the numbers of a server", () => {
  const redis = withRedis();
  const watch = duringTests(async () => new Watched(redisServerCollector, redis.server.url));
  beforeEach(() => {
    watch().memory = undefined;
  });

  it("are those of INFO and SLOWLOG", async () => {
    await redis.writer.config("SET", "maxmemory", "100mb", "slowlog-log-slower-than", "0");
    await redis.writer.config("SET", "slowlog-log-slower-than", "-1");
    await redis.writer.set("a", "1");
    await redis.writer.set("b", "1", "EX", 100);
    await redis.writer.select(3);
    await redis.writer.set("c", "1");
    await redis.writer.select(0);
    const slow = Number(await redis.writer.call("SLOWLOG", "LEN"));

    const { values, failures } = await watch().take(NOON);

    expect(failures).toEqual([]);
    expect(values).toMatchObject({
      redis_connected_clients: 2,
      redis_blocked_clients: 0,
      redis_memory_max_bytes: 100 * 1024 * 1024,
      redis_db_keys: 3,
      redis_db_keys_expiring: 1,
      redis_connected_slaves: 0,
      redis_rdb_last_bgsave_status: 1,
      redis_slowlog_length: slow,
    });
    expect(values["redis_memory_used_bytes"]).toBeGreaterThan(500_000);
    expect(values["redis_memory_used_rss_bytes"]).toBeGreaterThan(500_000);
    expect(values["redis_mem_fragmentation_ratio"]).toBeGreaterThan(0);
    expect(values["redis_uptime_in_seconds"]).toBeLessThan(600);
  });

  it("have rates from the second reading on, over the time between the two", async () => {
    const first = await watch().take(NOON);
    for (let i = 0; i < 30; i++) await redis.writer.get("absent");
    await redis.writer.set("found", "x".repeat(150_000));
    for (let i = 0; i < 10; i++) await redis.writer.get("found");

    const { values } = await watch().take(NOON + 10_000);

    expect(Object.keys(first.values).filter((name) => /per_second|ratio$|mean$/.test(name))).toEqual([
      "redis_mem_fragmentation_ratio",
    ]);
    expect(values).toMatchObject({
      redis_keyspace_hits_per_second: 1,
      redis_keyspace_misses_per_second: 3,
      redis_keyspace_hit_ratio: 0.25,
      redis_evicted_keys_per_second: 0,
      redis_expired_keys_per_second: 0,
      redis_rejected_connections_per_second: 0,
      // 41 commands of the test, and the nine of our first reading, which were counted as they ended.
      redis_commands_processed_per_second: expect.closeTo(5, 0) as number,
    });
    expect(values["redis_net_input_bytes_per_second"]).toBeGreaterThan(15_000);
    expect(values["redis_net_output_bytes_per_second"]).toBeGreaterThan(150_000);
    expect(values["redis_command_duration_ms_mean"]).toBeGreaterThan(0);
  });

  it("have no hit ratio over a time without reads", async () => {
    await watch().take(NOON);

    const { values, properties } = await watch().take(NOON + SLOT_MS);

    expect(values).not.toHaveProperty("redis_keyspace_hit_ratio");
    expect(values["redis_keyspace_hits_per_second"]).toBe(0);
    expect(properties["unknown"]).toHaveProperty("redis_keyspace_hit_ratio");
  });

  it.each([
    ["its counters are reset", () => redis.writer.config("RESETSTAT")],
    ["it is restarted", () => redis.server.restart()],
  ])("have no rates where %s between two readings, and again from the next on", async (_, happens) => {
    for (let i = 0; i < 100; i++) await redis.writer.get("absent");
    await watch().take(NOON);
    await happens();

    // A restart takes the connection with it, which only a sampler's first turn may open anew.
    const after = await watch()
      .take(NOON + SLOT_MS)
      .catch(() => watch().take(NOON + SLOT_MS));
    const next = await watch().take(NOON + 2 * SLOT_MS);

    expect(after.values).not.toHaveProperty("redis_commands_processed_per_second");
    expect(after.values).toHaveProperty("redis_connected_clients");
    expect(next.values["redis_commands_processed_per_second"]).toBeGreaterThan(0);
  });

  it("have rates of their own in each of two sandboxes", async () => {
    const sandbox = new Watched(redisServerCollector, redis.server.url);
    await watch().take(NOON);
    for (let i = 0; i < 100; i++) await redis.writer.get("absent");
    await sandbox.take(NOON + 10_000);
    for (let i = 0; i < 100; i++) await redis.writer.get("absent");

    const both = [await watch().take(NOON + 20_000), await sandbox.take(NOON + 20_000)];

    await sandbox.stop();
    expect(both.map(({ values }) => values["redis_keyspace_misses_per_second"])).toEqual([10, 10]);
  });
});

describe("what a server keeps from us", () => {
  const redis = withRedis({
    config: [
      'rename-command SLOWLOG ""',
      `user blind on >pw ~* -@all ${RULES} -info`,
      `user nothing on >pw ~* -@all +time`,
    ],
  });
  const as = (user: string): string => redis.server.url.replace("://", `://${user}:pw@`);

  it("costs its own metric alone, fails nothing and is said once where a command does not exist", async () => {
    const watched = new Watched(redisServerCollector, redis.server.url);

    const [first, second] = [await watched.take(NOON), await watched.take(NOON + SLOT_MS)];

    await watched.stop();
    expect([first.failures, second.failures]).toEqual([[], []]);
    expect(first.properties["redis_unavailable"]).toEqual({
      redis_slowlog_length: expect.stringMatching(/^SLOWLOG LEN: ERR unknown command/) as string,
    });
    expect(second.properties).not.toHaveProperty("redis_unavailable");
    expect(second.values).not.toHaveProperty("redis_slowlog_length");
    expect(second.values).toHaveProperty("redis_commands_processed_per_second");
  });

  it("is everything of INFO where the user has no right to it", async () => {
    const watched = new Watched(redisServerCollector, as("blind"));

    const [first, second] = [await watched.take(NOON), await watched.take(NOON + SLOT_MS)];

    await watched.stop();
    expect([first.failures, second.failures, second.values]).toEqual([[], [], {}]);
    expect(Object.keys(first.properties["redis_unavailable"] as object)).toHaveLength(
      redisServerCollector.metrics.length,
    );
    expect(first.properties["redis_unavailable"]).toMatchObject({
      redis_connected_clients: expect.stringMatching(/^INFO clients: NOPERM/) as string,
      redis_keyspace_hit_ratio: expect.stringMatching(/^INFO stats: NOPERM/) as string,
    });
    expect(second.properties).toEqual({});
  });
});

import { redisServerCollector } from "../../../lib/collectors/redis-server";
import { collectedInTurn, recorded } from "../../support/recorded-server";
import { valuesOf } from "../../support/schedule";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const PRIMARY = recorded("info-redis-7.0-primary");
const REPLICA = recorded("info-redis-7.0-replica");

/** By the documentation of Valkey 8, which keeps Redis's names: its own version stands beside the one that it claims. */
const VALKEY = `# Server
redis_version:7.2.4
server_name:valkey
valkey_version:8.0.1
run_id:aaaa
uptime_in_seconds:4000
# Clients
connected_clients:9
blocked_clients:2
# Memory
used_memory:1000
used_memory_rss:3000
maxmemory:0
mem_fragmentation_ratio:3.00
# Persistence
rdb_last_bgsave_status:err
# Stats
total_commands_processed:100
total_net_input_bytes:100
total_net_output_bytes:100
rejected_connections:0
expired_keys:0
evicted_keys:0
keyspace_hits:10
keyspace_misses:10
latest_fork_usec:456
# Replication
role:master
connected_slaves:2
slave0:ip=10.0.0.1,port=6379,state=online,offset=900,lag=0,type=replica
slave1:ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0,type=replica
master_repl_offset:1000
# Keyspace
db0:keys=5,expires=2,avg_ttl=10
db11:keys=4,expires=1,avg_ttl=10,keys_with_volatile_items=1
# Commandstats
cmdstat_get:calls=10,usec=100,usec_per_call=10.00,rejected_calls=0,failed_calls=0
cmdstat_config|get:calls=10,usec=900,usec_per_call=90.00,rejected_calls=0,failed_calls=0
`;
/**
 * ElastiCache Serverless: INFO is documented as supported and its fields are not, SLOWLOG is documented as missing. So
 * this is the least that a client needs of it, and no more.
 */
const SERVERLESS = "# Server\nredis_version:7.1\nredis_mode:cluster\n# Replication\nrole:master\nconnected_slaves:0\n";

async function valuesIn(...texts: string[]): Promise<Record<string, number>> {
  const [only] = await collectedInTurn(redisServerCollector, [{ at: NOON, texts }]);
  return valuesOf(only?.samples ?? []);
}

const replaced = (text: string, changes: Readonly<Record<string, string>>): string =>
  Object.entries(changes).reduce(
    (all, [name, value]) => all.replace(new RegExp(`^${name}:.*$`, "m"), `${name}:${value}`),
    text,
  );

describe("the INFO of one server", () => {
  it("of Redis 7.0, a primary with a replica, is read as it stands", async () => {
    expect(await valuesIn(PRIMARY)).toEqual({
      redis_uptime_in_seconds: 10,
      redis_connected_clients: 1,
      redis_blocked_clients: 0,
      redis_memory_used_bytes: 1_187_072,
      redis_memory_max_bytes: 67_108_864,
      redis_memory_used_rss_bytes: 7_237_632,
      redis_mem_fragmentation_ratio: 6.34,
      redis_db_keys: 32,
      redis_db_keys_expiring: 1,
      redis_connected_slaves: 1,
      redis_replication_offset_lag_bytes: 14,
      redis_latest_fork_seconds: 0.000707,
      redis_rdb_last_bgsave_status: 1,
      redis_slowlog_length: 7,
    });
  });

  it("of a replica says whether its primary is connected, and nothing of replicas of its own", async () => {
    const [up, down] = [await valuesIn(REPLICA), await valuesIn(replaced(REPLICA, { master_link_status: "down" }))];

    expect([up["redis_master_link_up"], down["redis_master_link_up"]]).toEqual([1, 0]);
    expect(up).not.toHaveProperty("redis_replication_offset_lag_bytes");
  });

  it("of Valkey 8 is read by the same names, a replica in its first copy left out", async () => {
    expect(await valuesIn(VALKEY)).toMatchObject({
      redis_uptime_in_seconds: 4000,
      redis_blocked_clients: 2,
      redis_memory_max_bytes: 0,
      redis_mem_fragmentation_ratio: 3,
      redis_db_keys: 9,
      redis_db_keys_expiring: 3,
      redis_connected_slaves: 2,
      redis_replication_offset_lag_bytes: 100,
      redis_latest_fork_seconds: 0.000456,
      redis_rdb_last_bgsave_status: 0,
    });
  });

  it("of ElastiCache Serverless costs what it does not say, is no failure, and is said once", async () => {
    const texts = [SERVERLESS];

    const [first, second] = await collectedInTurn(redisServerCollector, [
      { at: NOON, texts },
      { at: NOON + 15_000, texts },
    ]);

    const values = valuesOf(second?.samples ?? []);
    expect(values).toEqual({ redis_connected_slaves: 0, redis_slowlog_length: 7 });
    expect([first?.failures, first?.violations, second?.properties]).toEqual([[], [], {}]);
    expect(first?.properties["redis_unavailable"]).toMatchObject({
      redis_memory_used_bytes: "INFO memory does not say",
      redis_db_keys: "INFO keyspace does not say",
      redis_command_duration_ms_mean: "INFO commandstats does not say",
    });
  });

  it.each(["nan", "-nan", "inf", "", "0x10", "much"])("takes %j for no number", async (text) => {
    const [only] = await collectedInTurn(redisServerCollector, [
      { at: NOON, texts: [replaced(PRIMARY, { mem_fragmentation_ratio: text })] },
    ]);

    expect(valuesOf(only?.samples ?? [])).not.toHaveProperty("redis_mem_fragmentation_ratio");
    expect(only?.properties["redis_unavailable"]).toEqual({
      redis_mem_fragmentation_ratio: "INFO memory does not say",
    });
  });

  it("without keys has none, which is something else than not to say", async () => {
    const empty = PRIMARY.replaceAll(/^db\d+:.*\n/gm, "");

    expect(await valuesIn(empty)).toMatchObject({ redis_db_keys: 0, redis_db_keys_expiring: 0 });
  });
});

async function ratesAfter(ms: number, changes: Readonly<Record<string, string>>): Promise<Record<string, number>> {
  const all = await collectedInTurn(redisServerCollector, [
    { at: NOON, texts: [PRIMARY] },
    { at: NOON + ms, texts: [replaced(PRIMARY, changes)] },
  ]);
  return Object.fromEntries(
    Object.entries(valuesOf(all[1]?.samples ?? [])).filter(([name]) => /per_second|hit_ratio|_mean/.test(name)),
  );
}

describe("the rates of one server", () => {
  const LATER = {
    total_commands_processed: "1110",
    keyspace_hits: "60",
    keyspace_misses: "41",
    uptime_in_seconds: "20",
  };

  it("are what its counters grew by, over the time between two readings", async () => {
    expect(await ratesAfter(10_000, LATER)).toEqual({
      redis_commands_processed_per_second: 100,
      redis_keyspace_hits_per_second: 3,
      redis_keyspace_misses_per_second: 1,
      redis_keyspace_hit_ratio: 0.75,
      redis_evicted_keys_per_second: 0,
      redis_expired_keys_per_second: 0,
      redis_net_input_bytes_per_second: 0,
      redis_net_output_bytes_per_second: 0,
      redis_rejected_connections_per_second: 0,
    });
  });

  it("have the mean duration of the commands in between", async () => {
    const stats = /^cmdstat_get:.*$/m;
    const before = PRIMARY.replace(stats, "cmdstat_get:calls=10,usec=100,usec_per_call=10.00");
    const after = PRIMARY.replace(stats, "cmdstat_get:calls=14,usec=1000100,usec_per_call=71435.71");

    const [, second] = await collectedInTurn(redisServerCollector, [
      { at: NOON, texts: [before] },
      { at: NOON + 15_000, texts: [after] },
    ]);

    expect(valuesOf(second?.samples ?? [])["redis_command_duration_ms_mean"]).toBe(250);
  });

  it.each([
    ["the server was restarted", 15_000, { ...LATER, run_id: "another" }],
    ["the server has run for less than before", 15_000, { ...LATER, uptime_in_seconds: "9" }],
    ["one counter fell", 15_000, { ...LATER, expired_keys: "0" }],
    ["the reading before is a moment ago", 999, LATER],
    ["the reading before is too long ago", 300_001, LATER],
    ["the clock went back", -15_000, LATER],
  ])("are absent where %s", async (_, ms, changes) => {
    expect(await ratesAfter(ms, changes)).toEqual({});
  });

  it("are measured from the earlier of two readings that are a moment apart", async () => {
    const all = await collectedInTurn(redisServerCollector, [
      { at: NOON, texts: [PRIMARY] },
      { at: NOON + 500, texts: [PRIMARY] },
      { at: NOON + 10_000, texts: [replaced(PRIMARY, LATER)] },
    ]);

    expect(valuesOf(all[2]?.samples ?? [])["redis_commands_processed_per_second"]).toBe(100);
  });
});

describe("several primaries", () => {
  const OTHER = replaced(VALKEY, { run_id: "bbbb", uptime_in_seconds: "30", mem_fragmentation_ratio: "1.20" });

  it("make one value each, by the rule that stands beside the metric", async () => {
    const limited = replaced(OTHER, { maxmemory: "5000", used_memory: "4000", rdb_last_bgsave_status: "ok" });

    expect(await valuesIn(VALKEY, limited)).toMatchObject({
      redis_uptime_in_seconds: 30,
      redis_connected_clients: 18,
      redis_memory_used_bytes: 5000,
      redis_memory_max_bytes: 0,
      redis_mem_fragmentation_ratio: 3,
      redis_db_keys: 18,
      redis_replication_offset_lag_bytes: 100,
      redis_rdb_last_bgsave_status: 0,
      redis_slowlog_length: 14,
    });
  });

  it("have a limit together only where each has one", async () => {
    const [one, two] = [replaced(VALKEY, { maxmemory: "3000" }), replaced(OTHER, { maxmemory: "5000" })];

    expect((await valuesIn(one, two))["redis_memory_max_bytes"]).toBe(8000);
  });

  it("add up their rates whatever their order, and the ratio is that of the sums", async () => {
    const [one, two] = [
      replaced(VALKEY, { keyspace_hits: "20" }),
      replaced(OTHER, { keyspace_hits: "110", keyspace_misses: "100" }),
    ];

    const [, second] = await collectedInTurn(redisServerCollector, [
      { at: NOON, texts: [VALKEY, OTHER] },
      { at: NOON + 10_000, texts: [two, one] },
    ]);

    expect(valuesOf(second?.samples ?? [])).toMatchObject({
      redis_keyspace_hits_per_second: 11,
      redis_keyspace_misses_per_second: 9,
      redis_keyspace_hit_ratio: 0.55,
    });
  });

  it.each([
    ["one of them is new", [VALKEY], [VALKEY, OTHER]],
    [
      "they do not say which is which",
      [VALKEY, VALKEY],
      [VALKEY, VALKEY].map((text) => text.replace(/^run_id.*\n/m, "")),
    ],
  ])("have no rates where %s", async (_, before, after) => {
    const [, second] = await collectedInTurn(redisServerCollector, [
      { at: NOON, texts: before },
      { at: NOON + 10_000, texts: after },
    ]);

    expect(valuesOf(second?.samples ?? [])).not.toHaveProperty("redis_commands_processed_per_second");
    expect(valuesOf(second?.samples ?? [])).toHaveProperty("redis_connected_clients");
  });

  it("cost a metric where one of them does not give it: a sum of some would pass for all", async () => {
    expect(await valuesIn(VALKEY, SERVERLESS)).toEqual({
      redis_connected_slaves: 2,
      redis_replication_offset_lag_bytes: 100,
      redis_slowlog_length: 14,
    });
  });
});

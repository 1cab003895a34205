import { Collection, type Collector } from "../collector";
import { type Metric, metric, type Unit } from "../metric";
import { known, type Reading } from "../reading";
import { guarded } from "../redis/guarded";
import {
  type Growth,
  growthSince,
  quotient,
  remembered,
  type ServerCounters,
  serverCounters,
} from "../redis/server-growth";
import {
  type Combine,
  type Extract,
  field,
  greatest,
  least,
  limit,
  replicaLag,
  says,
  sum,
  total,
} from "../redis/server-info";
import { readSections, runIds, type Section, valuesIn } from "../redis/server-sections";
import type { RedisSource } from "../redis/source";

const gauge = (name: string, unit: Unit, help: string): Metric<never> => metric({ name, unit, help, tier: "boarded" });
const rate = (name: string, unit: Unit, help: string): Metric<never> => ({
  ...gauge(name, unit, help),
  read: "Average",
});

export const uptime = gauge("redis_uptime_in_seconds", "Seconds", "since the start of the server started last");
export const connectedClients = gauge("redis_connected_clients", "Count", "connections of clients, ours included");
export const blockedClients = gauge("redis_blocked_clients", "Count", "clients that wait in a blocking command");
export const memoryUsed = gauge("redis_memory_used_bytes", "Bytes", "memory allocated for data and overhead");
export const memoryMax = gauge("redis_memory_max_bytes", "Bytes", "maxmemory; 0 for no limit");
export const memoryRss = gauge("redis_memory_used_rss_bytes", "Bytes", "memory as the operating system sees it");
export const fragmentation = gauge("redis_mem_fragmentation_ratio", "None", "RSS to used memory, of the worst primary");
export const commandRate = rate("redis_commands_processed_per_second", "Count/Second", "commands, ours included");
export const hitRate = rate("redis_keyspace_hits_per_second", "Count/Second", "reads that found their key");
export const missRate = rate("redis_keyspace_misses_per_second", "Count/Second", "reads that did not find their key");
export const hitRatio = rate("redis_keyspace_hit_ratio", "None", "hits to reads, 0 to 1; absent without reads");
export const evictionRate = rate("redis_evicted_keys_per_second", "Count/Second", "keys evicted for want of memory");
export const expiryRate = rate("redis_expired_keys_per_second", "Count/Second", "keys whose time to live ended");
export const inputRate = rate("redis_net_input_bytes_per_second", "Bytes/Second", "from the network");
export const outputRate = rate("redis_net_output_bytes_per_second", "Bytes/Second", "to the network");
export const rejectionRate = rate("redis_rejected_connections_per_second", "Count/Second", "refused by maxclients");
export const dbKeys = gauge("redis_db_keys", "Count", "keys in all databases");
export const dbKeysExpiring = gauge("redis_db_keys_expiring", "Count", "keys with a time to live");
export const connectedSlaves = gauge("redis_connected_slaves", "Count", "replicas that are connected");
export const masterLinkUp = gauge("redis_master_link_up", "None", "of a replica: 1 while its primary is connected");
export const replicationLag = gauge("redis_replication_offset_lag_bytes", "Bytes", "of the replica furthest behind");
export const latestFork = gauge("redis_latest_fork_seconds", "Seconds", "how long the last fork took");
export const lastBgsave = gauge("redis_rdb_last_bgsave_status", "None", "1 if the last RDB save went well, else 0");
export const slowLogLength = gauge("redis_slowlog_length", "Count", "entries in the slow log");
export const commandDuration: Metric<never> = {
  ...rate("redis_command_duration_ms_mean", "Milliseconds", "mean time that a command took the server"),
  tier: "alarmed",
};

const MICROS_A_SECOND = 1e6;

/** A metric, where it is read, and what several primaries make of it. */
const GAUGES: readonly (readonly [Metric<never>, Section, Extract, Combine])[] = [
  [uptime, "server", field("uptime_in_seconds"), least],
  [connectedClients, "clients", field("connected_clients"), sum],
  [blockedClients, "clients", field("blocked_clients"), sum],
  [memoryUsed, "memory", field("used_memory"), sum],
  [memoryMax, "memory", field("maxmemory"), limit],
  [memoryRss, "memory", field("used_memory_rss"), sum],
  [fragmentation, "memory", field("mem_fragmentation_ratio"), greatest],
  [dbKeys, "keyspace", total("Keyspace", "db", "keys"), sum],
  [dbKeysExpiring, "keyspace", total("Keyspace", "db", "expires"), sum],
  [connectedSlaves, "replication", field("connected_slaves"), sum],
  [masterLinkUp, "replication", says("master_link_status", "up"), least],
  [replicationLag, "replication", replicaLag, greatest],
  [latestFork, "stats", field("latest_fork_usec", MICROS_A_SECOND), greatest],
  [lastBgsave, "persistence", says("rdb_last_bgsave_status", "ok", Number.NaN), least],
];

/** Counters, added up over all primaries; those without a metric make a quotient or show that a server was restarted. */
const COUNTERS: readonly (readonly [Metric<never> | undefined, Section, Extract])[] = [
  [hitRate, "stats", field("keyspace_hits")],
  [missRate, "stats", field("keyspace_misses")],
  [undefined, "commandstats", total("Commandstats", "cmdstat_", "usec")],
  [undefined, "commandstats", total("Commandstats", "cmdstat_", "calls")],
  [undefined, "server", field("uptime_in_seconds")],
  [commandRate, "stats", field("total_commands_processed")],
  [evictionRate, "stats", field("evicted_keys")],
  [expiryRate, "stats", field("expired_keys")],
  [inputRate, "stats", field("total_net_input_bytes")],
  [outputRate, "stats", field("total_net_output_bytes")],
  [rejectionRate, "stats", field("rejected_connections")],
];
/** Places in that list. */
const [HITS, MISSES, USEC, CALLS] = [0, 1, 2, 3] as const;

interface Memory {
  readonly counters: ServerCounters;
  /** Metrics that this sandbox has said to be out of reach. */
  readonly said: readonly string[];
}

export const redisServerCollector: Collector<RedisSource, Memory> = {
  name: "redis-server",
  reads: "the server",
  metrics: [
    ...GAUGES.map(([of]) => of),
    ...COUNTERS.flatMap(([of]) => of ?? []),
    hitRatio,
    commandDuration,
    slowLogLength,
  ],
  async collect(source, at, memory) {
    const collection = new Collection(at);
    const troubles = new Set<string>();
    const redis = guarded(source.redis, (refusal) => {
      troubles.add(refusal);
      collection.failed(refusal);
    });
    const [slowLog, sections] = await Promise.all([redis.slowLogLength(), readSections(redis)]);
    const counted = COUNTERS.map(([, section, extract]) => valuesIn(sections, section, extract));
    const counters = serverCounters(source.now(), runIds(sections), counted);
    const rows = [
      ...GAUGES.map(([of, section, extract, over]) => combined(of, valuesIn(sections, section, extract), over)),
      combined(slowLogLength, slowLog, sum),
      ...rates(counted, growthSince(memory?.counters, counters)),
    ];

    // What is in trouble fails the collector; what this server does not have, or keeps from us, is said once.
    const gone: Record<string, string> = {};
    for (const [of, values, value] of rows) {
      if (!("unknown" in values)) value.forEach((one) => collection.put(of, one));
      else if (!troubles.has(values.unknown)) gone[of.name] = values.unknown;
    }
    const news = Object.entries(gone).filter(([name]) => memory?.said.includes(name) !== true);
    if (news.length > 0) collection.property("redis_unavailable", Object.fromEntries(news));
    return collection.done({ counters: remembered(memory?.counters, counters), said: Object.keys(gone) });
  },
};

/** A metric, what it is made of (unknown where that is out of reach), and its value, if there is anything to say. */
type Row = readonly [Metric<never>, Reading<readonly number[]>, readonly Reading<number>[]];

function combined(of: Metric<never>, values: Reading<readonly number[]>, over: Combine): Row {
  return [of, values, "known" in values && values.known.length > 0 ? [known(over(values.known))] : []];
}

function rates(counted: readonly Reading<readonly number[]>[], growth: Reading<Growth>): Row[] {
  const row = (of: Metric<never>, place: number, value: Reading<number>): Row => [
    of,
    counted[place] ?? known([]),
    [value],
  ];
  return [
    ...COUNTERS.flatMap(([of], place) =>
      of
        ? [
            row(
              of,
              place,
              quotient(growth, place, ({ seconds }) => seconds),
            ),
          ]
        : [],
    ),
    row(
      hitRatio,
      HITS,
      quotient(growth, HITS, ({ by }) => (by[HITS] ?? 0) + (by[MISSES] ?? 0)),
    ),
    row(
      commandDuration,
      USEC,
      quotient(growth, USEC, ({ by }) => (by[CALLS] ?? 0) * 1000),
    ),
  ];
}

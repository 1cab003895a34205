import { redisDown } from "../alarms/safety";
import * as server from "../lib/collectors/redis-server";
import { serverUp } from "../lib/server-report";
import { type Board, type Panel, series } from "./board";
import { rulesOf } from "./board-rules";
import { commandDurationBands } from "./rule-values";
import { groupPanels, streamPanels } from "./stream-panels";

const status: readonly Panel[] = [
  {
    kind: "flag",
    title: "Redis answers",
    series: series(serverUp, "up"),
    rule: redisDown,
    place: { x: 0, y: 8, width: 4, height: 6 },
  },
  {
    kind: "graph",
    title: "Memory",
    series: [
      series(server.memoryUsed, "used"),
      series(server.memoryRss, "RSS"),
      series(server.memoryMax, "limit (0: none)"),
    ],
    period: 60,
    place: { x: 4, y: 8, width: 8, height: 6 },
  },
  {
    kind: "graph",
    title: "Mean time of a command",
    series: [series(server.commandDuration, "mean")],
    period: 60,
    bands: commandDurationBands,
    place: { x: 12, y: 8, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Clients and refusals",
    series: [
      series(server.connectedClients, "connected"),
      series(server.blockedClients, "blocked"),
      series(server.rejectionRate, "refused a second", { axis: "right" }),
    ],
    period: 60,
    place: { x: 18, y: 8, width: 6, height: 6 },
  },
];

const work: readonly Panel[] = [
  {
    kind: "graph",
    title: "Commands a second",
    series: [series(server.commandRate, "commands")],
    period: 60,
    place: { x: 0, y: 20, width: 8, height: 6 },
  },
  {
    kind: "graph",
    title: "Hit ratio, and reads a second",
    series: [
      series(server.hitRatio, "hit ratio"),
      series(server.hitRate, "hits", { axis: "right" }),
      series(server.missRate, "misses", { axis: "right" }),
    ],
    period: 60,
    max: 1,
    place: { x: 8, y: 20, width: 8, height: 6 },
  },
  {
    kind: "graph",
    title: "Keys evicted and expired a second",
    series: [series(server.evictionRate, "evicted"), series(server.expiryRate, "expired")],
    period: 60,
    place: { x: 16, y: 20, width: 8, height: 6 },
  },
  {
    kind: "graph",
    title: "Network",
    series: [series(server.inputRate, "in"), series(server.outputRate, "out")],
    period: 60,
    place: { x: 0, y: 26, width: 8, height: 6 },
  },
  {
    kind: "value",
    title: "Keys and slow log",
    series: [
      series(server.dbKeys, "keys"),
      series(server.dbKeysExpiring, "with a time to live"),
      series(server.slowLogLength, "slow log"),
    ],
    place: { x: 8, y: 26, width: 8, height: 6 },
  },
  {
    kind: "value",
    title: "Server",
    series: [
      series(server.uptime, "uptime"),
      series(server.fragmentation, "fragmentation"),
      series(server.latestFork, "last fork"),
      series(server.lastBgsave, "last save (1: ok)"),
    ],
    place: { x: 16, y: 26, width: 8, height: 6 },
  },
];

const replication: readonly Panel[] = [
  {
    kind: "graph",
    title: "Replicas, and link to the primary (1: up)",
    series: [series(server.connectedSlaves, "connected replicas"), series(server.masterLinkUp, "link up")],
    period: 60,
    place: { x: 0, y: 32, width: 12, height: 6 },
  },
  {
    kind: "graph",
    title: "Replica furthest behind",
    series: [series(server.replicationLag, "behind")],
    period: 60,
    place: { x: 12, y: 32, width: 12, height: 6 },
  },
];

const absent: readonly Panel[] = [
  {
    kind: "note",
    title: "Postgres status and connections",
    says: "To be collected where a Postgres connection is configured. That collector is not there yet: nothing watches Postgres here.",
    place: { x: 0, y: 44, width: 24, height: 2 },
  },
];

const rules = rulesOf("redis", "RedisDown", "QuantumRedisConnectionLost");
const purpose =
  "Whether Redis is well, and whether those who read its streams keep up: a consumer that lags stops trading unseen.";

/** The server that everything goes through, and the streams on it. */
export const redis: Board = {
  name: "redis",
  purpose,
  families: ["redis", "streams"],
  panels: [
    { kind: "text", markdown: `# Redis\n${purpose}`, runbooksOf: rules, place: { x: 0, y: 0, width: 24, height: 3 } },
    { kind: "alarms", title: "Alarms", rules, place: { x: 0, y: 3, width: 24, height: 5 } },
    ...status,
    ...groupPanels,
    ...work,
    ...replication,
    ...streamPanels,
    ...absent,
  ],
};

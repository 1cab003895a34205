import { commandDuration } from "../lib/collectors/redis-server";
import { threshold } from "../lib/rules/condition";
import { keepsWithoutData } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";
import { clockSkew, redisFull, replicaCutOff } from "../lib/server-health";
import { redisDown } from "./safety";

export const redisSlowQueries: Rule = {
  name: "RedisSlowQueries",
  severity: "warning",
  component: "trading",
  // Milliseconds; a healthy command takes a hundredth of one. Every intent waits for several.
  condition: threshold(commandDuration, ">", 100),
  for: "5m",
  whenMissing: "keep",
  summary: "Redis takes more than 100 ms for a command on average: trading waits for it",
  description: "First look at its slow log: which command, and whose?",
  runbook: "redis",
  board: "redis",
  prometheus: { expr: "redis_command_duration_ms_mean > 100", for: "5m" },
  deviations: [keepsWithoutData],
};

export const redisReplicaCutOff: Rule = {
  name: "RedisReplicaCutOff",
  severity: "critical",
  component: "telemetry",
  condition: threshold(replicaCutOff, "==", 1),
  // A replica that reconnects is back within seconds.
  for: "1m",
  whenMissing: "keep",
  summary: "We read a replica that has lost its primary: nothing is known of trading, and other alarms stand still",
  description: "First look at the primary: does it run? Then point the telemetry at whichever server is primary now.",
  runbook: "redis",
  board: "redis",
  deviations: [keepsWithoutData],
};

export const redisIsFull: Rule = {
  name: "RedisFull",
  severity: "critical",
  component: "trading",
  condition: threshold(redisFull, "==", 1),
  for: "1m",
  whenMissing: "keep",
  summary: "Redis is full and refuses writes: the kernel can set neither safe mode nor its counters",
  description: "First make room: raise maxmemory, or take a larger node. Then find out what has grown.",
  runbook: "redis",
  board: "redis",
  deviations: [keepsWithoutData],
};

export const clockSkewed: Rule = {
  name: "ClockSkewed",
  severity: "warning",
  component: "telemetry",
  // Seconds. Both clocks are kept by NTP within milliseconds; half a rate window is wrong from here on.
  condition: threshold(clockSkew, ">", 5),
  for: "5m",
  whenMissing: "keep",
  inhibitedBy: [{ by: redisDown }],
  summary: "The clocks of Redis and of the telemetry differ by more than 5 s: ages and windows are wrong by as much",
  description: "First look at NTP on the Redis host (chronyc tracking, or timedatectl).",
  runbook: "redis",
  board: "redis",
  deviations: [keepsWithoutData],
};

export const redisRules = [
  redisSlowQueries,
  redisReplicaCutOff,
  redisIsFull,
  clockSkewed,
] as const satisfies readonly Rule[];

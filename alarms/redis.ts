import { commandDuration } from "../lib/collectors/redis-server";
import { threshold } from "../lib/rules/condition";
import { keepsWithoutData } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";

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

export const redisRules = [redisSlowQueries] as const satisfies readonly Rule[];

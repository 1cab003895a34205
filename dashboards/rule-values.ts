import {
  quantumHarvestKillScoreCritical,
  quantumHarvestKillScoreHigh,
  quantumHarvestMetricsStale,
} from "../alarms/harvest";
import { redisSlowQueries } from "../alarms/redis";
import { consumerGroupLagging } from "../alarms/streams";
import { commandDuration } from "../lib/collectors/redis-server";
import { groupLag, groupOldestPending } from "../lib/collectors/streams";
import { age, killScore } from "../lib/harvest/metrics";
import { type Band, ruleBands } from "./bands";

export const killScoreBands: readonly Band[] = [
  ...ruleBands(quantumHarvestKillScoreHigh, killScore),
  ...ruleBands(quantumHarvestKillScoreCritical, killScore),
];

export const ageBands: readonly Band[] = ruleBands(quantumHarvestMetricsStale, age);

export const commandDurationBands: readonly Band[] = ruleBands(redisSlowQueries, commandDuration);

/** By lag as by pending entries. */
export const lagBands: readonly Band[] = ruleBands(consumerGroupLagging, groupLag);

export const oldestPendingBands: readonly Band[] = ruleBands(consumerGroupLagging, groupOldestPending);

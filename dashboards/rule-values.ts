import type { Band } from "./bands";

/** QuantumHarvestKillScoreHigh, and QuantumHarvestKillScoreCritical above it. */
export const killScoreBands: readonly Band[] = [
  { from: 0.6, colour: "red", label: "high" },
  { from: 0.8, colour: "red", label: "critical" },
];

/** QuantumHarvestMetricsStale. */
export const ageBands: readonly Band[] = [{ from: 180, colour: "red", label: "stale" }];

/** RedisSlowQueries. */
export const commandDurationBands: readonly Band[] = [{ from: 100, colour: "red", label: "slow" }];

/** ConsumerGroupLagging, by lag as by pending entries. */
export const lagBands: readonly Band[] = [{ from: 1000, colour: "red", label: "lagging" }];

/** ConsumerGroupLagging, by the age of the oldest pending entry. */
export const oldestPendingBands: readonly Band[] = [{ from: 60, colour: "red", label: "lagging" }];

import { faultsLast30m, faultsLast5m, lastFaultTimestamp } from "../lib/collectors/faults";
import { intentStreamMissing } from "../lib/collectors/intents";
import { safeModeNoExpiry } from "../lib/collectors/safe-mode";
import { exporterUp, redisLastError, runLate } from "../lib/exporter";
import { action, lastUpdate } from "../lib/harvest/metrics";
import type { Metric } from "../lib/metric";
import { lastDrill, pagingDrill, timeToPage } from "../lib/notify/paging-metrics";
import { clockSkew, redisFull, replicaCutOff } from "../lib/server-health";

/** Metrics that are published and on no board, each with the reason. */
export const offBoard: ReadonlyMap<Metric, string> = new Map<Metric, string>([
  [faultsLast30m, "an alarm reads it; the hour is drawn, and the table has each fault with its time"],
  [faultsLast5m, "an alarm reads it; the hour is drawn, and the table has each fault with its time"],
  [lastFaultTimestamp, "a time drawn as a number says nothing; the table has it"],
  [safeModeNoExpiry, "an alarm reads it; on the board it is safe mode with a TTL of -1"],
  [intentStreamMissing, "an alarm reads it; the stream's length is drawn"],
  [exporterUp, "always 1; the samples a minute are drawn"],
  [redisLastError, "a time drawn as a number says nothing; whether Redis answers is drawn"],
  [runLate, "only the log has it; runs that are late lose no samples, which are drawn"],
  [replicaCutOff, "an alarm reads it; the link to the primary is drawn"],
  [redisFull, "an alarm reads it; memory and its limit are drawn"],
  [clockSkew, "an alarm reads it; below a few milliseconds it says nothing"],
  [action, "in the log only; the counts by action are drawn, and the table has each symbol's"],
  [lastUpdate, "a time drawn as a number says nothing; the age is drawn"],
  [pagingDrill, "a time drawn as a number says nothing; an alarm reads it, which is the drill"],
  [lastDrill, "a time drawn as a number says nothing; the command that begins a drill reads it"],
  [timeToPage, "one number a week, which an alarm reads; the drill's page is what people see of it"],
]);

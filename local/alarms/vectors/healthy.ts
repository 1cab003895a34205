import { faultsLast1h, faultsLast30m, faultsLast5m } from "../../../lib/collectors/faults";
import { haltsActive } from "../../../lib/collectors/halts";
import { intentAge, intentStreamMissing, openingRate } from "../../../lib/collectors/intents";
import { rateGlobalUtilization, rateSymbolUtilizationMax } from "../../../lib/collectors/rate-windows";
import { commandDuration } from "../../../lib/collectors/redis-server";
import { safeMode, safeModeNoExpiry } from "../../../lib/collectors/safe-mode";
import {
  groupLag,
  groupLost,
  groupMissing,
  groupOldestPending,
  groupPending,
  groupStuck,
  streamMissing,
} from "../../../lib/collectors/streams";
import { collectorUp, contractViolations, exporterUp, redisUp } from "../../../lib/exporter";
import { harvestExporterUp } from "../../../lib/harvest/report";
import {
  age,
  ageMax,
  ageMin,
  killScore,
  killScoreMax,
  missingCount,
  openPositions,
  present,
  symbolCount,
  unbackedCount,
} from "../../../lib/harvest/metrics";
import { clockSkew, redisFull, replicaCutOff } from "../../../lib/server-health";
import { serverUp } from "../../../lib/server-report";
import { timeToPage } from "../../../lib/notify/paging-metrics";

/** What metrics read while nothing is wrong, in the notation of one sample; `_` for what is then not published. */
const HEALTHY: ReadonlyMap<string, string> = new Map([
  [safeMode.name, "0"],
  [safeModeNoExpiry.name, "0"],
  [faultsLast5m.name, "0"],
  [faultsLast30m.name, "0"],
  [faultsLast1h.name, "0"],
  [haltsActive.name, "0"],
  [intentAge.name, "2"],
  [openingRate.name, "15"],
  [intentStreamMissing.name, "0"],
  [rateGlobalUtilization.name, "20"],
  [rateSymbolUtilizationMax.name, "30"],
  [commandDuration.name, "0.02"],
  [replicaCutOff.name, "0"],
  [redisFull.name, "0"],
  [clockSkew.name, "0.002"],
  [groupLag.name, "0"],
  [groupPending.name, "1"],
  [groupOldestPending.name, "0.2"],
  [groupLost.name, "0"],
  [groupStuck.name, "0"],
  [groupMissing.name, "0"],
  [streamMissing.name, "0"],
  [killScore.name, "0.2"],
  [killScoreMax.name, "0.3"],
  [present.name, "1"],
  [age.name, "10"],
  [ageMax.name, "20"],
  [ageMin.name, "5"],
  [symbolCount.name, "4"],
  [openPositions.name, "4"],
  [missingCount.name, "0"],
  [unbackedCount.name, "0"],
  [redisUp.name, "1"],
  [serverUp.name, "1"],
  [harvestExporterUp.name, "1"],
  [exporterUp.name, "1"],
  [collectorUp.name, "1"],
  [contractViolations.name, "0"],
  [timeToPage.name, "40"],
  // AWS publishes both only when there is something to tell.
  ["AWS/Logs EMFParsingErrors", "_"],
  ["AWS/Logs EMFValidationErrors", "_"],
  ["AWS/Lambda Errors", "0"],
  ["AWS/Lambda Throttles", "0"],
  // Milliseconds of a run that takes its marks up to the next minute's first.
  ["AWS/Lambda Duration", "76000"],
  ["AWS/Lambda Invocations", "1"],
  ["AWS/SQS ApproximateNumberOfMessagesVisible", "0"],
]);

/** The healthy reading of a metric, whatever its labels; undefined where none is declared. */
export function healthyValue(metric: string): string | undefined {
  return HEALTHY.get(metric.replace(/\{[^]*$/, ""));
}

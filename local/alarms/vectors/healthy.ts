import { faultsLast1h, faultsLast30m, faultsLast5m } from "../../../lib/collectors/faults";
import { intentAge } from "../../../lib/collectors/intents";
import { rateGlobalUtilization, rateSymbolUtilizationMax } from "../../../lib/collectors/rate-windows";
import { safeMode, safeModeNoExpiry } from "../../../lib/collectors/safe-mode";
import { collectorUp, contractViolations, exporterUp, redisUp } from "../../../lib/exporter";

/** What metrics read while nothing is wrong, in the notation of one sample; `_` for what is then not published. */
const HEALTHY: ReadonlyMap<string, string> = new Map([
  [safeMode.name, "0"],
  [safeModeNoExpiry.name, "0"],
  [faultsLast5m.name, "0"],
  [faultsLast30m.name, "0"],
  [faultsLast1h.name, "0"],
  [intentAge.name, "2"],
  [rateGlobalUtilization.name, "20"],
  [rateSymbolUtilizationMax.name, "30"],
  [redisUp.name, "1"],
  [exporterUp.name, "1"],
  [collectorUp.name, "1"],
  [contractViolations.name, "0"],
  // AWS publishes both only when there is something to tell.
  ["AWS/Logs EMFParsingErrors", "_"],
  ["AWS/Logs EMFValidationErrors", "_"],
  ["AWS/Lambda Errors", "0"],
  ["AWS/Lambda Throttles", "0"],
  // Milliseconds of a run that takes its marks up to the next minute's first.
  ["AWS/Lambda Duration", "76000"],
  ["AWS/Lambda Invocations", "1"],
]);

/** The healthy reading of a metric, whatever its labels; undefined where none is declared. */
export function healthyValue(metric: string): string | undefined {
  return HEALTHY.get(metric.replace(/\{.*$/, ""));
}

import { faultsLast1h, faultsLast30m } from "../lib/collectors/faults";
import { rateGlobalUtilization, rateSymbolUtilizationMax } from "../lib/collectors/rate-windows";
import { safeMode } from "../lib/collectors/safe-mode";
import { any, averageOver, threshold } from "../lib/rules/condition";
import { keepsWithoutData, waits } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";
import { quantumSafeModeActive } from "./safety";

const about = { component: "trading", runbook: "safety", board: "quantum-safety" } as const;

export const quantumFaultSeen: Rule = {
  ...about,
  name: "QuantumFaultSeen",
  severity: "info",
  condition: threshold(faultsLast1h, ">", 0),
  for: "0s",
  whenMissing: "keep",
  inhibitedBy: [{ by: quantumSafeModeActive }],
  summary: "The circuit breaker has tripped in the last hour",
  description: "First look at the reason and the correlation id of the last fault on the board.",
  deviations: [keepsWithoutData, waits],
};

export const quantumBreakerFlapping: Rule = {
  ...about,
  name: "QuantumBreakerFlapping",
  severity: "warning",
  // Each trip blocks for 300 s: three in half an hour, or a quarter of an hour in an hour, is half of what can be.
  condition: any(threshold(faultsLast30m, ">=", 3), averageOver(safeMode, "1h", ">", 0.25)),
  for: "0s",
  whenMissing: "keep",
  summary: "The circuit breaker trips again and again",
  description: "First find the sender by the last faults on the board: it goes on as soon as safe mode lifts.",
  deviations: [
    {
      kind: "endsLater",
      bySec: 3600,
      why: "Both halves are looked at over the hour of the average, so that it ends an hour after the last of them: by then the breaker is calm.",
    },
  ],
};

export const quantumRateNearLimit: Rule = {
  ...about,
  name: "QuantumRateNearLimit",
  severity: "warning",
  // Of the kernel's limits for ten seconds. Two minutes with such a window each: one burst is no trend.
  condition: any(threshold(rateGlobalUtilization, ">=", 80), threshold(rateSymbolUtilizationMax, ">=", 80)),
  for: "2m",
  countsPeaks: true,
  whenMissing: "ok",
  inhibitedBy: [{ by: quantumSafeModeActive }],
  summary: "Intents come close to the limit at which the circuit breaker trips",
  description: "First look at the busiest symbols on the board: is it one of them, or all together?",
  deviations: [waits],
};

export const breakerRules = [
  quantumFaultSeen,
  quantumBreakerFlapping,
  quantumRateNearLimit,
] as const satisfies readonly Rule[];

import { safeMode } from "../lib/collectors/safe-mode";
import { exporterUp } from "../lib/exporter";
import { type Rule, silence, threshold } from "../lib/rules/rule";

export const quantumSafeModeActive: Rule = {
  name: "QuantumSafeModeActive",
  severity: "critical",
  component: "trading",
  // The kernel blocks on exactly this. A minute leaves out a halt that an operator sets and lifts at once.
  condition: threshold(safeMode, "==", 1),
  for: "1m",
  // While Redis is down the flag is not published: a halt that was on is still taken for on.
  whenMissing: "keep",
  summary: "SAFE MODE is on: the Core Safety Kernel blocks all trading",
  description:
    "First look at the last fault and the TTL on the board: together they tell who set it, and when it lifts itself.",
  runbook: "safety",
  board: "quantum-safety",
  prometheus: { expr: "quantum_safety_safe_mode == 1", for: "1m" },
};

export const quantumTelemetryExporterDown: Rule = {
  name: "QuantumTelemetryExporterDown",
  severity: "critical",
  component: "telemetry",
  // The heartbeat comes with every sample, also while Redis is down, so that its absence is about the watcher alone.
  condition: silence(exporterUp),
  // One lost run of the schedule pages nobody: each run also takes the first mark of the next one's minute.
  for: "2m",
  whenMissing: "fires",
  summary: "The safety telemetry is silent: nobody would see safe mode, faults or a lost Redis",
  description: "First look whether the collect function runs at all: its log group, then its errors and throttles.",
  runbook: "safety",
  board: "quantum-safety",
  prometheus: { expr: "up == 0", for: "2m" },
};

export const safetyRules = [quantumSafeModeActive, quantumTelemetryExporterDown] as const satisfies readonly Rule[];

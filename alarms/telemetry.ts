import { families } from "../lib/collectors";
import { functionsOf } from "../lib/environments/functions";
import { collectLogGroup } from "../lib/environments/names";
import { collectorUp, contractViolations, exporterUp } from "../lib/exporter";
import { logGroupMetric } from "../lib/rules/aws-metric";
import { any, awsThreshold, EACH, silence, threshold } from "../lib/rules/condition";
import { keepsWithoutData, waits } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";
import { redisDown } from "./safety";

const about = { component: "telemetry", board: "quantum-safety" } as const;

export const quantumTelemetryExporterDown: Rule = {
  ...about,
  name: "QuantumTelemetryExporterDown",
  severity: "critical",
  // The heartbeat comes with every sample, also while Redis is down, so that its absence is about the watcher alone.
  condition: silence(exporterUp),
  // One lost run of the schedule pages nobody: each run also takes the first mark of the next one's minute.
  for: "2m",
  whenMissing: "fires",
  summary: "The safety telemetry is silent: nobody would see safe mode, faults or a lost Redis",
  description: "First look whether the collect function runs at all: its log group, then its errors and throttles.",
  runbook: "safety",
  prometheus: { expr: "up == 0", for: "2m" },
  deviations: [
    {
      kind: "readsAnother",
      why: "There is no scraper whose view of the target could be read: the heartbeat's silence is.",
    },
  ],
};

export const quantumContractBroken: Rule = {
  ...about,
  name: "QuantumContractBroken",
  severity: "warning",
  condition: threshold(contractViolations, ">", 0),
  // A key that is written in two steps may be met half done now and then; in three minutes of five it is no accident.
  for: "3m",
  within: "5m",
  countsPeaks: true,
  whenMissing: "ok",
  summary: "Redis holds what breaks the contract: some readings are not to be trusted",
  description: "First read the violations in the log line: which key, and what was found in place of what.",
  runbook: "telemetry",
};

export const collectorFailing: Rule = {
  ...about,
  name: "CollectorFailing",
  severity: "warning",
  condition: threshold(collectorUp, "==", 0, { Collector: EACH }),
  for: "2m",
  whenMissing: "keep",
  // Without Redis every collector fails, and says so with every mark.
  inhibitedBy: [{ by: redisDown }],
  perLabel: ({ collectors }) => collectors.flatMap((family) => families[family].collectors.map(({ name }) => name)),
  summary: "A collector cannot read its keys: its metrics are missing, and its alarms keep the state they had",
  description: "First read its error in the log line, under failed.",
  runbook: "telemetry",
  deviations: [keepsWithoutData, waits],
};

const logErrors = (name: string) => logGroupMetric({ name, statistic: "Sum", resource: collectLogGroup });

export const telemetryLogsBroken: Rule = {
  ...about,
  name: "TelemetryLogsBroken",
  severity: "warning",
  condition: any(
    awsThreshold(logErrors("EMFParsingErrors"), ">", 0),
    awsThreshold(logErrors("EMFValidationErrors"), ">", 0),
  ),
  for: "0s",
  whenMissing: "ok",
  perLabel: (environment) => functionsOf(environment).map(({ name }) => name),
  summary: "CloudWatch cannot make metrics of some log lines: samples are lost",
  description: "First look at the newest lines of the log group: which one is no valid metric line?",
  runbook: "telemetry",
};

export const telemetryRules = [
  quantumTelemetryExporterDown,
  quantumContractBroken,
  collectorFailing,
  telemetryLogsBroken,
] as const satisfies readonly Rule[];

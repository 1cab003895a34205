import { quantumSafeModeActive } from "../../../alarms/safety";
import { quantumTelemetryExporterDown } from "../../../alarms/telemetry";
import { safeMode } from "../../../lib/collectors/safe-mode";
import { type Environment, validateEnvironment } from "../../../lib/environment";
import { collectorUp, exporterUp } from "../../../lib/exporter";
import { metric } from "../../../lib/metric";
import type { AlarmProperties } from "../../../lib/rules/alarm";
import { alarmProperties } from "../../../lib/rules/cloudformation";
import { silence, threshold } from "../../../lib/rules/condition";
import type { Rule } from "../../../lib/rules/rule";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };

function translated(rule: Rule, changes: Partial<Environment> = {}): AlarmProperties {
  return alarmProperties(rule, validateEnvironment({ ...prod, ...changes }), TOPICS);
}

const rule = (changes: Partial<Rule>): Rule => ({ ...quantumSafeModeActive, ...changes });

test("a flag that is 1 for a minute is the least value of 30 s, twice, at least 1, and keeps its state without data", () => {
  const alarm = translated(quantumSafeModeActive);

  expect(alarm).toMatchObject({
    AlarmName: "prod-QuantumSafeModeActive",
    Namespace: "QuantumTrader",
    MetricName: "quantum_safety_safe_mode",
    Dimensions: [{ Name: "Environment", Value: "prod" }],
    Statistic: "Minimum",
    Period: 30,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    Threshold: 1,
    TreatMissingData: "ignore",
  });
  expect(alarm).not.toHaveProperty("WarmUpConfiguration");
  expect(alarm).not.toHaveProperty("EvaluationWindow");
});

test("in one datapoint the whole duration is one period, and other than whole minutes is refused", () => {
  const alarm = translated(rule({ for: "2m", inOneDatapoint: true }));

  expect(alarm).toMatchObject({ Statistic: "Minimum", Period: 120, EvaluationPeriods: 1, DatapointsToAlarm: 1 });
  for (const length of ["0s", "90s"] as const) {
    expect(() => translated(rule({ for: length, inOneDatapoint: true }))).toThrow(
      `for is ${length}, but a datapoint is as long as whole minutes`,
    );
  }
});

test("silence for two minutes is no sample in two minutes of the wall clock, after a warm-up, and fires without data", () => {
  const alarm = translated(quantumTelemetryExporterDown);

  expect(alarm).toMatchObject({
    MetricName: "quantum_safety_exporter_up",
    Statistic: "SampleCount",
    Period: 60,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    TreatMissingData: "breaching",
    EvaluationWindow: { WallClockWindow: { Timezone: "UTC" } },
    WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 15 },
  });
});

test.each([
  ["critical", "arn:critical"],
  ["warning", "arn:warning"],
  ["info", "arn:info"],
] as const)("the topic of %s hears when the alarm begins and when it ends", (severity, topic) => {
  const alarm = translated(rule({ severity }));

  expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
});

test("severity, component and rule are tags, and go out with every notification", () => {
  const alarm = translated(quantumSafeModeActive);

  expect(alarm.Tags).toEqual([
    { Key: "severity", Value: "critical" },
    { Key: "component", Value: "trading" },
    { Key: "rule", Value: "QuantumSafeModeActive" },
  ]);
  expect(alarm.ActionConfiguration?.AlarmTagsPropagation).toEqual({
    Enabled: true,
    IncludedTagKeys: ["severity", "component", "rule", "drill"],
  });
});

test.each([
  [">", 5, "Minimum", "GreaterThanThreshold", 5],
  [">=", 5, "Minimum", "GreaterThanOrEqualToThreshold", 5],
  ["<", 5, "Maximum", "LessThanThreshold", 5],
  ["<=", 5, "Maximum", "LessThanOrEqualToThreshold", 5],
  ["==", 1, "Minimum", "GreaterThanOrEqualToThreshold", 1],
  ["==", 0, "Maximum", "LessThanOrEqualToThreshold", 0],
] as const)("%s %d throughout is the %s %s %d", (operator, value, Statistic, ComparisonOperator, Threshold) => {
  const alarm = translated(rule({ condition: threshold(safeMode, operator, value) }));

  expect(alarm).toMatchObject({ Statistic, ComparisonOperator, Threshold });
});

test.each([
  ["1m", "critical", 15, 30, 2],
  ["1m", "critical", 30, 30, 2],
  ["1m", "critical", 60, 60, 1],
  ["90s", "critical", 15, 30, 3],
  ["2m", "critical", 15, 60, 2],
  ["1m", "warning", 15, 60, 1],
  ["5m", "warning", 15, 60, 5],
  ["0s", "critical", 15, 30, 1],
  ["0s", "warning", 15, 60, 1],
  ["24h", "warning", 15, 60, 1440],
] as const)("%s, %s, sampled every %d s, is %d s x %d", (duration, severity, sampleIntervalSec, Period, periods) => {
  const alarm = translated(rule({ for: duration, severity }), { sampleIntervalSec });

  expect(alarm).toMatchObject({ Period, EvaluationPeriods: periods, DatapointsToAlarm: periods });
});

test("a metric stored by the minute is looked at by the minute, however urgent", () => {
  const byTheMinute = metric({ name: "m", unit: "None", tier: "alarmed", help: "a flag", resolution: 60 });

  const alarm = translated(rule({ condition: threshold(byTheMinute, "==", 1) }));

  expect(alarm).toMatchObject({ Period: 60, EvaluationPeriods: 1 });
});

test("the labels of a condition are dimensions behind the environment", () => {
  const alarm = translated(rule({ condition: threshold(collectorUp, "==", 0, { Collector: "faults" }) }));

  expect(alarm.Dimensions).toEqual([
    { Name: "Environment", Value: "prod" },
    { Name: "Collector", Value: "faults" },
  ]);
});

test.each([
  ["keep", "ignore"],
  ["fires", "breaching"],
  ["ok", "notBreaching"],
] as const)("a rule that without data %s treats it as %s", (whenMissing, TreatMissingData) => {
  const alarm = translated(rule({ whenMissing }));

  expect(alarm).toMatchObject({ TreatMissingData });
});

test("a silence that would keep quiet about missing data is refused", () => {
  const quiet = rule({ condition: silence(exporterUp), whenMissing: "keep" });

  expect(() => translated(quiet)).toThrow("is a silence that does not fire on missing data");
});

test("what is translated is plain JSON", () => {
  const alarm = translated(quantumTelemetryExporterDown);

  expect(JSON.parse(JSON.stringify(alarm))).toEqual(alarm);
});

test("a label that the metric does not have does not compile", () => {
  // @ts-expect-error the label is Collector
  const condition = threshold(collectorUp, "==", 0, { Collectors: "faults" });

  expect(condition.kind).toBe("threshold");
});

import { quantumBreakerFlapping, quantumRateNearLimit } from "../../../alarms/breaker";
import { lambdaNotInvoked } from "../../../alarms/functions";
import { quantumFaultSeen } from "../../../alarms/breaker";
import { quantumHarvestMetricsStale, quantumHarvestPublisherDown } from "../../../alarms/harvest";
import { quantumHighFaultRate, quantumPublishingStalled } from "../../../alarms/safety";
import { quantumContractBroken, telemetryLogsBroken } from "../../../alarms/telemetry";
import { intentAge } from "../../../lib/collectors/intents";
import { safeMode } from "../../../lib/collectors/safe-mode";
import { validateEnvironment } from "../../../lib/environment";
import type { AlarmProperties } from "../../../lib/rules/alarm";
import { alarmProperties } from "../../../lib/rules/cloudformation";
import { averageOver, heldBackBy, threshold, unless } from "../../../lib/rules/condition";
import type { Rule } from "../../../lib/rules/rule";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const DIMENSIONS = [{ Name: "Environment", Value: "prod" }];

const translated = (rule: Rule, label?: string): AlarmProperties =>
  alarmProperties(rule, validateEnvironment(prod), TOPICS, label);

const queried = (id: string, name: string, Stat: string, Period: number): object => ({
  Id: id,
  MetricStat: { Metric: { Namespace: "QuantumTrader", MetricName: name, Dimensions: DIMENSIONS }, Period, Stat },
  ReturnData: false,
});

test("a stall is the age of the last intent, or 0 while safe mode is on or Redis is full in any sample of the minute", () => {
  const alarm = translated(quantumPublishingStalled);

  expect(alarm.Metrics).toEqual([
    queried("m1", "quantum_trade_intent_last_age_seconds", "Maximum", 60),
    queried("m2", "quantum_safety_safe_mode", "Maximum", 60),
    queried("m3", "quantum_redis_full", "Maximum", 60),
    expect.objectContaining({ Id: "held", Expression: "FILL(m3, 0) > m1 * 0", ReturnData: false }),
    expect.objectContaining({ Id: "own", Expression: "IF(m2, 0, m1)", ReturnData: false }),
    expect.objectContaining({ Id: "value", Expression: "IF(held, 0, own)", ReturnData: true }),
  ]);
  expect(alarm).toMatchObject({
    Threshold: 300,
    ComparisonOperator: "GreaterThanThreshold",
    EvaluationPeriods: 1,
    TreatMissingData: "ignore",
  });
  expect(alarm).not.toHaveProperty("MetricName");
  expect(alarm).not.toHaveProperty("Period");
});

// CloudWatch and the page name the value by the label of its query: people know the metric's name.
test.each([
  [quantumPublishingStalled, undefined, "quantum_trade_intent_last_age_seconds"],
  [quantumPublishingStalled, "missing", "quantum_trade_intent_stream_missing"],
  [quantumHarvestPublisherDown, undefined, "quantum_harvest_age_seconds_min"],
  [quantumHarvestMetricsStale, "BTCUSDT", "quantum_harvest_age_seconds"],
])("what $name compares is named as its metric (%#)", (rule, label, name) => {
  const compared = translated(rule, label).Metrics?.find(({ ReturnData }) => ReturnData);

  expect(compared).toMatchObject({ Label: name });
});

test("a flag that would read as a stall by itself is refused", () => {
  const inverted = { ...quantumPublishingStalled, condition: unless(safeMode, threshold(intentAge, "<", 300)) };

  expect(() => translated(inverted)).toThrow("rules.QuantumPublishingStalled: while the flag is 1 the value reads 0");
});

test("flapping is either of two metrics over the hour that one of them is averaged over", () => {
  const alarm = translated(quantumBreakerFlapping);

  expect(alarm.Metrics).toEqual([
    queried("m1", "quantum_safety_faults_last_30m", "Maximum", 3600),
    queried("m2", "quantum_safety_safe_mode", "Average", 3600),
    expect.objectContaining({ Expression: "m1 >= 3 OR m2 > 0.25", ReturnData: true }),
  ]);
  expect(alarm).toMatchObject({ Threshold: 1, ComparisonOperator: "GreaterThanOrEqualToThreshold" });
});

test("flapping is not judged before there is an hour to average over", () => {
  expect(translated(quantumBreakerFlapping).WarmUpConfiguration).toEqual({
    WarmUpPeriodDurationInMinutes: 60,
    OnlyStartEvaluatingAfterWarmUpPeriodEnds: true,
  });
});

test("an average that would have to hold for some time is refused", () => {
  const slow: Rule = { ...quantumHighFaultRate, condition: averageOver(safeMode, "1h", ">", 0.5), for: "2h" };

  expect(() => translated(slow)).toThrow("an average over 1h is of one period, so for is 0s");
});

test("a rate near its limit counts the busiest window of each of two minutes", () => {
  const alarm = translated(quantumRateNearLimit);

  expect(alarm.Metrics?.slice(0, 2)).toEqual([
    queried("m1", "quantum_safety_rate_global_utilization", "Maximum", 60),
    queried("m2", "quantum_safety_rate_symbol_utilization_max", "Maximum", 60),
  ]);
  expect(alarm).toMatchObject({ EvaluationPeriods: 2, DatapointsToAlarm: 2, TreatMissingData: "notBreaching" });
});

test("three minutes within five are three of five periods, each by its worst sample", () => {
  const alarm = translated(quantumContractBroken);

  expect(alarm).toMatchObject({ Statistic: "Maximum", Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3 });
  expect(alarm.AlarmDescription).toContain("at some time in 3 minutes of 5 minutes (3 of 5 periods of 60 s)");
});

test("what fires on the first reading takes the worst sample of its minute", () => {
  const alarm = translated(quantumFaultSeen);

  expect(alarm).toMatchObject({ Statistic: "Maximum", Period: 60, EvaluationPeriods: 1 });
});

test("a metric of AWS is read under its own namespace, dimension and statistic", () => {
  const [first] = translated(telemetryLogsBroken).Metrics ?? [];

  expect(first).toMatchObject({
    MetricStat: {
      Metric: {
        Namespace: "AWS/Logs",
        MetricName: "EMFParsingErrors",
        Dimensions: [{ Name: "LogGroupName", Value: "/quantum-watch/prod/collect" }],
      },
      Stat: "Sum",
    },
  });
});

test("the silence of a metric that comes minutes late is looked for further back than its window", () => {
  const alarm = translated(lambdaNotInvoked, "collect");

  expect(alarm).toMatchObject({
    AlarmName: "prod-LambdaNotInvoked-collect",
    Namespace: "AWS/Lambda",
    Dimensions: [{ Name: "FunctionName", Value: "prod-quantum-watch-collect" }],
    TreatMissingData: "breaching",
    WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 15 },
  });
  expect(alarm).not.toHaveProperty("EvaluationWindow");
});

test("a threshold alone cannot be held back, rather than not be held back unseen", () => {
  const alone = heldBackBy(safeMode, {}, threshold(intentAge, ">", 300));

  expect(() => translated({ ...quantumHighFaultRate, condition: alone })).toThrow(
    "rules.QuantumHighFaultRate: a threshold alone cannot be held back",
  );
});

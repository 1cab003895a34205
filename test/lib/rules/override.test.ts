import { quantumBreakerFlapping, quantumFaultSeen, quantumRateNearLimit } from "../../../alarms/breaker";
import { quantumSafeModeActive } from "../../../alarms/safety";
import { quantumTelemetryExporterDown } from "../../../alarms/telemetry";
import { safeMode } from "../../../lib/collectors/safe-mode";
import { type Environment, validateEnvironment } from "../../../lib/environment";
import { ConfigError } from "../../../lib/errors";
import type { AlarmProperties } from "../../../lib/rules/alarm";
import { alarmProperties } from "../../../lib/rules/cloudformation";
import { threshold } from "../../../lib/rules/condition";
import type { Rule } from "../../../lib/rules/rule";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };

function translated(rule: Rule, changes: Partial<Environment> = {}): AlarmProperties {
  return alarmProperties(rule, validateEnvironment({ ...prod, ...changes }), TOPICS);
}

const rule = (changes: Partial<Rule>): Rule => ({ ...quantumSafeModeActive, ...changes });

test("an environment's own value and duration stand for the rule's, in the alarm and in its words", () => {
  const alarm = translated(rule({ condition: threshold(safeMode, ">", 5) }), {
    rules: { QuantumSafeModeActive: { value: 7, for: "5m" } },
  });

  expect(alarm).toMatchObject({ Threshold: 7, Period: 60, EvaluationPeriods: 5 });
  expect(alarm.AlarmDescription).toContain("is above 7 for 5 minutes");
});

test.each<[string, Rule, Environment["rules"]]>([
  [
    "value is set, but the rule has no threshold",
    quantumTelemetryExporterDown,
    { QuantumTelemetryExporterDown: { value: 2 } },
  ],
  [
    "value is 0.5, but a flag is compared with 0 or 1",
    quantumSafeModeActive,
    { QuantumSafeModeActive: { value: 0.5 } },
  ],
  [
    "value is set, but the rule has several thresholds: say values, by metric",
    quantumBreakerFlapping,
    { QuantumBreakerFlapping: { value: 3 } },
  ],
  [
    "values has quantum_x, but the rule has quantum_safety_faults_last_1h",
    quantumFaultSeen,
    { QuantumFaultSeen: { values: { quantum_x: 3 } } },
  ],
  ["for is 1m, but the rule fires on the first reading", quantumFaultSeen, { QuantumFaultSeen: { for: "1m" } }],
  ["for is 45s, which is no multiple of 30 s", quantumSafeModeActive, { QuantumSafeModeActive: { for: "45s" } }],
  ["for is 150s, which is no multiple of 60 s", quantumSafeModeActive, { QuantumSafeModeActive: { for: "150s" } }],
  [
    "for is 25h, but an alarm looks back at most a day",
    quantumSafeModeActive,
    { QuantumSafeModeActive: { for: "25h" } },
  ],
])("a change that cannot work is refused: %s", (words, one, rules) => {
  const translate = (): AlarmProperties => translated(one, { rules: rules ?? {} });

  expect(translate).toThrow(ConfigError);
  expect(translate).toThrow(`prod: rules.${one.name}.${words}`);
});

test("thresholds that differ are changed by the name of their metric", () => {
  const alarm = translated(quantumBreakerFlapping, {
    rules: { QuantumBreakerFlapping: { values: { quantum_safety_faults_last_30m: 5 } } },
  });

  expect(alarm.Metrics?.at(-1)).toMatchObject({ Expression: "m1 >= 5 OR m2 > 0.25" });
});

test("one value for all metrics of a rule changes each of its thresholds", () => {
  const alarm = translated(quantumRateNearLimit, { rules: { QuantumRateNearLimit: { value: 90 } } });

  expect(alarm.Metrics?.at(-1)).toMatchObject({ Expression: "m1 >= 90 OR m2 >= 90" });
});

import { rules } from "../../../alarms";
import {
  quantumPublishingStalled,
  quantumSafeModeActive,
  quantumSafetyFaultSpike,
  redisDown,
} from "../../../alarms/safety";
import { collectorFailing } from "../../../alarms/telemetry";
import { type Environment, validateEnvironment } from "../../../lib/environment";
import type { Alarm } from "../../../lib/rules/alarm";
import { alarmsOf } from "../../../lib/rules/alarms";
import { intentAge } from "../../../lib/collectors/intents";
import { safeMode } from "../../../lib/collectors/safe-mode";
import { threshold, unless } from "../../../lib/rules/condition";
import { latencyOf } from "../../../lib/rules/latency";
import type { Rule } from "../../../lib/rules/rule";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };

const made = (some: readonly Rule[], changes: Partial<Environment> = {}): Alarm[] =>
  alarmsOf(some, validateEnvironment({ ...prod, ...changes }), TOPICS, (name) => `arn:alarm:${name}`);

test("a spike acts through a composite alarm that safe mode suppresses", () => {
  const [inner, composite] = made([quantumSafetyFaultSpike]);

  expect(inner?.properties).toMatchObject({
    AlarmName: "prod-QuantumSafetyFaultSpike-condition",
    AlarmActions: [],
    OKActions: [],
  });
  expect(composite).toMatchObject({
    type: "AWS::CloudWatch::CompositeAlarm",
    properties: {
      AlarmName: "prod-QuantumSafetyFaultSpike",
      AlarmRule: 'ALARM("arn:alarm:prod-QuantumSafetyFaultSpike-condition")',
      ActionsSuppressor: "arn:alarm:prod-QuantumSafeModeActive",
      ActionsSuppressorWaitPeriod: latencyOf(quantumSafeModeActive, 15).worst,
      ActionsSuppressorExtensionPeriod: 180,
      AlarmActions: ["arn:warning"],
      OKActions: ["arn:warning"],
    },
  });
});

test("a stall is held back by an alarm that knows whether safe mode was on in the last five minutes, and waits for nothing", () => {
  const [, flag, composite] = made([quantumPublishingStalled]);

  expect(flag?.properties).toMatchObject({
    AlarmName: "prod-QuantumPublishingStalled-flag",
    MetricName: "quantum_safety_safe_mode",
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 6,
    DatapointsToAlarm: 1,
    AlarmActions: [],
  });
  expect(composite?.properties).toMatchObject({
    AlarmRule:
      'ALARM("arn:alarm:prod-QuantumPublishingStalled-condition") AND NOT ALARM("arn:alarm:prod-QuantumPublishingStalled-flag")',
    AlarmActions: ["arn:warning"],
  });
  expect(composite?.properties).not.toHaveProperty("ActionsSuppressor");
});

test("a rule that is held back for less long than its inhibition lasts has a suppressor too", () => {
  const condition = unless(safeMode, threshold(intentAge, ">", 300), "2m");

  const { overall: _, ...first } = quantumPublishingStalled;
  const composite = made([{ ...first, condition }]).at(-1);

  expect(composite?.properties).toMatchObject({ ActionsSuppressorExtensionPeriod: 300 });
});

test("a while after a flag that is no whole minute is refused", () => {
  const condition = unless(safeMode, threshold(intentAge, ">", 300), "90s");

  expect(() => made([{ ...quantumPublishingStalled, condition }])).toThrow(
    "prod: rules.QuantumPublishingStalled: 90s after the flag is no whole minute",
  );
});

test("the wait follows what an environment makes of the suppressing rule", () => {
  const [, composite] = made([quantumSafetyFaultSpike], { rules: { QuantumSafeModeActive: { for: "5m" } } });

  const slower = latencyOf({ ...quantumSafeModeActive, for: "5m" }, 15).worst;
  expect(composite?.properties).toMatchObject({ ActionsSuppressorWaitPeriod: slower });
});

test("just the rules that would act beside another one act by a composite alarm", () => {
  const composites = made(rules).filter(({ type }) => type === "AWS::CloudWatch::CompositeAlarm");

  expect(composites.map(({ properties }) => properties.AlarmName)).toEqual([
    "prod-QuantumSafetyFaultSpike",
    "prod-QuantumPublishingStalled",
    "prod-QuantumPublishingStalled-missing",
    "prod-QuantumFaultSeen",
    "prod-QuantumRateNearLimit",
    "prod-QuantumHarvestKillScoreHigh-BTCUSDT",
    "prod-QuantumHarvestKillScoreHigh-ETHUSDT",
    "prod-QuantumHarvestKillScoreHigh-SOLUSDT",
    "prod-QuantumHarvestKillScoreHigh-max",
    "prod-CollectorFailing-safe-mode",
    "prod-CollectorFailing-halts",
    "prod-CollectorFailing-faults",
    "prod-CollectorFailing-intents",
    "prod-CollectorFailing-rate-windows",
    "prod-CollectorFailing-harvest",
    "prod-CollectorFailing-redis-server",
    "prod-CollectorFailing-streams",
  ]);
});

test("a critical rule that another one would suppress is refused", () => {
  const waiting: Rule = { ...quantumSafeModeActive, whenMissing: "ok", inhibitedBy: [{ by: redisDown }] };

  expect(() => made([waiting])).toThrow(
    "prod: rules.QuantumSafeModeActive is critical, and a suppressor would make it wait",
  );
});

test("a rule that is shown only has no action and no suppressor", () => {
  const shown = made(rules).filter(({ properties }) => properties.AlarmName.includes("RedisConnectionLost"));

  expect(shown).toMatchObject([{ type: "AWS::CloudWatch::Alarm", properties: { AlarmActions: [], OKActions: [] } }]);
});

test("each collector has an alarm of its own, by its dimension", () => {
  const alarms = made([collectorFailing]);

  expect(alarms[0]?.properties).toMatchObject({
    AlarmName: "prod-CollectorFailing-safe-mode-condition",
    Dimensions: [
      { Name: "Environment", Value: "prod" },
      { Name: "Collector", Value: "safe-mode" },
    ],
  });
  expect(alarms.map(({ id }) => id)).toContain("CollectorFailingRateWindows");
});

test("a rule beyond the mirror can be switched off, and one of the mirror cannot", () => {
  const without = made(rules, { rules: { QuantumFaultSeen: { enabled: false } } });

  expect(without.filter(({ id }) => id.startsWith("QuantumFaultSeen"))).toEqual([]);
  expect(() => made(rules, { rules: { RedisDown: { enabled: false } } })).toThrow(
    "rules.RedisDown.enabled is false, but the rule mirrors one of the stack before and stays on",
  );
});

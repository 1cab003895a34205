import { rules } from "../../../alarms";
import { collectorFailing } from "../../../alarms/telemetry";
import { type Environment, validateEnvironment } from "../../../lib/environment";
import { ConfigError } from "../../../lib/errors";
import { alarmsOf } from "../../../lib/rules/alarms";
import { type MuteRule, muteRulesOf } from "../../../lib/rules/mute";
import type { Rule } from "../../../lib/rules/rule";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const NIGHTLY = {
  name: "nightly",
  cron: "0 22 * * *",
  duration: "8h",
  timezone: "Europe/Berlin",
  why: "Nobody looks at them at night.",
} as const;

type QuietHours = NonNullable<Environment["quietHours"]>[number];

function muted(
  quiet: Partial<QuietHours>,
  changes: Partial<Environment> = {},
  of: readonly Rule[] = rules,
): MuteRule[] {
  const environment = validateEnvironment({ ...prod, ...changes, quietHours: [{ ...NIGHTLY, ...quiet }] });
  return muteRulesOf(
    of,
    environment,
    alarmsOf(of, environment, TOPICS, (name) => `arn:alarm:${name}`),
  );
}

const targets = (mutes: readonly MuteRule[]): readonly string[] =>
  mutes.flatMap(({ properties }) => properties.MuteTargets.AlarmNames);

test("quiet hours become a mute rule, keys as CloudFormation spells them", () => {
  const mutes = muted({ rules: ["QuantumHighFaultRate"], from: "2026-12-24T18:00", until: "2027-01-02T06:00" });

  expect(mutes).toEqual([
    {
      id: "QuietNightly",
      type: "AWS::CloudWatch::AlarmMuteRule",
      named: ["QuantumHighFaultRate"],
      properties: {
        Name: "prod-nightly",
        Description: "Nobody looks at them at night.",
        Rule: { Schedule: { Expression: "cron(0 22 * * *)", Duration: "PT8H", Timezone: "Europe/Berlin" } },
        MuteTargets: { AlarmNames: ["prod-QuantumHighFaultRate"] },
        StartDate: "2026-12-24T18:00",
        ExpireDate: "2027-01-02T06:00",
      },
    },
  ]);
});

test("a rule that acts through a composite alarm is muted there, and the alarm under it is left alone", () => {
  const names = targets(muted({ rules: ["QuantumPublishingStalled"] }));

  expect(names).toEqual(["prod-QuantumPublishingStalled", "prod-QuantumPublishingStalled-missing"]);
});

test("a rule that is split is muted with all its alarms", () => {
  const names = targets(muted({ rules: ["CollectorFailing"] }));

  expect(names).toEqual(
    ["safe-mode", "halts", "faults", "intents", "rate-windows", "harvest", "redis-server", "streams"].map(
      (collector) => `prod-CollectorFailing-${collector}`,
    ),
  );
});

test("a severity stands for its rules that act, heartbeats left out", () => {
  const names = targets(muted({ severities: ["warning"] }));

  expect(names).toContain("prod-QuantumHighFaultRate");
  expect(names).toContain("prod-QuantumPublishingStalled");
  expect(names).not.toContain("prod-LambdaNotInvoked-collect");
  expect(names).not.toContain("prod-QuantumSafeModeActive");
  expect(names).not.toContain("prod-QuantumFaultSeen");
});

test("a rule that is shown only is no part of its severity", () => {
  expect(targets(muted({ severities: ["info"] }))).toEqual([
    "prod-QuantumFaultSeen",
    "prod-ConsumerGroupStuck-trade.intent-intent_bridge",
    "prod-ConsumerGroupStuck-apply.result-execution.trade.intent",
  ]);
});

test("a critical rule or a heartbeat is quiet where it is named, and stands once beside its severity", () => {
  const names = targets(
    muted({ severities: ["info"], rules: ["LambdaNotInvoked", "QuantumSafeModeActive", "QuantumFaultSeen"] }),
  );

  expect(names).toEqual([
    "prod-QuantumSafeModeActive",
    "prod-QuantumFaultSeen",
    "prod-ConsumerGroupStuck-trade.intent-intent_bridge",
    "prod-ConsumerGroupStuck-apply.result-execution.trade.intent",
    "prod-LambdaNotInvoked-collect",
    "prod-LambdaNotInvoked-remind",
  ]);
});

test("more alarms than one mute rule takes become several rules of at most 100", () => {
  const labels = Array.from({ length: 250 }, (_, place) => `s${place}`);
  const many = [{ ...collectorFailing, perLabel: () => labels }];

  const mutes = muted({ rules: ["CollectorFailing"] }, {}, many);

  expect(mutes.map(({ id, properties }) => [id, properties.Name, properties.MuteTargets.AlarmNames.length])).toEqual([
    ["QuietNightly", "prod-nightly", 100],
    ["QuietNightly2", "prod-nightly-2", 100],
    ["QuietNightly3", "prod-nightly-3", 50],
  ]);
  expect(new Set(targets(mutes)).size).toBe(250);
});

test.each<[told: string, quiet: Partial<QuietHours>, changes: Partial<Environment>, sentence: string]>([
  [
    "a rule that is shown only",
    { rules: ["QuantumRedisConnectionLost"] },
    {},
    "prod: quietHours.nightly: QuantumRedisConnectionLost has no alarm that acts",
  ],
  [
    "a rule that is switched off",
    { severities: ["warning"], rules: ["QuantumFaultSeen"] },
    { rules: { QuantumFaultSeen: { enabled: false } } },
    "prod: quietHours.nightly: QuantumFaultSeen has no alarm that acts",
  ],
  [
    "a severity without an alarm",
    { severities: ["info"] },
    { rules: { QuantumFaultSeen: { enabled: false } }, groups: [] },
    "prod: quietHours.nightly: no alarm of severity info acts, but for heartbeats",
  ],
])("quiet hours of %s are a mistake", (_, quiet, changes, sentence) => {
  const translate = () => muted(quiet, changes);

  expect(translate).toThrow(ConfigError);
  expect(translate).toThrow(sentence);
});

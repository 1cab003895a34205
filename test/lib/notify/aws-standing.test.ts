import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";

import { firingNow, silencesNow } from "../../../lib/notify/aws-standing";
import { alarmArn, topicArn } from "../../support/alarm-messages";
import { AwsContextApi } from "../../support/aws-context";
import { duringEach } from "../../support/receivers/receiver";

const now = Date.parse("2026-03-01T12:00:00Z");
const api = duringEach(() => new AwsContextApi().listen());

const client = (): CloudWatchClient =>
  new CloudWatchClient({
    region: "eu-central-1",
    endpoint: api().url,
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    maxAttempts: 1,
  });

const alarm = (AlarmName: string, more: object = {}) => ({
  AlarmName,
  AlarmArn: alarmArn(AlarmName),
  StateValue: "ALARM",
  StateReason: "Threshold Crossed: 1 datapoint [12.0 (01/03/26 08:00:00)] was greater than the threshold (10.0).",
  StateTransitionedTimestamp: now / 1000 - 14_400,
  ActionsEnabled: true,
  AlarmActions: [topicArn("warning")],
  MetricName: "quantum_safety_faults_last_1h",
  Threshold: 10,
  ComparisonOperator: "GreaterThanThreshold",
  ...more,
});

test("an alarm that fires reads as its own message did: identity, severity of its topic, value and threshold", async () => {
  api().alarms = [alarm("prod-QuantumHighFaultRate")];

  const [event] = await firingNow(client(), "prod");

  expect(event).toMatchObject({
    identity: alarmArn("prod-QuantumHighFaultRate"),
    rule: "QuantumHighFaultRate",
    severity: "warning",
    state: "ALARM",
    at: new Date(now - 14_400_000),
    values: [12],
    trigger: { metric: "quantum_safety_faults_last_1h", threshold: 10 },
  });
});

test("alarms that act on nobody, are switched off or suppressed, or are another environment's, are left out", async () => {
  api().alarms = [
    alarm("prod-QuantumFaultSeen-condition", { AlarmActions: [] }),
    alarm("prod-RedisDown", { ActionsEnabled: false }),
    alarm("prod-QuantumFaultSeen", { AlarmRule: "ALARM(x)", ActionsSuppressedBy: "Alarm" }),
    alarm("staging-RedisDown"),
    alarm("prod-QuantumRateNearLimit", { AlarmRule: "ALARM(x)" }),
    alarm("prod-QuantumHighFaultRate", { StateValue: "OK" }),
  ];

  const events = await firingNow(client(), "prod");

  expect(events.map(({ name }) => name)).toEqual(["prod-QuantumRateNearLimit"]);
});

const mute = (Name: string, more: object = {}) => ({
  Name,
  AlarmMuteRuleArn: `arn:aws:cloudwatch:eu-central-1:222222222222:alarm-mute-rule:${Name}`,
  Status: "ACTIVE" as const,
  Description: "jo: maintenance",
  Rule: { Schedule: { Expression: "at(2026-03-01T11:00)", Duration: "PT2H", Timezone: "UTC" } },
  MuteTargets: { AlarmNames: ["prod-RedisDown"] },
  ...more,
});

test("what is muted now, by hand or by the hour, is told with its alarms, its reason and its end", async () => {
  const nightly = { Schedule: { Expression: "cron(0 10 * * *)", Duration: "PT8H", Timezone: "Europe/Berlin" } };
  api().muteRules = [
    mute("prod-silence-RedisDown-20260301T1100"),
    mute("prod-nightly", { Rule: nightly }),
    mute("prod-silence-RedisDown-20260228T1100", { Status: "EXPIRED" }),
    mute("staging-silence-RedisDown-20260301T1100"),
  ];

  const silences = await silencesNow(client(), "prod", now);

  expect(silences.map(({ name, isByHand, until }) => [name, isByHand, new Date(until).toISOString()])).toEqual([
    ["prod-nightly", false, "2026-03-01T17:00:00.000Z"],
    ["prod-silence-RedisDown-20260301T1100", true, "2026-03-01T13:00:00.000Z"],
  ]);
  expect(silences[1]).toMatchObject({ alarms: ["prod-RedisDown"], why: "jo: maintenance", since: now - 3_600_000 });
});

test("a silence that is lifted at a date ends then, and one that cannot be read here is left out", async () => {
  api().muteRules = [
    mute("prod-silence-A-20260301T1100", { ExpireDate: now / 1000 + 600 }),
    mute("prod-silence-B-20260301T1100", { Rule: { Schedule: { Expression: "rate(1 day)", Duration: "PT2H" } } }),
    mute("prod-silence-C-20260301T1100", { Rule: { Schedule: { Expression: "at(2026-03-01T11:00)", Duration: "?" } } }),
  ];

  const silences = await silencesNow(client(), "prod", now);

  expect(silences.map(({ name, until }) => [name, until - now])).toEqual([["prod-silence-A-20260301T1100", 600_000]]);
});

import { NotifyError } from "../../../lib/errors";
import { readAlarm } from "../../../lib/notify/read-alarm";
import { alarmArn, metricMessage, topicArn } from "../../support/alarm-messages";

const at = Date.parse("2026-03-01T12:00:45.770Z");

const COMPOSITE_NAME = "prod-QuantumPublishingStalled";
const composite = {
  AlarmName: COMPOSITE_NAME,
  AlarmDescription: null,
  AWSAccountId: "222222222222",
  NewStateValue: "ALARM",
  NewStateReason: `${alarmArn("prod-QuantumPublishingStalled-condition")} transitioned to ALARM at Sunday 01 March, 2026 12:00:45 UTC`,
  StateChangeTime: "2026-03-01T12:00:45.770+0000",
  Region: "EU (Frankfurt)",
  AlarmArn: alarmArn(COMPOSITE_NAME),
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  OldStateValue: "OK",
  AlarmRule: `ALARM("${alarmArn("prod-QuantumPublishingStalled-condition")}")`,
  TriggeringChildren: [
    { Arn: alarmArn("prod-QuantumPublishingStalled-condition"), State: { Value: "ALARM", Timestamp: "…" } },
  ],
};

const lambdaAction = {
  source: "aws.cloudwatch",
  alarmArn: alarmArn("prod-RedisDown"),
  accountId: "222222222222",
  time: "2026-03-01T12:00:46.000+0000",
  region: "eu-central-1",
  alarmData: {
    alarmName: "prod-RedisDown",
    state: {
      value: "ALARM",
      reason: "Threshold Crossed: 1 datapoint [0.0 (01/03/26 12:00:00)] was less than or equal to the threshold (0.0).",
      reasonData: '{"version":"1.0","period":30,"recentDatapoints":[0.0],"threshold":0.0}',
      timestamp: "2026-03-01T12:00:45.770+0000",
    },
    previousState: { value: "OK", reason: "…", reasonData: "…", timestamp: "2026-03-01T11:00:00.000+0000" },
    configuration: {
      description: "Redis does not answer",
      metrics: [
        {
          id: "m1",
          metricStat: {
            metric: {
              namespace: "QuantumTrader",
              name: "quantum_safety_redis_up",
              dimensions: { Environment: "prod" },
            },
            period: 30,
            stat: "Maximum",
          },
          returnData: true,
        },
      ],
    },
  },
};

const eventBridge = {
  version: "0",
  id: "1",
  "detail-type": "CloudWatch Alarm Contributor State Change",
  source: "aws.cloudwatch",
  account: "222222222222",
  time: "2026-03-01T12:00:46Z",
  region: "eu-central-1",
  resources: [alarmArn("prod-CollectorFailing-faults")],
  detail: {
    alarmName: "prod-CollectorFailing-faults",
    state: { value: "OK", reason: "fine", timestamp: "2026-03-01T12:00:45.770+0000" },
    configuration: { description: "d", metrics: [] },
    alarmTags: { severity: "warning", drill: "true" },
    alarmContributor: { id: "c-1", attributes: { Collector: "faults" } },
  },
};

test("a metric alarm by SNS is read with its tags, its threshold and its values, newest first", () => {
  const event = readAlarm(metricMessage({ at, reason: "[0.613 (01/03/26 12:00:00), 1.0E7 (01/03/26 11:59:00)] were" }));

  expect(event).toEqual({
    identity: alarmArn("prod-QuantumSafeModeActive"),
    arn: alarmArn("prod-QuantumSafeModeActive"),
    name: "prod-QuantumSafeModeActive",
    region: "eu-central-1",
    environment: "prod",
    rule: "QuantumSafeModeActive",
    severity: "critical",
    state: "ALARM",
    previous: "OK",
    at: new Date(at),
    description: "SAFE MODE is on\nRunbook: https://example.com",
    reason: "[0.613 (01/03/26 12:00:00), 1.0E7 (01/03/26 11:59:00)] were",
    values: [0.613, 1e7],
    trigger: {
      metric: "quantum_safety_safe_mode",
      threshold: 1,
      comparison: "GreaterThanOrEqualToThreshold",
      period: 30,
    },
    triggeringChildren: [],
    tags: { severity: "critical", component: "trading", rule: "QuantumSafeModeActive" },
    isDrill: false,
  });
});

test.each([
  ["a composite alarm by SNS", composite, { name: COMPOSITE_NAME, rule: "QuantumPublishingStalled", values: [] }],
  [
    "the triggering children of a composite alarm",
    composite,
    { triggeringChildren: [alarmArn("prod-QuantumPublishingStalled-condition")] },
  ],
  [
    "a Lambda action",
    lambdaAction,
    { name: "prod-RedisDown", state: "ALARM", previous: "OK", values: [0], at: new Date(at) },
  ],
  [
    "what a Lambda action compares with what",
    lambdaAction,
    { trigger: { metric: "quantum_safety_redis_up", threshold: 0, period: 30 } },
  ],
  [
    "EventBridge, of a contributor",
    eventBridge,
    {
      identity: `${alarmArn("prod-CollectorFailing-faults")}#c-1`,
      label: "faults",
      state: "OK",
      severity: "warning",
      contributor: { Collector: "faults" },
    },
  ],
  ["a drill's tag", eventBridge, { isDrill: true }],
])("%s is read", (_, message, expected) => {
  const event = readAlarm(JSON.stringify(message));

  expect(event).toMatchObject(expected);
});

test.each([
  ["tags as a list", { AlarmTags: [{ Key: "severity", Value: "info" }] }, { severity: "info" }],
  ["tags as a list in lower case", { AlarmTags: [{ key: "severity", value: "info" }] }, { severity: "info" }],
  ["no tags, by the topic's name", { AlarmTags: undefined }, { severity: "warning", tags: {} }],
  ["tags that are no texts", { AlarmTags: { severity: 7, rule: null } }, { severity: "warning", tags: {} }],
  ["a contributor", { AlarmContributorId: "c-2" }, { identity: `${alarmArn("prod-QuantumSafeModeActive")}#c-2` }],
  ["a reason that marks a drill", { NewStateReason: "DRILL: weekly" }, { isDrill: true }],
  ["no reason, as of a PromQL alarm", { NewStateReason: undefined, Trigger: undefined }, { reason: "", values: [] }],
  [
    "metric math",
    { Trigger: { Metrics: [{ Id: "m1" }, { Id: "any", Expression: "m1 > 1", ReturnData: true }], Threshold: 1 } },
    { trigger: { metric: "m1 > 1", threshold: 1 } },
  ],
  ["a name that is not ours", { AlarmName: "theirs", AlarmArn: alarmArn("theirs") }, { name: "theirs" }],
])("an SNS message may have %s", (_, more, expected) => {
  const event = readAlarm(metricMessage({ at, more }), topicArn("warning"));

  expect(event).toMatchObject(expected);
});

test.each([
  ["prod-CollectorFailing-rate-windows", { environment: "prod", rule: "CollectorFailing", label: "rate-windows" }],
  ["my-env-PagingDrill", { environment: "my-env" }],
  ["my-env-RedisDown", { environment: "my-env", rule: "RedisDown" }],
  ["prod-CollectorFailing-faults-condition", { rule: "CollectorFailing", label: "faults" }],
])("the name %s says what it is about", (name, expected) => {
  const event = readAlarm(metricMessage({ at, name }));

  expect(event).toMatchObject(expected);
});

test("an alarm under a composite one has no label by its ending", () => {
  const event = readAlarm(metricMessage({ at, name: "prod-QuantumFaultSeen-condition" }));

  expect(event.label).toBeUndefined();
});

test.each([
  ["no JSON", "ALARM: something"],
  ["JSON of another kind", '["AlarmName"]'],
  ["null", "null"],
  ["another service's message", '{"source":"aws.s3"}'],
  ["an alarm without ARN", metricMessage({ at, more: { AlarmArn: "arn:aws:sns:eu-central-1:1:topic" } })],
  ["an alarm without state", metricMessage({ at, more: { NewStateValue: "ON FIRE" } })],
  ["an alarm without time", metricMessage({ at, more: { StateChangeTime: "soon" } })],
])("%s is refused with a sentence", (_, message) => {
  const reading = (): unknown => readAlarm(message);

  expect(reading).toThrow(NotifyError);
  expect(reading).toThrow(/^the message/);
});

import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";

import { awsContext } from "../../../lib/notify/aws-context";
import { type ContextSource, gatherContext } from "../../../lib/notify/context";
import { alarmArn, metricEvent } from "../../support/alarm-messages";
import { AwsContextApi } from "../../support/aws-context";
import { collectorLines } from "../../support/collector-lines";
import { duringEach } from "../../support/receivers/receiver";

const now = Date.parse("2026-03-01T12:00:20Z");
const event = metricEvent({ at: now - 5000 });
const { signal } = new AbortController();
const api = duringEach(() => new AwsContextApi().listen());

function source(logGroups: readonly string[] = ["/quantum-watch/prod/collect"]): ContextSource {
  const client = {
    region: "eu-central-1",
    endpoint: api().url,
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    maxAttempts: 1,
  };
  const [logs, cloudwatch] = [new CloudWatchLogsClient(client), new CloudWatchClient(client)];
  return awsContext({ logGroups, now: () => now, logs, cloudwatch });
}

test("the collectors' lines of the last two minutes are read, all pages of all groups", async () => {
  for (const age of [130_000, 35_000, 20_000, 5000]) {
    api().lines.push(...(await collectorLines({ at: now - age, isOn: true, ttl: 200 })));
  }
  api().lines.push({ at: now, text: '{"message":"our own line"}' });

  const lines = await source(["/quantum-watch/prod/collect", "/quantum-watch/prod/other"]).lines(event, signal);

  expect(lines.map(({ at }) => now - at)).toEqual([35_000, 20_000, 5000, 35_000, 20_000, 5000]);
});

test("the page of a drill asks for the alarms of its environment alone", async () => {
  api().alarms = ["prod-RedisDown", "staging-RedisDown"].map((AlarmName) => ({ AlarmName, StateValue: "ALARM" }));

  const firing = await source().firing(metricEvent({ name: "prod-PagingDrill", at: now - 5000 }), signal);

  expect(firing.map(({ name }) => name)).toEqual(["prod-RedisDown"]);
});

test("alarms that fire are those of the environment that act, and who keeps them quiet is named", async () => {
  api().alarms = [
    { AlarmName: "prod-RedisDown", StateValue: "ALARM", StateTransitionedTimestamp: now / 1000 },
    { AlarmName: "prod-QuantumHighFaultRate", StateValue: "OK" },
    { AlarmName: "prod-QuantumFaultSeen-condition", StateValue: "ALARM" },
    { AlarmName: "prod-QuantumPublishingStalled-flag", StateValue: "ALARM" },
    { AlarmName: "staging-RedisDown", StateValue: "ALARM" },
    {
      AlarmName: "prod-QuantumFaultSeen",
      StateValue: "ALARM",
      AlarmRule: "ALARM(x)",
      ActionsSuppressedBy: "Alarm",
      ActionsSuppressor: alarmArn("prod-QuantumSafeModeActive"),
    },
    {
      AlarmName: "prod-QuantumRateNearLimit",
      StateValue: "ALARM",
      AlarmRule: "ALARM(x)",
      ActionsSuppressedBy: "WaitPeriod",
    },
  ];

  const firing = await source().firing(event, signal);

  expect(firing).toEqual([
    { name: "prod-RedisDown", since: new Date(now) },
    { name: "prod-QuantumFaultSeen", inhibitedBy: "prod-QuantumSafeModeActive" },
    { name: "prod-QuantumRateNearLimit" },
  ]);
});

test("the values of a composite alarm are those of the alarms that made it change", async () => {
  api().alarms = [
    {
      AlarmName: "prod-QuantumFaultSeen-condition",
      StateValue: "ALARM",
      MetricName: "quantum_safety_faults_last_1h",
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      StateReason: "Threshold Crossed: 1 datapoint [3.0 (01/03/26 12:00:00)] was greater than the threshold (0.0).",
    },
    { AlarmName: "prod-RedisDown", StateValue: "ALARM" },
  ];
  const composite = { ...event, triggeringChildren: [alarmArn("prod-QuantumFaultSeen-condition")] };

  const children = await source().children(composite, signal);

  expect(children).toEqual([
    {
      name: "prod-QuantumFaultSeen-condition",
      metric: "quantum_safety_faults_last_1h",
      threshold: 0,
      comparison: "GreaterThanThreshold",
      values: [3],
    },
  ]);
});

test("a metric alarm has no alarms underneath, and none is asked for", async () => {
  const children = await source().children(event, signal);

  expect(children).toEqual([]);
  expect(api().received).toEqual([]);
});

test("what AWS refuses is a note in the page", async () => {
  api().fault = () => "fail";

  const context = await gatherContext(source(), event, now);

  expect(context.facts.slot).toMatchObject({ unknown: expect.stringMatching(/^reading the collectors' lines failed/) });
  expect(context.firing).toMatchObject({ unknown: expect.stringMatching(/^asking for the alarms that fire failed/) });
});

test("an endpoint that hangs is given up, and so are the requests to it", async () => {
  api().fault = () => "hang";

  const context = await gatherContext(source(), event, now, 200);

  expect(context.facts.slot).toEqual({ unknown: "reading the collectors' lines took longer than 200 ms" });
});

import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";

import { awsCharts } from "../../../lib/notify/charts";
import { alarmArn, metricEvent } from "../../support/alarm-messages";
import { ChartApi, PNG } from "../../support/chart-api";
import { duringEach } from "../../support/receivers/receiver";

const event = metricEvent({ at: Date.parse("2026-03-01T12:00:00Z") });
const { signal } = new AbortController();
const api = duringEach(() => new ChartApi().listen());

const safeMode = {
  AlarmName: "prod-QuantumSafeModeActive",
  Namespace: "QuantumTrader",
  MetricName: "quantum_safety_safe_mode",
  Dimensions: [{ Name: "Environment", Value: "prod" }],
  Statistic: "Minimum",
  Period: 30,
  Threshold: 1,
};
const faults = {
  Namespace: "QuantumTrader",
  MetricName: "faults",
  Dimensions: [{ Name: "Environment", Value: "prod" }],
};
const byMath = {
  Threshold: 3,
  Metrics: [
    { Id: "rate", Expression: "a / 2", Label: "rate", ReturnData: true, Period: 60 },
    { Id: "a", MetricStat: { Metric: faults, Period: 60, Stat: "p99" }, ReturnData: false },
  ],
};

function charts() {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  return awsCharts(new CloudWatchClient({ region: "eu-central-1", endpoint: api().url, credentials, maxAttempts: 1 }));
}

test("an alarm's metric is drawn as the alarm looks at it, three hours of it, with its threshold", async () => {
  api().alarms = [safeMode];

  const picture = await charts().draw(event, signal);

  expect(PNG.equals(picture)).toBe(true);
  expect(api().drawn).toEqual([
    {
      title: "prod-QuantumSafeModeActive",
      metrics: [["QuantumTrader", "quantum_safety_safe_mode", "Environment", "prod", { stat: "Minimum", period: 30 }]],
      annotations: { horizontal: [{ label: "alarm", value: 1 }] },
      start: "-PT3H",
      end: "PT0H",
      width: 800,
      height: 400,
    },
  ]);
});

test("of a composite alarm the child that made it change is drawn, and no flag where there is another", async () => {
  const children = ["prod-QuantumFaultSeen-flag", "prod-QuantumFaultSeen-condition"];
  api().alarms = children.map((AlarmName) => ({ ...byMath, AlarmName }));

  await charts().draw({ ...event, triggeringChildren: children.map(alarmArn) }, signal);

  expect(api().drawn).toMatchObject([
    {
      title: "prod-QuantumFaultSeen-condition",
      metrics: [
        [{ expression: "a / 2", id: "rate", label: "rate", visible: true, period: 60 }],
        ["QuantumTrader", "faults", "Environment", "prod", { id: "a", visible: false, stat: "p99", period: 60 }],
      ],
    },
  ]);
});

test("an alarm without metrics, or that is gone, has no chart", async () => {
  api().alarms = [{ AlarmName: "prod-QuantumSafeModeActive", EvaluationCriteria: {} }];
  const byQuery = charts().draw(event, signal);
  const gone = charts().draw({ ...event, arn: alarmArn("prod-Gone") }, signal);

  const outcomes = await Promise.allSettled([byQuery, gone]);

  expect(outcomes.map((one) => String("reason" in one && one.reason))).toEqual(
    Array.from({ length: 2 }, () => "NotifyError: there is no metric to draw"),
  );
  expect(api().drawn).toEqual([]);
});

test("what is no picture is not taken for one", async () => {
  api().alarms = [safeMode];
  api().image = Buffer.from("<html>");

  const drawing = charts().draw(event, signal);

  await expect(drawing).rejects.toThrow("what was drawn is no PNG");
});

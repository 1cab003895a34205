import { rules } from "../../../alarms";
import { readNotifyConfig } from "../../../lib/notify/config";
import { systemClock } from "../../../lib/notify/clock";
import { lambdaNotifier } from "../../../lib/notify/lambda";
import { metricMessage, topicArn } from "../../support/alarm-messages";
import { ChartApi, PNG } from "../../support/chart-api";
import { DynamoDb } from "../../support/dynamodb";
import { duringEach, Receiver } from "../../support/receivers/receiver";
import { Slack } from "../../support/receivers/slack";

const slack = duringEach(() => new Slack(systemClock).listen());
const dynamodb = duringEach(() => new DynamoDb().listen());
const cloudwatch = duringEach(() => new ChartApi().listen());
const secrets = duringEach(() =>
  new Receiver(() => {
    const text = `{"token":"${slack().token}","url":"${slack().url}${slack().hookPath}"}`;
    return { status: 200, body: JSON.stringify({ SecretString: text }) };
  }).listen(),
);
const before = { ...process.env };

beforeEach(() => {
  jest.spyOn(process.stdout, "write").mockReturnValue(true);
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: cloudwatch().url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb().url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets().url,
  });
  cloudwatch().alarms = [
    { AlarmName: "prod-QuantumSafeModeActive", Namespace: "QuantumTrader", MetricName: "m", Period: 30, Threshold: 1 },
  ];
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

/** Tells of an alarm for which nobody is waited any more. */
async function tell(channel: object): Promise<void> {
  const config = readNotifyConfig({
    ENVIRONMENT: "prod",
    NOTIFY_TABLE: "incidents",
    NOTIFY_TOPICS: topicArn("critical"),
    NOTIFY_CHANNELS: JSON.stringify([{ ...channel, name: "slack", secretArn: "slack", severities: ["critical"] }]),
    RUNBOOKS: "https://example.com/runbooks",
  });
  const Sns = { TopicArn: topicArn("critical"), Message: metricMessage({ at: Date.now() - 6000 }) };
  await lambdaNotifier(rules, config)({ Records: [{ Sns }] }, { getRemainingTimeInMillis: () => 30_000 });
}

test("the function with Slack's bot adds CloudWatch's picture", async () => {
  await tell({ kind: "slack-bot", channel: "C0123456789", endpoint: `${slack().url}/api` });

  expect(slack().files.seen.map(({ threadTs, bytes }) => [threadTs, PNG.equals(bytes)])).toEqual([
    [slack().seen[0]?.ts, true],
  ]);
});

test("the function with Slack's webhook asks CloudWatch for none", async () => {
  await tell({ kind: "slack-webhook" });

  expect(slack().seen).toHaveLength(1);
  expect(cloudwatch().drawn).toEqual([]);
});

import { setTimeout as delay } from "node:timers/promises";

import { rules } from "../alarms";
import { systemClock } from "../lib/notify/clock";
import { readNotifyConfig } from "../lib/notify/config";
import type { NotifyContext, SnsEvent } from "../lib/notify/handler";
import { lambdaNotifier } from "../lib/notify/lambda";
import { metricMessage, topicArn } from "../test/support/alarm-messages";
import { AwsContextApi } from "../test/support/aws-context";
import { collectorLines, faultAt } from "../test/support/collector-lines";
import { DynamoDb } from "../test/support/dynamodb";
import { Pagerduty } from "../test/support/receivers/pagerduty";
import { Receiver } from "../test/support/receivers/receiver";
import { Slack, textOf } from "../test/support/receivers/slack";
import { median, percentile, type Table } from "./table";

const RUNS = 40;
/** Slack's rate is not what is measured. */
const EVERY_MS = 1300;
const SLOT_MS = 15_000;
const LIMIT_MS = 1000;
const RUN_LIMIT_MS = 30_000;

/**
 * From an SNS event to the message taken by Slack and PagerDuty, context and all, as the function runs: real clients of
 * AWS over HTTP to endpoints on this machine, which answer at once.
 */
export async function notifyBench(): Promise<Table> {
  const [slack, pagerduty] = [new Slack(systemClock), new Pagerduty(systemClock)];
  const [aws, dynamodb] = [new AwsContextApi(), new DynamoDb()];
  const secrets = new Receiver(({ body }) => {
    const isBot = body.includes("bot");
    return { status: 200, body: JSON.stringify({ SecretString: isBot ? slack.token : pagerduty.routingKey }) };
  });
  const receivers = [slack, pagerduty, aws, dynamodb, secrets];
  await Promise.all(receivers.map((one) => one.listen()));
  const silenced = process.stdout.write.bind(process.stdout);
  try {
    surround({ aws: aws.url, dynamodb: dynamodb.url, secrets: secrets.url });
    const handler = lambdaNotifier(rules, readNotifyConfig(variables(slack, pagerduty)));
    const times: number[] = [];
    // The function's own log lines would stand in the table.
    process.stdout.write = () => true;
    for (let run = 0; run <= RUNS; run++) {
      await fill(aws);
      times.push(await timed(handler, run));
      await delay(EVERY_MS);
    }
    process.stdout.write = silenced;
    return table(times, slack, pagerduty);
  } finally {
    process.stdout.write = silenced;
    await Promise.all(receivers.map((one) => one.stop()));
  }
}

type Handler = (event: SnsEvent, context: NotifyContext) => Promise<void>;

async function timed(handler: Handler, run: number): Promise<number> {
  const message = metricMessage({ at: Date.now(), more: { AlarmContributorId: `run-${run}` } });
  const event = { Records: [{ Sns: { TopicArn: topicArn("critical"), Message: message } }] };
  const startedAt = performance.now();
  await handler(event, { getRemainingTimeInMillis: () => RUN_LIMIT_MS });
  return performance.now() - startedAt;
}

/** Two minutes of lines, and some alarms that fire. */
async function fill(aws: AwsContextApi): Promise<void> {
  const slot = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;
  const slots = Array.from({ length: 8 }, (_, place) => slot - place * SLOT_MS);
  const properties = { ...faultAt(slot - SLOT_MS), top_symbols: [{ symbol: "BTCUSDT", count: 6 }] };
  const lines = slots.map((at) => collectorLines({ at, isOn: true, ttl: 285, faults: 1, intentAge: 3, properties }));
  aws.lines = (await Promise.all(lines)).flat();
  aws.alarms = [{ AlarmName: "prod-QuantumHighFaultRate", StateValue: "ALARM" }];
  aws.pageSize = 1000;
}

function surround({ aws, dynamodb, secrets }: Readonly<Record<"aws" | "dynamodb" | "secrets", string>>): void {
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_ENDPOINT_URL_CLOUDWATCH: aws,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: aws,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}

function variables(slack: Slack, pagerduty: Pagerduty): Record<string, string> {
  const severities = ["critical"];
  const bot = {
    kind: "slack-bot",
    name: "slack",
    secretArn: "bot",
    channel: "C0123456789",
    endpoint: `${slack.url}/api`,
  };
  const pager = { kind: "pagerduty", name: "pager", secretArn: "pager", endpoint: `${pagerduty.url}/v2/enqueue` };
  return {
    ENVIRONMENT: "prod",
    NOTIFY_TABLE: "incidents",
    NOTIFY_TOPICS: topicArn("critical"),
    NOTIFY_LOG_GROUPS: "/quantum-watch/prod/collect",
    RUNBOOKS: "https://example.com/runbooks",
    NOTIFY_CHANNELS: JSON.stringify([bot, pager].map((one) => Object.assign(one, { severities }))),
  };
}

function table([first = Number.NaN, ...warm]: readonly number[], slack: Slack, pagerduty: Pagerduty): Table {
  const withContext = slack.seen.filter(({ versions }) =>
    versions.some((body) => textOf(body).includes("SYMBOL_RATE_EXCEEDED BTCUSDT BUY")),
  );
  const [middle, p95, most] = [median(warm), percentile(warm, 0.95), Math.max(...warm)];
  return {
    columns: ["runs", "first ms", "median ms", "p95 ms", "max ms", "in Slack", "with context", "in PagerDuty"],
    rows: [
      [
        warm.length,
        ...[first, middle, p95, most].map(Math.round),
        slack.seen.length,
        withContext.length,
        pagerduty.incidents.length,
      ],
    ],
    notes: [`limit: p95 below ${LIMIT_MS} ms; the first run opens every connection`],
  };
}

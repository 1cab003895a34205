import { systemClock } from "../../lib/notify/clock";
import { topicArn } from "./alarm-messages";
import { AwsContextApi } from "./aws-context";
import { collectorLines, faultAt } from "./collector-lines";
import { DynamoDb } from "./dynamodb";
import { Pagerduty } from "./receivers/pagerduty";
import { Receiver } from "./receivers/receiver";
import { Slack } from "./receivers/slack";

const SLOT_MS = 15_000;
/** Two minutes of lines. */
const SLOTS = 8;

/** What the deployed notifier has around it, each a server on this machine: AWS's services, Slack's bot and PagerDuty. */
export class NotifySurroundings {
  readonly slack = new Slack(systemClock);
  readonly pagerduty = new Pagerduty(systemClock);
  /** CloudWatch, and its logs. */
  readonly aws = new AwsContextApi();
  readonly dynamodb = new DynamoDb();
  readonly secrets = new Receiver(({ body }) => {
    const isBot = body.includes("bot");
    return {
      status: 200,
      body: JSON.stringify({ SecretString: isBot ? this.slack.token : this.pagerduty.routingKey }),
    };
  });
  readonly #all: readonly Receiver[] = [this.slack, this.pagerduty, this.aws, this.dynamodb, this.secrets];

  async listen(): Promise<this> {
    await Promise.all(this.#all.map((one) => one.listen()));
    return this;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((one) => one.stop()));
  }

  /** Lines up to now, with a fault of SYMBOL_RATE_EXCEEDED BTCUSDT BUY in them, and an alarm that fires. */
  async fill(): Promise<void> {
    const slot = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;
    const slots = Array.from({ length: SLOTS }, (_, place) => slot - place * SLOT_MS);
    const properties = { ...faultAt(slot - SLOT_MS), top_symbols: [{ symbol: "BTCUSDT", count: 6 }] };
    const lines = slots.map((at) => collectorLines({ at, isOn: true, ttl: 285, faults: 1, intentAge: 3, properties }));
    this.aws.lines = (await Promise.all(lines)).flat();
    this.aws.alarms = [{ AlarmName: "prod-QuantumHighFaultRate", StateValue: "ALARM" }];
    this.aws.pageSize = 1000;
  }

  /** Leads AWS's clients to the servers here. */
  get awsVariables(): Record<string, string> {
    return {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL_CLOUDWATCH: this.aws.url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: this.aws.url,
      AWS_ENDPOINT_URL_DYNAMODB: this.dynamodb.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.secrets.url,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
  }

  /** The function's own settings, with both receivers for what is critical. */
  get settings(): Record<string, string> {
    const endpoint = `${this.slack.url}/api`;
    const bot = { kind: "slack-bot", name: "slack", secretArn: "bot", channel: "C0123456789", endpoint };
    const enqueue = `${this.pagerduty.url}/v2/enqueue`;
    const pager = { kind: "pagerduty", name: "pager", secretArn: "pager", endpoint: enqueue };
    const severities = ["critical"];
    return {
      ENVIRONMENT: "prod",
      NOTIFY_TABLE: "incidents",
      NOTIFY_TOPICS: topicArn("critical"),
      NOTIFY_LOG_GROUPS: "/quantum-watch/prod/collect",
      RUNBOOKS: "https://example.com/runbooks",
      NOTIFY_CHANNELS: JSON.stringify([bot, pager].map((one) => Object.assign(one, { severities }))),
    };
  }
}

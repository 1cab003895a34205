import { rules } from "../../alarms";
import { makeLog } from "../../lib/log";
import type { Channel } from "../../lib/notify/channel";
import type { ChartSource } from "../../lib/notify/charts";
import { pagerduty } from "../../lib/notify/channels/pagerduty";
import { slackBot } from "../../lib/notify/channels/slack-bot";
import { slackWebhook } from "../../lib/notify/channels/slack-webhook";
import { webhook } from "../../lib/notify/channels/webhook";
import type { ContextSource } from "../../lib/notify/context";
import { type IncidentStore, memoryStore } from "../../lib/notify/incident-store";
import { Notifier } from "../../lib/notify/notifier";
import type { Secrets } from "../../lib/notify/secrets";
import { SEVERITIES } from "../../lib/rules/severity";
import { Pagerduty } from "./receivers/pagerduty";
import { Slack } from "./receivers/slack";
import { OwnWebhook } from "./receivers/webhook";
import { VirtualClock } from "./virtual-clock";

export const NO_CONTEXT: ContextSource = { lines: async () => [], firing: async () => [], children: async () => [] };

export const SURROUNDINGS = {
  runbooks: "https://example.com/runbooks",
  logGroups: ["/quantum-watch/prod/collect"],
};

/** For receivers that do not answer: what they are waited for is waited for in vain. */
export const IMPATIENT_MS = 300;

/** Receivers that behave like the real ones, the channels to them, and everything that is logged meanwhile. */
export class Stage {
  readonly clock: VirtualClock;
  readonly slack: Slack;
  readonly hook: Slack;
  readonly pagerduty: Pagerduty;
  readonly own: OwnWebhook;
  readonly logged: string[] = [];
  store: IncidentStore = memoryStore();
  /** Milliseconds that a receiver is waited for: as deployed, so that a busy machine's answers are not taken for lost. */
  attemptMs = 5000;

  constructor(start: number) {
    this.clock = new VirtualClock(start);
    this.slack = new Slack(this.clock);
    this.hook = new Slack(this.clock);
    this.pagerduty = new Pagerduty(this.clock);
    this.own = new OwnWebhook(this.clock);
  }

  get receivers(): readonly [Slack, Slack, Pagerduty, OwnWebhook] {
    return [this.slack, this.hook, this.pagerduty, this.own];
  }

  async listen(): Promise<this> {
    await Promise.all(this.receivers.map((receiver) => receiver.listen()));
    return this;
  }

  async stop(): Promise<void> {
    await Promise.all(this.receivers.map((receiver) => receiver.stop()));
  }

  /** What Secrets Manager would hold. */
  secrets(): Secrets {
    return {
      get: async (arn) => {
        const texts: Readonly<Record<string, string>> = {
          bot: this.slack.token,
          hook: `${this.hook.url}${this.hook.hookPath}`,
          pagerduty: this.pagerduty.routingKey,
          own: this.own.key,
        };
        return texts[arn] ?? "";
      },
      forget: () => undefined,
    };
  }

  /** Texts that nobody may ever read in a message or a log line. */
  get secretTexts(): string[] {
    return [this.slack.token, this.hook.hookPath, this.pagerduty.routingKey, this.own.key];
  }

  bot(secrets = this.secrets()): Channel {
    const endpoint = `${this.slack.url}/api`;
    return slackBot({ ...this.#shared("bot", secrets), channel: "C0123456789", endpoint });
  }

  slackHook(secrets = this.secrets()): Channel {
    return slackWebhook(this.#shared("hook", secrets));
  }

  pager(secrets = this.secrets()): Channel {
    return pagerduty({ ...this.#shared("pagerduty", secrets), endpoint: `${this.pagerduty.url}/v2/enqueue` });
  }

  webhook(secrets = this.secrets()): Channel {
    return webhook({ ...this.#shared("own", secrets), url: `${this.own.url}/pages` });
  }

  /** A notifier as one sandbox of the function has it. */
  notifier(channels: readonly Channel[], context: ContextSource = NO_CONTEXT, charts?: ChartSource): Notifier {
    const log = makeLog({ environment: "prod", version: "1", write: (text) => void this.logged.push(text) });
    const { store, clock } = this;
    const drawing = charts === undefined ? {} : { charts };
    return new Notifier({ rules, channels, store, context, surroundings: SURROUNDINGS, clock, log, ...drawing });
  }

  #shared(name: string, secrets: Secrets) {
    return { name, severities: SEVERITIES, secretArn: name, secrets, clock: this.clock, attemptMs: this.attemptMs };
  }
}

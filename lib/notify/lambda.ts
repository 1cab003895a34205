import { makeLog } from "../log";
import { emfPublisher } from "../publish/emf";
import type { Rule } from "../rules/rule";
import { awsContext } from "./aws-context";
import type { Channel } from "./channel";
import { pagerduty } from "./channels/pagerduty";
import { slackBot } from "./channels/slack-bot";
import { slackWebhook } from "./channels/slack-webhook";
import { webhook } from "./channels/webhook";
import { awsCharts } from "./charts";
import { type Clock, systemClock } from "./clock";
import type { ChannelConfig, NotifyConfig } from "./config";
import { type DrillRecord, rememberDrill } from "./drill";
import { dynamodbStore } from "./dynamodb-store";
import { notifyHandler } from "./handler";
import { Notifier } from "./notifier";
import { patientStore } from "./patient-store";
import { drillSamples } from "./paging-metrics";
import { type Secrets, secretsManager } from "./secrets";

/** A channel as it is configured. */
export function channelOf(config: ChannelConfig, secrets: Secrets, clock: Clock): Channel {
  switch (config.kind) {
    case "slack-webhook":
      return slackWebhook({ ...config, secrets, clock });
    case "slack-bot":
      return slackBot({ ...config, secrets, clock });
    case "pagerduty":
      return pagerduty({ ...config, secrets, clock });
    case "webhook":
      return webhook({ ...config, secrets, clock });
  }
}

/** The notifier as it runs in Lambda, with AWS's clients from the surroundings. */
export function lambdaNotifier(rules: readonly Rule[], config: NotifyConfig): ReturnType<typeof notifyHandler> {
  const { environment, version, logLevel: threshold, topics, logGroups, runbooks, table } = config;
  const clock = systemClock;
  const log = makeLog({ environment, version, threshold });
  const secrets = secretsManager(clock);
  const channels = config.channels.map((channel) => channelOf(channel, secrets, clock));
  const store = patientStore(dynamodbStore(table));
  const drills = patientStore(dynamodbStore<DrillRecord>(table));
  const publisher = emfPublisher({ environment, version, tier: "alarmed" });
  const surroundings = { runbooks, logGroups };
  const notifier = new Notifier({
    rules,
    channels,
    store,
    context: awsContext({ logGroups }),
    surroundings,
    clock,
    log,
    ...(channels.some(({ attach }) => attach !== undefined) ? { charts: awsCharts() } : {}),
    drilled: async (begun, told) => {
      await rememberDrill(drills, begun, told);
      const at = new Date(told);
      await publisher.publish(drillSamples((told - begun) / 1000, begun, at), {}, at);
    },
  });
  return notifyHandler({ notifier, topics, clock, log });
}

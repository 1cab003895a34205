import { ConfigError } from "../../lib/errors";
import type { Channel } from "../../lib/notify/channel";
import { pagerduty } from "../../lib/notify/channels/pagerduty";
import { slackWebhook } from "../../lib/notify/channels/slack-webhook";
import { webhook } from "../../lib/notify/channels/webhook";
import type { Clock } from "../../lib/notify/clock";
import type { Secrets } from "../../lib/notify/secrets";
import { SEVERITIES } from "../../lib/rules/severity";

/** Variables that name a receiver of real pages, or hold its key. */
export const RECEIVER_VARIABLES = [
  "SLACK_WEBHOOK_URL",
  "PAGERDUTY_ROUTING_KEY",
  "PAGERDUTY_EVENTS_URL",
  "NOTIFY_WEBHOOK_URL",
  "NOTIFY_WEBHOOK_KEY",
] as const;

type Variable = (typeof RECEIVER_VARIABLES)[number];

/** Pages and keys go encrypted; only a receiver on this machine is spoken to in clear. */
const ADDRESS = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/;

/** The channels that the environment names, by the routes that the alarms have; throws ConfigError, without a secret. */
export function receiversOf(env: NodeJS.ProcessEnv, clock: Clock): Channel[] {
  const read = (name: Variable): string | undefined => env[name]?.trim() || undefined;
  // Each is asked for by the variable's name.
  const secrets: Secrets = { get: async (name) => read(name as Variable) ?? "", forget: () => undefined };
  for (const name of ["SLACK_WEBHOOK_URL", "PAGERDUTY_EVENTS_URL", "NOTIFY_WEBHOOK_URL"] as const) {
    const address = read(name);
    if (address !== undefined && !ADDRESS.test(address)) throw new ConfigError(`${name}: must be an https address`);
  }
  const url = read("NOTIFY_WEBHOOK_URL");
  if (url !== undefined && read("NOTIFY_WEBHOOK_KEY") === undefined) {
    throw new ConfigError("NOTIFY_WEBHOOK_KEY: is not set, and what goes to NOTIFY_WEBHOOK_URL is signed with it");
  }
  const endpoint = read("PAGERDUTY_EVENTS_URL");
  const common = { secrets, clock };
  return [
    ...(read("SLACK_WEBHOOK_URL") === undefined
      ? []
      : [
          slackWebhook({
            ...common,
            name: "Slack",
            severities: ["critical", "warning"],
            secretArn: "SLACK_WEBHOOK_URL",
          }),
        ]),
    ...(read("PAGERDUTY_ROUTING_KEY") === undefined
      ? []
      : [
          pagerduty({
            ...common,
            name: "PagerDuty",
            severities: ["critical"],
            secretArn: "PAGERDUTY_ROUTING_KEY",
            ...(endpoint === undefined ? {} : { endpoint }),
          }),
        ]),
    ...(url === undefined
      ? []
      : [webhook({ ...common, name: "webhook", severities: SEVERITIES, secretArn: "NOTIFY_WEBHOOK_KEY", url })]),
  ];
}

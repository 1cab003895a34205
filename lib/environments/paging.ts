import type { ChannelConfig } from "../notify/config";
import { SEVERITIES, type Severity } from "../rules/severity";
import { functionsOf } from "./functions";
import { deadLetterName } from "./names";
import type { Notify } from "./notify";
import type { CompleteEnvironment } from "./schema";

/** Severities whose alarms go through the notifier; info is for the board and the mail. */
export const NOTIFIED = ["critical", "warning"] as const satisfies readonly Severity[];

/** One subscription of a topic. */
export interface Delivery {
  /** Its own among an environment's; part of names in AWS. */
  readonly label: string;
  readonly severity: Severity;
  readonly to:
    | "notify"
    | { readonly email: string }
    | { readonly pagerduty: Extract<Notify["pagerduty"], { kind: "sns" }> };
}

/** Characters of an address that stand in a queue's name, which has 80 at most. */
const MAX_ADDRESS = 25;

/** An address as part of a name. */
const slugOf = (address: string): string =>
  address
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_ADDRESS)
    .replace(/-$/, "");

/** The channels that the notifier has in an environment. */
export function channelsOf({ notify }: CompleteEnvironment): ChannelConfig[] {
  if (notify === undefined) return [];
  const { pagerduty, slack, webhook } = notify;
  const channels: ChannelConfig[] = [];
  if (pagerduty?.kind === "events") {
    const { secretArn, endpoint } = pagerduty;
    const where = endpoint === undefined ? {} : { endpoint };
    channels.push({ kind: "pagerduty", name: "pagerduty", severities: ["critical"], secretArn, ...where });
  }
  if (slack?.kind === "webhook") {
    channels.push({ kind: "slack-webhook", name: "slack", severities: NOTIFIED, secretArn: slack.secretArn });
  }
  if (slack?.kind === "bot") {
    const { secretArn, channel } = slack;
    channels.push({ kind: "slack-bot", name: "slack", severities: NOTIFIED, secretArn, channel });
  }
  if (webhook) channels.push({ kind: "webhook", name: "webhook", severities: NOTIFIED, ...webhook });
  return channels;
}

/** Every subscription of an environment's topics. */
export function deliveriesOf(environment: CompleteEnvironment): Delivery[] {
  return SEVERITIES.flatMap((severity) => deliveriesOfOne(environment, severity));
}

function deliveriesOfOne(environment: CompleteEnvironment, severity: Severity): Delivery[] {
  const { pagerduty, email = [] } = environment.notify ?? {};
  const deliveries: Delivery[] = [];
  if (severity === "critical" && pagerduty?.kind === "sns") {
    deliveries.push({ label: "critical-pagerduty", severity, to: { pagerduty } });
  }
  for (const { address, severities } of email) {
    if (!severities.includes(severity)) continue;
    deliveries.push({ label: `${severity}-email-${slugOf(address)}`, severity, to: { email: address } });
  }
  if (severity !== "info" && channelsOf(environment).length > 0) {
    deliveries.push({ label: `${severity}-notify`, severity, to: "notify" });
  }
  return deliveries;
}

/** Functions that tell people, by the last part of their name. */
export type PagingFunction = "notify" | "remind" | "drill";

/** The one that takes the topics' messages, and leaves what it cannot tell in a queue of its own. */
export const NOTIFY = "notify" satisfies PagingFunction;

export function pagingFunctionsOf(environment: CompleteEnvironment): PagingFunction[] {
  if (channelsOf(environment).length === 0) return [];
  return [NOTIFY, "remind", ...(environment.notify?.drill ? (["drill"] as const) : [])];
}

/** Every function of an environment, whether it collects or tells, by the last part of its name. */
export const functionNamesOf = (environment: CompleteEnvironment): string[] => [
  ...functionsOf(environment).map(({ name }) => name),
  ...pagingFunctionsOf(environment),
];

/** What has a dead-letter queue: each subscription, and the notifying function itself. */
export function deadLetterLabelsOf(environment: CompleteEnvironment): string[] {
  const isNotified = pagingFunctionsOf(environment).length > 0;
  return [...deliveriesOf(environment).map(({ label }) => label), ...(isNotified ? [NOTIFY] : [])];
}

/** The names of those queues. */
export const deadLetterNamesOf = (environment: CompleteEnvironment): string[] =>
  deadLetterLabelsOf(environment).map((label) => deadLetterName(environment.name, label));

import type { Channel, GroupTelling, Telling } from "../channel";
import { type Clock, pace } from "../clock";
import { type Answer, byStatus, deliver, type Verdict } from "../http";
import { secretMember, type Secrets, withSecret } from "../secrets";
import type { Severity } from "../../rules/severity";
import { renderSlack, renderSlackGroup } from "./slack-blocks";

export interface SlackWebhookOptions {
  readonly name: string;
  readonly severities: readonly Severity[];
  /** Secret with the webhook's address, alone or as `url`. */
  readonly secretArn: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly attemptMs?: number;
}

/** Slack takes one message a second in a channel. */
const EVERY_MS = 1000;

/**
 * Posts to a Slack channel by an incoming webhook. What was posted cannot be found or edited: beginning and end are
 * messages of their own, and one whose answer was lost is posted again, as a page twice is better than none.
 */
export function slackWebhook(options: SlackWebhookOptions): Channel {
  const { name, severities, secretArn, secrets, clock, attemptMs } = options;
  const turn = pace(clock, EVERY_MS);
  const post = async (rendered: object, deadline: number): Promise<undefined> => {
    const body = JSON.stringify(rendered);
    await withSecret(secrets, secretArn, async (secret) => {
      const headers = { "content-type": "application/json; charset=utf-8" };
      const to = { to: `Slack (${name})`, url: secretMember(secret, "url"), headers, body };
      const limit = attemptMs === undefined ? {} : { attemptMs };
      await deliver(to, { judge, clock, deadline, pace: turn, ...limit });
    });
  };
  return {
    name,
    severities,
    canEdit: false,
    show: ({ message, deadline }: Telling) => post(renderSlack(message), deadline),
    showGroup: ({ messages, deadline }: GroupTelling) => post(renderSlackGroup(messages), deadline),
  };
}

/** The address is the key: one that was withdrawn is not found. */
function judge(answer: Answer): Verdict<undefined> {
  if (answer.status === 404 || answer.status === 410) {
    return { never: "the webhook is not known there", isUnauthorized: true };
  }
  return byStatus(undefined)(answer);
}

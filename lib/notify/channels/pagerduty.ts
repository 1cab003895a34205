import { createHash } from "node:crypto";

import type { Channel, Telling } from "../channel";
import { type Clock, pace } from "../clock";
import { cut } from "../escape";
import { type Answer, byStatus, deliver, type Verdict } from "../http";
import type { Message } from "../message";
import { secretMember, type Secrets, withSecret } from "../secrets";
import type { Severity } from "../../rules/severity";

/** PagerDuty's Events API v2; accounts in the EU have another host. */
export const PAGERDUTY_EVENTS = "https://events.pagerduty.com/v2/enqueue";

export interface PagerdutyOptions {
  readonly name: string;
  readonly severities: readonly Severity[];
  /** Secret with the integration's key, alone or as `routing_key`. */
  readonly secretArn: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly endpoint?: string;
  readonly attemptMs?: number;
}

/** PagerDuty's support says 120 events a minute and integration. */
const EVERY_MS = 500;
/** Limits of the Events API. */
const MAX_DEDUP_KEY = 255;
const MAX_SUMMARY = 1024;

type Action = "trigger" | "resolve";

/** The alarm's identity, within PagerDuty's limit: the same alarm is one incident there, however often it is told. */
export function dedupKey(identity: string): string {
  if (identity.length <= MAX_DEDUP_KEY) return identity;
  const digest = createHash("sha256").update(identity).digest("hex");
  return `${identity.slice(0, MAX_DEDUP_KEY - digest.length - 1)}#${digest}`;
}

/** An event as PagerDuty takes it, without the key. */
export function renderPagerduty(message: Message, action: Action): object {
  const { identity, environment, component, rule, severity, incident } = message;
  const head = { event_action: action, dedup_key: dedupKey(identity), client: "quantum-watch" };
  if (action === "resolve") return head;
  const [, dashboard] = message.links;
  return {
    ...head,
    ...(dashboard === undefined ? {} : { client_url: dashboard.url }),
    links: message.links.map(({ name, url }) => ({ href: url, text: name })),
    payload: {
      summary: cut(message.title, MAX_SUMMARY),
      source: message.alarm,
      // A service with dynamic notifications wakes nobody for it.
      severity: message.isDrill ? "info" : severity,
      timestamp: new Date(incident.since).toISOString(),
      component,
      group: environment,
      class: rule,
      custom_details: {
        Why: message.why,
        "First step": message.firstStep,
        ...Object.fromEntries(message.facts.map(({ name, value }) => [name, value])),
        ...(message.notes.length > 0 ? { Notes: message.notes.join(" ") } : {}),
      },
    },
  };
}

/** Pages by Events API v2. An event may be sent twice; its dedup key makes one of it. */
export function pagerduty(options: PagerdutyOptions): Channel {
  const { name, severities, secretArn, secrets, clock, endpoint = PAGERDUTY_EVENTS } = options;
  const turn = pace(clock, EVERY_MS);
  const send = async (message: Message, action: Action, deadline: number): Promise<void> =>
    withSecret(secrets, secretArn, async (secret) => {
      const body = JSON.stringify({
        routing_key: secretMember(secret, "routing_key"),
        ...renderPagerduty(message, action),
      });
      const post = { to: `PagerDuty (${name})`, url: endpoint, headers: { "content-type": "application/json" }, body };
      const { attemptMs } = options;
      const limit = attemptMs === undefined ? {} : { attemptMs };
      await deliver(post, { judge, clock, deadline, pace: turn, ...limit });
    });
  return {
    name,
    severities,
    canEdit: false,
    endsByKey: true,
    async show({ message, isShown, isOvertaken, deadline }: Telling) {
      // An end of which the beginning was not told would be lost without it.
      const action = message.kind === "over" && isShown ? "resolve" : "trigger";
      // The key is the alarm's: this would also end the later incident that is open under it.
      if (action === "trigger" || !isOvertaken) await send(message, action, deadline);
      return undefined;
    },
  };
}

/** A key that PagerDuty does not know is a bad request to it. */
function judge(answer: Answer): Verdict<undefined> {
  const isAboutKey = answer.status === 400 && /routing.?key/i.test(answer.text);
  return isAboutKey
    ? { never: "the routing key is not known there", isUnauthorized: true }
    : byStatus(undefined)(answer);
}

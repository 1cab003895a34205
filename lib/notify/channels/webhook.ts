import { createHmac } from "node:crypto";

import type { Channel, Telling } from "../channel";
import type { Clock } from "../clock";
import { byStatus, deliver } from "../http";
import type { Message } from "../message";
import { secretMember, type Secrets, withSecret } from "../secrets";
import type { Severity } from "../../rules/severity";

export interface WebhookOptions {
  readonly name: string;
  readonly severities: readonly Severity[];
  readonly url: string;
  /** Secret with the signing key, alone or as `key`. */
  readonly secretArn: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly attemptMs?: number;
}

/** Header with the time of sending and the signature: `t=1772366400,v1=<hex>`. */
export const SIGNATURE_HEADER = "x-quantum-watch-signature";

/** The signature of a body sent at a time (epoch seconds), as docs/webhook.md has it. */
export function signature(key: string, seconds: number, body: string): string {
  return createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex");
}

/** What is sent; the id is the same however often it is sent. */
export function renderWebhook(message: Message): object {
  const { incident, kind, identity, isDrill, firstStep, ...said } = message;
  const { since, until, isOver } = incident;
  return {
    version: 1,
    id: `${identity}@${since}/${kind}${message.repeat ?? ""}`,
    incident: `${identity}@${since}`,
    kind,
    identity,
    is_drill: isDrill,
    is_over: isOver,
    since: new Date(since).toISOString(),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    first_step: firstStep,
    ...said,
  };
}

/** Posts each change as signed JSON to a receiver of one's own, which tells repeated ones by their id. */
export function webhook(options: WebhookOptions): Channel {
  const { name, severities, url, secretArn, secrets, clock, attemptMs } = options;
  return {
    name,
    severities,
    canEdit: false,
    async show({ message, deadline }: Telling) {
      const body = JSON.stringify(renderWebhook(message));
      await withSecret(secrets, secretArn, async (secret) => {
        const seconds = Math.floor(clock.now() / 1000);
        const signed = `t=${seconds},v1=${signature(secretMember(secret, "key"), seconds, body)}`;
        const headers = { "content-type": "application/json", [SIGNATURE_HEADER]: signed };
        const limit = attemptMs === undefined ? {} : { attemptMs };
        const judge = byStatus(undefined);
        await deliver({ to: `the webhook ${name}`, url, headers, body }, { judge, clock, deadline, ...limit });
      });
      return undefined;
    },
  };
}

import { createHmac, timingSafeEqual } from "node:crypto";

import type { Clock } from "../../../lib/notify/clock";
import { type Received, Receiver, type Reply } from "./receiver";

export interface WebhookBody {
  readonly version: 1;
  readonly id: string;
  readonly incident: string;
  readonly kind: string;
  readonly title: string;
}

const MOST_AGE_SEC = 300;

/** A receiver as docs/webhook.md tells people to write one. */
export class OwnWebhook extends Receiver {
  /** By id: what was sent twice is there once. */
  readonly taken = new Map<string, WebhookBody>();
  key = "signing-key-of-the-webhook";

  readonly #clock: Clock;

  constructor(clock: Clock) {
    super((received) => this.#handle(received));
    this.#clock = clock;
  }

  #handle({ headers, body }: Received): Reply {
    const [, seconds = "", signature = ""] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-quantum-watch-signature"])) ?? [];
    const expected = createHmac("sha256", this.key).update(`${seconds}.${body}`).digest();
    const isTrue = signature !== "" && timingSafeEqual(Buffer.from(signature, "hex"), expected);
    const isNow = Math.abs(this.#clock.now() / 1000 - Number(seconds)) < MOST_AGE_SEC;
    if (!isTrue || !isNow) return { status: 401, body: "" };
    const data = JSON.parse(body) as WebhookBody;
    this.taken.set(data.id, data);
    return { status: 204, body: "" };
  }
}

import { Ajv } from "ajv";

import type { Clock } from "../../../lib/notify/clock";
import { type Received, Receiver, type Reply } from "./receiver";

export interface PagerdutyEvent {
  readonly routing_key: string;
  readonly event_action: "trigger" | "resolve";
  readonly dedup_key: string;
  readonly payload?: { readonly summary: string; readonly severity: string; readonly custom_details: object };
}

/** One incident of a service: it stays the same one until it is resolved. */
export interface PagerdutyIncident {
  readonly key: string;
  isOpen: boolean;
  readonly summary: string;
  triggers: number;
}

/** Whether an event is one that the Events API takes. */
export const isEvent = new Ajv({ strict: false }).compile({
  type: "object",
  additionalProperties: false,
  required: ["routing_key", "event_action", "dedup_key"],
  properties: {
    routing_key: { type: "string", minLength: 32, maxLength: 32 },
    event_action: { enum: ["trigger", "resolve"] },
    dedup_key: { type: "string", minLength: 1, maxLength: 255 },
    client: { type: "string" },
    client_url: { type: "string", pattern: "^https://" },
    links: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["href"],
        properties: { href: { type: "string", pattern: "^https://" }, text: { type: "string" } },
      },
    },
    images: { type: "array" },
    payload: {
      type: "object",
      additionalProperties: false,
      required: ["summary", "source", "severity"],
      properties: {
        summary: { type: "string", minLength: 1, maxLength: 1024 },
        source: { type: "string", minLength: 1 },
        severity: { enum: ["critical", "error", "warning", "info"] },
        timestamp: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$" },
        component: { type: "string" },
        group: { type: "string" },
        class: { type: "string" },
        custom_details: { type: "object", additionalProperties: { type: "string" } },
      },
    },
  },
  if: { properties: { event_action: { const: "trigger" } } },
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
  then: { required: ["payload"] },
});

const MOST_A_MINUTE = 120;
const MINUTE_MS = 60_000;

/** One integration of a service: keeps the incidents that people would see. */
export class Pagerduty extends Receiver {
  readonly events: PagerdutyEvent[] = [];
  readonly incidents: PagerdutyIncident[] = [];
  readonly refusals: string[] = [];
  routingKey = "0123456789abcdef0123456789abcdef";

  readonly #clock: Clock;
  #recent: number[] = [];

  constructor(clock: Clock) {
    super((received) => this.#handle(received));
    this.#clock = clock;
  }

  #handle({ path, body }: Received): Reply {
    if (path !== "/v2/enqueue") return { status: 404, body: "" };
    const event = JSON.parse(body) as PagerdutyEvent;
    if (!isEvent(event)) return this.#refuse(JSON.stringify(isEvent.errors));
    if (event.routing_key !== this.routingKey) return this.#refuse("Invalid routing key");
    const now = this.#clock.now();
    this.#recent = [...this.#recent.filter((at) => at > now - MINUTE_MS), now];
    if (this.#recent.length > MOST_A_MINUTE) {
      this.#recent.pop();
      return { status: 429, body: "" };
    }
    this.events.push(event);
    this.#apply(event);
    const { dedup_key } = event;
    return { status: 202, body: JSON.stringify({ status: "success", message: "Event processed", dedup_key }) };
  }

  #apply({ event_action: action, dedup_key: key, payload }: PagerdutyEvent): void {
    const open = this.incidents.find((one) => one.key === key && one.isOpen);
    if (action === "resolve") {
      if (open) open.isOpen = false;
    } else if (open) open.triggers += 1;
    else this.incidents.push({ key, isOpen: true, summary: payload?.summary ?? "", triggers: 1 });
  }

  #refuse(why: string): Reply {
    this.refusals.push(why);
    return { status: 400, body: JSON.stringify({ status: "invalid event", message: "is invalid", errors: [why] }) };
  }
}

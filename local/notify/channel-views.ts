import { renderPagerduty } from "../../lib/notify/channels/pagerduty";
import { renderSlack } from "../../lib/notify/channels/slack-blocks";
import { renderWebhook } from "../../lib/notify/channels/webhook";
import type { Palette } from "../terminal";
import { jsonSeen, pagerdutySeen, slackSeen } from "./as-seen";
import { emailSeen } from "./email";
import type { Occasion } from "./occasion";
import type { ChannelName } from "./preview-choices";

/** A page in one channel. */
export interface Shown {
  /** What is sent, but for the key. */
  readonly body: object;
  /** What its receiver sees. */
  readonly lines: readonly string[];
}

/** In place of the integration's key, which is a secret. */
const KEY = "the integration's key";

/** A page as a channel takes and shows it; undefined for a reminder by e-mail, which there is none of. */
export function shownIn(channel: ChannelName, occasion: Occasion, colour: Palette): Shown | undefined {
  const { message, event, published, state } = occasion;
  switch (channel) {
    case "slack":
      return { body: renderSlack(message), lines: slackSeen(message, colour, true) };
    case "pagerduty": {
      const action = message.kind === "over" ? "resolve" : "trigger";
      return { body: { routing_key: KEY, ...renderPagerduty(message, action) }, lines: pagerdutySeen(message, colour) };
    }
    case "webhook": {
      const body = renderWebhook(message);
      return { body, lines: jsonSeen(body) };
    }
    case "email":
      if (state === "reminder") return undefined;
      return { body: published ?? {}, lines: emailSeen(event, colour) };
  }
}

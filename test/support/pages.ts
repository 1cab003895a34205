import type { Message } from "../../lib/notify/message";
import type { Telling } from "../../lib/notify/channel";

export const SINCE = Date.parse("2026-03-01T12:01:00Z");

/** A page about safe mode, with whatever is to be different. */
export function page(more: Partial<Message> = {}): Message {
  return {
    identity: "arn:aws:cloudwatch:eu-central-1:222222222222:alarm:prod-QuantumSafeModeActive",
    alarm: "prod-QuantumSafeModeActive",
    environment: "prod",
    rule: "QuantumSafeModeActive",
    component: "trading",
    kind: "alarm",
    severity: "critical",
    isDrill: false,
    incident: { since: SINCE, isOver: false, reason: "Threshold Crossed" },
    title: "CRITICAL: SAFE MODE is on [prod]",
    why: "SYMBOL_RATE_EXCEEDED BTCUSDT BUY",
    firstStep: "First look at the last fault.",
    facts: [{ name: "Since", value: "12:01:00 UTC" }],
    notes: [],
    links: [
      { name: "Runbook", url: "https://example.com/safety.md" },
      { name: "Dashboard", url: "https://example.com/board" },
    ],
    ...more,
  };
}

/** The first telling of a page. */
export function telling(more: Partial<Telling> & Pick<Telling, "deadline">): Telling {
  return { message: page(), isShown: false, isUncertain: false, isOvertaken: false, ...more };
}

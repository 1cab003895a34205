import { createHash } from "node:crypto";

import type { AlarmEvent } from "./alarm-event";
import { severityOfTopic } from "./read-alarm";

/** A message as it came. */
export interface Unreadable {
  readonly topic: string;
  /** Of SNS: a message that is delivered twice has the same. */
  readonly id: string | undefined;
  readonly text: string;
  /** Why it is no change of an alarm's state, a sentence. */
  readonly why: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * A message that is no change of an alarm's state, as something to tell: whoever published it wanted it to be read, and an
 * alarm in a form that nobody foresaw must not end unseen. Once, as it has no end.
 */
export function unreadableEvent({ topic, id, text, why, at }: Unreadable): AlarmEvent {
  const severity = severityOfTopic(topic);
  const key = id ?? createHash("sha256").update(text).digest("hex").slice(0, 32);
  return {
    identity: `${topic}#${key}`,
    arn: topic,
    name: topic.split(":").at(-1) ?? topic,
    region: topic.split(":")[3] ?? "",
    ...(severity === undefined ? {} : { severity }),
    state: "ALARM",
    // The same again is no further one.
    previous: "ALARM",
    at: new Date(at),
    description: text,
    reason: `What came is no alarm that can be read: ${why}`,
    values: [],
    triggeringChildren: [],
    tags: {},
    isDrill: false,
    unreadable: isJson(text) ? "alarm" : "text",
  };
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

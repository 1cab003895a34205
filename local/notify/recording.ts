import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ConfigError } from "../../lib/errors";
import type { AlarmEvent } from "../../lib/notify/alarm-event";
import type { ChildAlarm, CollectorLine, ContextSource, FiringAlarm } from "../../lib/notify/context";
import { JsonReader } from "../../lib/notify/json-reader";
import { alarmFrom } from "../../lib/notify/read-alarm";
import { PAGE_STATES, type PageState } from "./preview-choices";

/** What was known when a page of one state was made. */
export interface Moment {
  readonly now: Date;
  readonly source: ContextSource;
  /** CloudWatch's sentence of the change, where it is another one than the message's. */
  readonly reason?: string;
}

/** An alarm's message, and what was known at each of the moments at which people were told. */
export interface Recording {
  readonly message: Readonly<Record<string, unknown>>;
  readonly event: AlarmEvent;
  readonly moments: Readonly<Partial<Record<PageState, Moment>>>;
}

const EVENTS = join(__dirname, "events");

/** One of the recordings that come with this software. */
export function ownRecording(name: "metric" | "composite" | "contributor"): Recording {
  return readRecording(join(EVENTS, `${name}.json`));
}

/**
 * Reads a recording, or an alarm's message alone: as SNS hands it to Lambda or posts it, or as CloudWatch or EventBridge
 * write it. Throws ConfigError for what is none, and for a change to another state than ALARM.
 */
export function readRecording(file: string): Recording {
  const { message, topic, moments } = unwrapped(jsonOf(file), file);
  try {
    const event = alarmFrom(message, topic);
    if (event.state === "ALARM") return { message, event, moments: momentsOf(moments) };
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : "cannot be read"}`, { cause: error });
  }
  throw new ConfigError(
    `${file}: tells of a way back; a page begins with a change to ALARM, and its end follows from it`,
  );
}

function jsonOf(file: string): JsonReader {
  try {
    return new JsonReader(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error;
    throw new ConfigError(isMissing ? `${file} cannot be read: ${error.message}` : `${file} is no JSON`, {
      cause: error,
    });
  }
}

interface Unwrapped {
  readonly message: Readonly<Record<string, unknown>>;
  readonly topic: string | undefined;
  readonly moments: JsonReader;
}

function unwrapped(read: JsonReader, file: string): Unwrapped {
  const record = read.at("Records", 0) === undefined ? [] : ["Records", 0, "Sns"];
  const text = read.text(...record, "Message");
  const message = text === undefined ? (read.at("message") ?? read.at()) : parsed(text, file);
  const moments = new JsonReader(read.at("moments"));
  return { message: message as Unwrapped["message"], topic: read.text(...record, "TopicArn"), moments };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file}: its Message is no JSON`, { cause: error });
  }
}

function momentsOf(read: JsonReader): Recording["moments"] {
  const pairs = PAGE_STATES.flatMap((state) => {
    const now = new Date(read.text(state, "now") ?? "");
    if (Number.isNaN(now.getTime())) return [];
    const lines = read.list(state, "lines").filter((line) => typeof line === "string");
    const firing = read.list(state, "firing").map(firingOf);
    const children = read.list(state, "children") as readonly ChildAlarm[];
    const reason = read.text(state, "reason");
    const source = sourceOf(
      lines.map((text) => ({ at: now.getTime(), text })),
      firing,
      children,
    );
    return [[state, { now, source, ...(reason === undefined ? {} : { reason }) }] as const];
  });
  return Object.fromEntries(pairs);
}

function firingOf(one: unknown): FiringAlarm {
  const { since, ...rest } = one as { name: string; since?: string; inhibitedBy?: string };
  return { ...rest, ...(since === undefined ? {} : { since: new Date(since) }) };
}

/** A source that knows just this. */
export function sourceOf(
  lines: readonly CollectorLine[],
  firing: readonly FiringAlarm[],
  children: readonly ChildAlarm[],
): ContextSource {
  return { lines: async () => lines, firing: async () => firing, children: async () => children };
}

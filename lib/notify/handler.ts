import { NotifyError } from "../errors";
import type { Log } from "../log";
import type { Notifier } from "./notifier";
import type { Clock } from "./clock";
import type { AlarmEvent } from "./alarm-event";
import { readAlarm } from "./read-alarm";
import { type Unreadable, unreadableEvent } from "./unreadable";

/** As much of an SNS event as is read. */
export interface SnsEvent {
  readonly Records: readonly {
    readonly Sns: { readonly TopicArn: string; readonly MessageId?: string; readonly Message: string };
  }[];
}

/** As much of Lambda's context as is needed. */
export interface NotifyContext {
  getRemainingTimeInMillis(): number;
}

export interface NotifyHandlerOptions {
  readonly notifier: Notifier;
  /** ARNs of the topics whose messages are taken. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** What a message tells; one that cannot be read is told as it is. */
function eventIn(message: Omit<Unreadable, "why">, log: Log): AlarmEvent {
  try {
    return readAlarm(message.text, message.topic);
  } catch (error) {
    log.warning("a message is no alarm that can be read, and is told as it is", { message_id: message.id, error });
    return unreadableEvent({ ...message, why: error instanceof Error ? error.message : String(error) });
  }
}

/** Kept of the function's time for its last line. */
const MARGIN_MS = 2000;

/**
 * Makes the handler that tells of every record. One that fails keeps no other back: all are tried, and then it throws,
 * so that Lambda tries again and at last hands the event to the dead-letter queue.
 */
export function notifyHandler(
  options: NotifyHandlerOptions,
): (event: SnsEvent, context: NotifyContext) => Promise<void> {
  const { notifier, topics, clock, log } = options;
  return async ({ Records: records }, context) => {
    const deadline = clock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
    const outcomes = await Promise.allSettled(
      records.map(async ({ Sns: { TopicArn: topic, Message: message, MessageId: id } }) => {
        if (!topics.includes(topic)) throw new NotifyError("the message is of another topic");
        await notifier.notify(eventIn({ topic, id, text: message, at: clock.now() }, log), deadline);
      }),
    );
    const failures = outcomes.flatMap((outcome, place) =>
      outcome.status === "rejected" ? [{ id: records[place]?.Sns.MessageId, error: outcome.reason as unknown }] : [],
    );
    for (const { id, error } of failures) log.error("a message could not be dealt with", { message_id: id, error });
    const [first] = failures;
    if (first === undefined) return;
    throw new NotifyError(`${failures.length} of ${records.length} messages failed`, { cause: first.error });
  };
}

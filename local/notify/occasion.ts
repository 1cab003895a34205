import type { AlarmEvent } from "../../lib/notify/alarm-event";
import { type ContextSource, gatherContext } from "../../lib/notify/context";
import { type Incident, type Message, messageOf, type Surroundings } from "../../lib/notify/message";
import { DRILL_REASON } from "../../lib/notify/read-alarm";
import { triggerOf } from "../../lib/notify/trigger";
import { JsonReader } from "../../lib/notify/json-reader";
import type { Rule } from "../../lib/rules/rule";
import { severityOf } from "../../lib/notify/message";
import { REPEATED_AFTER_MS, TOLD_AFTER_MS } from "./moments";
import type { PageState } from "./preview-choices";
import type { Moment, Recording } from "./recording";

/** One page of a recording, with the change that it tells of. */
export interface Occasion {
  readonly state: PageState;
  readonly event: AlarmEvent;
  readonly message: Message;
  /** The change as it stands on the topic; undefined where the recording is of another way. */
  readonly published: Readonly<Record<string, unknown>> | undefined;
}

/** Of a message alone nothing more is known. */
const NOT_RECORDED: ContextSource = {
  lines: () => Promise.reject(new Error("what the collectors read is not recorded with this event")),
  firing: () => Promise.reject(new Error("which alarms fired is not recorded with this event")),
  children: () => Promise.reject(new Error("the alarms underneath are not recorded with this event")),
};

/** How a page of a state reads for what was recorded. */
export async function occasionAt(
  recording: Recording,
  state: PageState,
  rule: Rule | undefined,
  surroundings: Surroundings,
): Promise<Occasion> {
  const { event: began, message: recorded } = recording;
  const moment = momentOf(recording, state, rule);
  const since = began.at.getTime();
  const until = moment.now.getTime() - TOLD_AFTER_MS;
  const reason = reasonOf(began, state, moment);
  const change = {
    NewStateReason: reason,
    ...(state === "over" ? { NewStateValue: "OK", OldStateValue: "ALARM", StateChangeTime: stamp(until) } : {}),
  };
  const event: AlarmEvent = {
    ...began,
    reason,
    isDrill: state === "drill" || began.isDrill,
    values: triggerOf(new JsonReader(recorded), reason).values,
    ...(state === "over" ? { state: "OK", previous: "ALARM", at: new Date(until) } : {}),
  };
  const incident: Incident = {
    since,
    isOver: state === "over",
    reason: state === "over" ? began.reason : reason,
    ...(state === "over" ? { until } : {}),
  };
  const context = await gatherContext(moment.source, event, moment.now.getTime());
  const kind = state === "drill" ? "alarm" : state;
  const message = messageOf({ kind, event, incident, rule, context, now: moment.now }, surroundings);
  const isOnTopic = recorded["AlarmName"] !== undefined;
  return { state, event, message, published: isOnTopic ? { ...recorded, ...change } : undefined };
}

const stamp = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");

function reasonOf({ reason }: AlarmEvent, state: PageState, moment: Moment): string {
  if (state === "drill") return `${DRILL_REASON}: nothing is wrong. ${reason}`.trim();
  if (state === "over") return moment.reason ?? "What ended it is not recorded with this event";
  return reason;
}

function momentOf({ event, moments }: Recording, state: PageState, rule: Rule | undefined): Moment {
  const recorded = moments[state] ?? (state === "drill" ? moments.alarm : undefined);
  if (recorded !== undefined) return recorded;
  const after = state === "reminder" ? REPEATED_AFTER_MS[severityOf(event, rule)] : TOLD_AFTER_MS;
  // An end a minute later, so that the page has a length to tell.
  const lasted = state === "over" ? 60_000 : 0;
  return { now: new Date(event.at.getTime() + after + lasted), source: NOT_RECORDED };
}

import { createHash } from "node:crypto";

import type { Severity } from "../rules/severity";
import type { AlarmEvent } from "./alarm-event";
import { type Waiting, viewOf } from "./incidents";
import type { Message } from "./message";

/** How long others are waited for, by severity: the group wait of the Alertmanager before this. */
export const GROUP_WAIT_MS: Readonly<Record<Severity, number>> = { critical: 5000, warning: 30_000, info: 10_000 };

/** Alarms in one message: it is read on a telephone, and Slack takes 50 blocks. */
export const MOST_TOGETHER = 10;

/**
 * Alarms of one rule and environment belong together, as the Alertmanager before this grouped by alert name, cluster and
 * service: a rule is of one service. A stranger's alarm is alone, and so is what cannot be read.
 */
export function groupOf({ rule, environment, name, unreadable, identity }: AlarmEvent): string {
  if (unreadable !== undefined) return identity;
  return rule === undefined ? name : `${environment ?? ""} ${rule}`;
}

/** Events by their groups, none of them larger than one message is. */
export function inGroups(events: readonly AlarmEvent[]): AlarmEvent[][] {
  const groups = new Map<string, AlarmEvent[]>();
  for (const event of events) {
    const key = groupOf(event);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / MOST_TOGETHER) }, (_, place) =>
      all.slice(place * MOST_TOGETHER, (place + 1) * MOST_TOGETHER),
    ),
  );
}

/** An incident's own group: no two have the same. */
export function groupId(identity: string, since: number): string {
  return createHash("sha256").update(`${identity}@${since}`).digest("hex").slice(0, 32);
}

/** Under which a group is remembered for a channel. */
export const groupKey = (channel: string, id: string): string => `${channel} group ${id}`;

const stateOf = ({ repeat, incident }: Message): string =>
  repeat === undefined ? viewOf(incident, true) : `reminder ${repeat}`;

const isSame = (a: Message, b: Message): boolean => a.identity === b.identity && a.incident.since === b.incident.since;

/** What a group's message shows: the state of each. */
export function viewOfGroup(messages: readonly Message[]): string {
  return messages.map(stateOf).join(", ");
}

/** A group's messages with what is new of one alarm; the very same where nothing is. */
export function withMember(messages: readonly Message[], changed: Message): readonly Message[] {
  const there = messages.find((one) => isSame(one, changed));
  if (there === undefined) return [...messages, changed];
  return stateOf(there) === stateOf(changed) ? messages : messages.map((one) => (one === there ? changed : one));
}

/** An event as it is remembered while it waits, and as it was. */
export const held = (event: AlarmEvent, until: number): Waiting => ({
  event: { ...event, at: event.at.toISOString() },
  until,
});
export const eventOf = ({ event }: Waiting): AlarmEvent => ({ ...event, at: new Date(event.at) });

import type { State } from "../alarm-engine/state";
import type { AlarmEvent } from "./alarm-event";
import { cut } from "./escape";
import type { Incident, Message } from "./message";

/** A change of an alarm's state that was heard of. */
export interface Seen {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly state: State;
  readonly previous?: State;
  /** Of changes to ALARM only. */
  readonly reason?: string;
}

/** What a channel shows of one incident. */
export interface Shown {
  /** What was told last, as `viewOf` has it; undefined while nothing is sure to be there. */
  readonly view?: string;
  /** What was begun to be told; it stays where nobody knows how that ended. */
  readonly trying?: string;
  /** What the channel finds it by. */
  readonly handle?: string;
  /** How many times over it would have been told again by now; the last of them was. */
  readonly reminded?: number;
  /** The group in whose message it stands, or is to stand. */
  readonly group?: string;
  /** It was over before anything of it was told, and is not to be. */
  readonly isSkipped?: true;
}

/** A change to ALARM that is held back for others of its kind. */
export interface Waiting {
  /** As it came; its time is text here. */
  readonly event: Omit<AlarmEvent, "at"> & { readonly at: string };
  /** When it is told at the latest, whoever else has come. Epoch milliseconds. */
  readonly until: number;
}

/** All that is remembered of one alarm in one channel, or of one group, or of what waits. */
export interface AlarmRecord {
  /** By their time, whatever order they came in. */
  readonly seen: readonly Seen[];
  /** By the incident's beginning. */
  readonly shown: Readonly<Record<string, Shown>>;
  /** What came before this is not remembered, and was told. Epoch milliseconds. */
  readonly forgottenUntil: number;
  /** Who tells just now, and until when nobody else does. Epoch milliseconds. */
  readonly lease?: { readonly owner: string; readonly until: number };
  /** Of a group: the latest of each alarm that is told in it. */
  readonly members?: readonly Message[];
  /** Changes that are held back. */
  readonly waiting?: readonly Waiting[];
}

export const NOTHING_SEEN: AlarmRecord = { seen: [], shown: {}, forgottenUntil: 0 };

/** Changes kept of one alarm: far more than can come out of order, and a small item in the store. */
const MOST_SEEN = 60;
const MAX_REASON = 400;

/**
 * The incidents of an alarm, oldest first, by its changes as a record sorts them: each change to ALARM begins one, and the
 * next one back ends it. Where another begins before, the end was not heard of, or not yet.
 */
export function incidentsOf(seen: readonly Seen[]): Incident[] {
  const incidents: Incident[] = [];
  for (const { at, state, previous, reason = "" } of seen) {
    const last = incidents.at(-1);
    const isOpen = last !== undefined && !last.isOver;
    if (state === "ALARM" && !(isOpen && previous === "ALARM")) {
      if (isOpen) incidents[incidents.length - 1] = { ...last, isOver: true };
      incidents.push({ since: at, isOver: false, reason });
    }
    if (state === "OK" && isOpen) incidents[incidents.length - 1] = { ...last, isOver: true, until: at };
  }
  return incidents;
}

/** The record with an event in it; the same record where it was there, or is too old to be told. */
export function withEvent(record: AlarmRecord, { at, state, previous, reason }: AlarmEvent): AlarmRecord {
  const ms = at.getTime();
  const isKnown = record.seen.some((one) => one.at === ms && one.state === state);
  if (isKnown || ms <= record.forgottenUntil) return record;
  const seen: Seen = {
    at: ms,
    state,
    ...(previous === undefined ? {} : { previous }),
    ...(state === "ALARM" ? { reason: cut(reason, MAX_REASON) } : {}),
  };
  return { ...record, seen: [...record.seen, seen].toSorted((a, b) => a.at - b.at) };
}

/** What a channel is to show of an incident; the time of its end only where that can be corrected. */
export function viewOf({ isOver, until }: Incident, canEdit: boolean): string {
  if (!isOver) return "alarm";
  return canEdit ? `over ${until ?? ""}`.trim() : "over";
}

/** An incident that is not shown as it is. */
export interface Outstanding {
  readonly incident: Incident;
  readonly shown: Shown;
  readonly view: string;
  readonly isOvertaken: boolean;
}

/** Everything that a channel does not show as it is, oldest first. */
export function outstanding(record: AlarmRecord, canEdit: boolean): Outstanding[] {
  const incidents = incidentsOf(record.seen);
  return incidents.flatMap((incident, place) => {
    const shown = record.shown[incident.since] ?? {};
    const view = viewOf(incident, canEdit);
    if (shown.view === view || (shown.isSkipped && incident.isOver)) return [];
    const later = incidents.slice(place + 1);
    const isOvertaken = later.some(({ since }) => record.shown[since]?.view === "alarm");
    return [{ incident, shown, view, isOvertaken }];
  });
}

/** Whether it is over, and nobody can have seen that it began. */
export const isOverUntold = ({ incident, shown }: Outstanding): boolean =>
  incident.isOver && shown.view === undefined && shown.trying === undefined && shown.group === undefined;

/** The record without its oldest incidents, where it has become long; only what is over and told is forgotten. */
export function pruned(record: AlarmRecord, canEdit: boolean): AlarmRecord {
  const surplus = record.seen.length - MOST_SEEN;
  const until = record.seen[surplus - 1]?.at;
  if (until === undefined) return record;
  const pending = outstanding(record, canEdit).map(({ incident }) => incident.since);
  const open = incidentsOf(record.seen).flatMap(({ since, isOver }) => (isOver ? [] : [since]));
  if ([...pending, ...open].some((since) => since <= until)) return record;
  const shown = Object.entries(record.shown).filter(([since]) => Number(since) > until);
  const seen = record.seen.filter(({ at }) => at > until);
  return { ...record, seen, shown: Object.fromEntries(shown), forgottenUntil: until };
}

import { NotifyError } from "../errors";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import { groupId, groupKey } from "./group";
import { type AlarmRecord, isOverUntold, NOTHING_SEEN, type Outstanding, outstanding, withEvent } from "./incidents";
import type { Wording } from "./message";
import { StoreUnavailable } from "./patient-store";
import { decisive } from "./refused";
import { isTaken, read, type TellOptions } from "./remembering";
import { tell } from "./teller";

/** A change of an alarm, and how its incidents read. */
export interface Change {
  readonly event: AlarmEvent;
  readonly wording: Wording;
}

/**
 * Tells one channel of alarms that began together, in one message as far as nobody else is telling of them, and gives
 * what was told of each. Each record says first which group it is for, then the group whom it is of, and only then it is
 * told; whoever comes after a crash in between goes on from there. Throws NotifyError if one of them is not shown.
 */
export async function tellTogether(channel: Channel, all: readonly Change[], options: TellOptions): Promise<string[]> {
  if (channel.showGroup !== undefined) await gather(channel, all, options).catch(toldByThemselves);
  const told: string[] = [];
  const errors: unknown[] = [];
  // One after the other: the same alarm may have begun twice.
  for (const { event, wording } of all) {
    try {
      told.push(...(await tell(channel, event, wording, options)));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0)
    throw new NotifyError(`${errors.length} of ${all.length} were not told`, { cause: decisive(errors) });
  return told;
}

/** Where nobody can know what was told, each is told by itself. */
function toldByThemselves(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
}

async function gather(channel: Channel, all: readonly Change[], options: TellOptions): Promise<void> {
  const { store } = options;
  const open: Open[] = [];
  for (const change of all) open.push(...(await openOf(channel, change, options)));
  const id = await idFor(channel, open, options);
  const meant = open.filter(({ outstanding: { shown } }) => shown.group === undefined || shown.group === id);
  const isBegun = meant.some(({ outstanding: { shown } }) => shown.group === id);
  // One alone is a message as any other.
  if (id === undefined || (meant.length < 2 && !isBegun)) return;
  if (options.isUntoldSkipped && meant.every((one) => isOverUntold(one.outstanding))) return;
  const claimed: Open[] = [];
  for (const one of meant) if (await isClaimed(channel, one, id, options)) claimed.push(one);
  if (claimed.length === 0) return;
  const members = await Promise.all(
    claimed.map(({ change, outstanding: { incident } }) =>
      change.wording(incident.isOver ? "over" : "alarm", incident, true),
    ),
  );
  // Where it is there by now, another one has the same group at hand.
  await store.put(groupKey(channel.name, id), { ...NOTHING_SEEN, members }, 0);
}

interface Open {
  readonly change: Change;
  readonly outstanding: Outstanding;
  /** With the event in it. */
  readonly record: AlarmRecord;
  readonly version: number;
}

const keyOf = (channel: Channel, { event }: Change): string => `${channel.name} ${event.identity}`;

/** The incident that an event begins, where nobody has told or is telling of it. */
async function openOf(channel: Channel, change: Change, options: TellOptions): Promise<Open[]> {
  const { event } = change;
  const stored = await read(options.store, keyOf(channel, change));
  const record = withEvent(stored.record, event);
  if (isTaken(record, options)) return [];
  return outstanding(record, channel.canEdit)
    .filter(({ incident, shown }) => incident.since === event.at.getTime() && shown.view === undefined)
    .filter(({ shown }) => shown.group !== undefined || shown.trying === undefined)
    .map((found) => ({ change, outstanding: found, record, version: stored.version }));
}

/** The group that was begun before a crash, where it was not told; else one that no other can have. */
async function idFor(channel: Channel, open: readonly Open[], { store }: TellOptions): Promise<string | undefined> {
  for (const { outstanding: found } of open) {
    const { group } = found.shown;
    if (group !== undefined && (await store.get(groupKey(channel.name, group))) === undefined) return group;
  }
  const first = open.find(({ outstanding: { shown } }) => shown.group === undefined);
  return first && groupId(first.change.event.identity, first.outstanding.incident.since);
}

/** Whether the record says that its incident is for this group. */
async function isClaimed(channel: Channel, { change }: Open, id: string, options: TellOptions): Promise<boolean> {
  for (;;) {
    const [found] = await openOf(channel, change, options);
    if (found === undefined) return false;
    const { record, version } = found;
    const { shown, incident } = found.outstanding;
    if (shown.group !== undefined) return shown.group === id;
    const claimed = { ...record, shown: { ...record.shown, [incident.since]: { ...shown, group: id } } };
    if (await options.store.put(keyOf(channel, change), claimed, version)) return true;
  }
}

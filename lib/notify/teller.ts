import { NotifyError } from "../errors";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import { groupKey } from "./group";
import {
  type AlarmRecord,
  isOverUntold,
  type Outstanding,
  outstanding,
  type Shown,
  viewOf,
  withEvent,
} from "./incidents";
import type { Incident, Kind, Message } from "./message";
import { decisive } from "./refused";
import { isTaken, read, remember, REMEMBER_MS, type TellOptions, WAIT_MS } from "./remembering";
import { GROUP_SLOT, showGroup } from "./showing-group";

/** How an incident of the event's alarm reads; an end reads differently where it is the first that is told. */
export type Wording = (kind: Kind, incident: Incident, isFirst?: boolean) => Promise<Message>;

/**
 * Tells one channel of an event, and of whatever else of its alarm is not shown there as it is. Gives what was told.
 * First the event and what is about to be told are remembered, then it is told, then that it was: a crash in between
 * leaves a mark, and whoever comes next tells it again or finds it. Throws NotifyError if the channel does not show it.
 */
export async function tell(
  channel: Channel,
  event: AlarmEvent,
  wording: Wording,
  options: TellOptions,
): Promise<string[]> {
  const { clock, deadline } = options;
  const key = `${channel.name} ${event.identity}`;
  const told: string[] = [];
  const failed = new Map<number, unknown>();
  for (;;) {
    const stored = await read(options.store, key);
    const record = withEvent(stored.record, event);
    // One that cannot be told must not keep a later one back.
    const first = outstanding(record, channel.canEdit).find(({ incident }) => !failed.has(incident.since));
    if (first === undefined) {
      if (record !== stored.record && !(await options.store.put(key, record, stored.version))) continue;
      if (failed.size > 0) throw decisive([...failed.values()]);
      return told;
    }
    if (options.isUntoldSkipped && isOverUntold(first)) {
      const shown = { ...record.shown, [first.incident.since]: { isSkipped: true as const } };
      await options.store.put(key, { ...record, shown }, stored.version);
      continue;
    }
    if (await isLeftToGroup(channel, first, options)) {
      if (record !== stored.record && !(await options.store.put(key, record, stored.version))) continue;
      return told;
    }
    if (isTaken(record, options)) {
      // Whoever tells looks again before it ends, and then tells of this, too.
      if (record !== stored.record) await options.store.put(key, record, stored.version);
      if (clock.now() + WAIT_MS > deadline) throw new NotifyError(`${channel.name}: somebody else is telling of it`);
      await clock.sleep(WAIT_MS);
      continue;
    }
    if (clock.now() > deadline) throw new NotifyError(`${channel.name}: no time is left to tell of it`);
    if (!(await options.store.put(key, begun(record, first, options), stored.version))) continue;
    try {
      told.push(await toldOne(channel, key, first, wording, options));
    } catch (error) {
      failed.set(first.incident.since, error);
    }
  }
}

function begun(record: AlarmRecord, { incident, shown, view }: Outstanding, options: TellOptions): AlarmRecord {
  const lease = { owner: options.owner, until: options.deadline };
  return { ...record, lease, shown: { ...record.shown, [incident.since]: { ...shown, trying: view } } };
}

async function toldOne(
  channel: Channel,
  key: string,
  first: Outstanding,
  wording: Wording,
  options: TellOptions,
): Promise<string> {
  const { incident } = first;
  const kind = incident.isOver ? "over" : "alarm";
  try {
    const say = (): Promise<Message> => wording(kind, incident, first.shown.view === undefined);
    const now =
      (await shownInGroup(channel, key, first, say, options)) ?? (await shownAlone(channel, first, say, options));
    await remember(channel, key, options, (record) => ({
      ...record,
      shown: { ...record.shown, [incident.since]: now },
    }));
    return kind;
  } catch (error) {
    await remember(channel, key, options, (record) => record).catch(() => undefined);
    throw error;
  }
}

async function shownAlone(
  channel: Channel,
  { shown, view, isOvertaken }: Outstanding,
  say: () => Promise<Message>,
  { deadline }: TellOptions,
): Promise<Shown> {
  const handle = await channel.show({
    message: await say(),
    ...(shown.handle === undefined ? {} : { handle: shown.handle }),
    isShown: shown.view !== undefined,
    isUncertain: shown.trying !== undefined,
    isOvertaken,
    deadline: deadline - REMEMBER_MS,
  });
  return { view, ...(handle === undefined ? {} : { handle }) };
}

/** Whoever gathers a group tells of it, and looks then for what came meanwhile. */
async function isLeftToGroup(channel: Channel, { shown }: Outstanding, { store }: TellOptions): Promise<boolean> {
  if (shown.group === undefined || shown.view !== undefined) return false;
  return (await store.get(groupKey(channel.name, shown.group))) === undefined;
}

/** What a group shows of an incident that is told in it; undefined where it is told by itself. */
async function shownInGroup(
  channel: Channel,
  key: string,
  { incident, shown, view }: Outstanding,
  say: () => Promise<Message>,
  options: TellOptions,
): Promise<Shown | undefined> {
  const { group } = shown;
  if (group === undefined) return undefined;
  const isFirst = shown.view === undefined;
  if (isFirst) await showGroup(channel, group, undefined, options);
  const { record } = await read(options.store, groupKey(channel.name, group));
  const own = record.members?.find(
    ({ identity, incident: { since } }) => key === `${channel.name} ${identity}` && since === incident.since,
  );
  // It was told to nobody by being put into a message that stands there already.
  if (own === undefined || record.shown[GROUP_SLOT]?.view === undefined) return undefined;
  // What cannot be edited is over by a message of its own.
  if (isFirst) return { view: viewOf(own.incident, channel.canEdit), ...(channel.canEdit ? { group } : {}) };
  await showGroup(channel, group, await say(), options);
  return { view, group };
}

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
import type { Message, Wording } from "./message";
import { named } from "./outcome";
import { StoreUnavailable } from "./patient-store";
import { decisive } from "./refused";
import { isTaken, read, remember, REMEMBER_MS, type TellOptions, WAIT_MS } from "./remembering";
import { GROUP_SLOT, showGroup } from "./showing-group";
import { tellUntracked } from "./untracked";

/**
 * Tells one channel of an event; where it cannot be known what was told before, of the event alone. Gives what was told.
 * Throws NotifyError if the channel does not show it.
 */
export async function tell(
  channel: Channel,
  event: AlarmEvent,
  wording: Wording,
  options: TellOptions,
): Promise<string[]> {
  try {
    return await tellTracked(channel, event, wording, options);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    options.log?.warning("told without knowing what was told before", {
      ...named([event]),
      channel: channel.name,
      error,
    });
    return tellUntracked(channel, event, wording, options);
  }
}

/**
 * Tells one channel of an event, and of whatever else of its alarm is not shown there as it is. Gives what was told.
 * First the event and what is about to be told are remembered, then it is told, then that it was: a crash in between
 * leaves a mark, and whoever comes next tells it again or finds it. Throws NotifyError if the channel does not show it.
 */
async function tellTracked(
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
    const first = stepTo(
      channel,
      outstanding(record, channel.canEdit).find(({ incident }) => !failed.has(incident.since)),
    );
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
      const { kind, isRemembered } = await toldOne(channel, key, first, wording, options);
      if (!first.isBeginning) told.push(kind);
      // The mark of what was begun to be told stays, and whoever comes next finds it.
      if (!isRemembered) return told;
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      failed.set(first.incident.since, error);
    }
  }
}

/** An outstanding incident, or, where its beginning has to be told before its end, that. */
interface Step extends Outstanding {
  readonly isBeginning: boolean;
}

function stepTo({ endsByKey, canEdit }: Channel, found: Outstanding | undefined): Step | undefined {
  if (found === undefined) return undefined;
  const { incident, shown } = found;
  const isBeginning = endsByKey === true && incident.isOver && shown.view === undefined;
  return { ...found, isBeginning, ...(isBeginning ? { view: viewOf({ ...incident, isOver: false }, canEdit) } : {}) };
}

function begun(record: AlarmRecord, { incident, shown, view }: Outstanding, options: TellOptions): AlarmRecord {
  const lease = { owner: options.owner, until: options.deadline };
  return { ...record, lease, shown: { ...record.shown, [incident.since]: { ...shown, trying: view } } };
}

async function toldOne(
  channel: Channel,
  key: string,
  first: Step,
  wording: Wording,
  options: TellOptions,
): Promise<{ kind: string; isRemembered: boolean }> {
  const { incident } = first;
  const kind = incident.isOver ? "over" : "alarm";
  let now: Shown;
  try {
    const say = (): Promise<Message> => wording(kind, incident, first.shown.view === undefined);
    now = (await shownInGroup(channel, key, first, say, options)) ?? (await shownAlone(channel, first, say, options));
  } catch (error) {
    await remember(channel, key, options, (record) => record).catch(() => undefined);
    throw error;
  }
  try {
    await remember(channel, key, options, (record) => ({
      ...record,
      shown: { ...record.shown, [incident.since]: now },
    }));
    return { kind, isRemembered: true };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) {
      await remember(channel, key, options, (record) => record).catch(() => undefined);
      throw error;
    }
    // Of what it was only the beginning, the end has to be told all the same.
    if (first.isBeginning) throw error;
    options.log?.warning("told, and not remembered", { channel: channel.name, error });
    return { kind, isRemembered: false };
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

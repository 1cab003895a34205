import { NotifyError } from "../errors";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import type { Clock } from "./clock";
import type { IncidentStore, Stored } from "./incident-store";
import {
  type AlarmRecord,
  NOTHING_SEEN,
  type Outstanding,
  outstanding,
  pruned,
  type Shown,
  withEvent,
} from "./incidents";
import type { Incident, Kind, Message } from "./message";

/** How an incident of the event's alarm reads. */
export type Wording = (kind: Kind, incident: Incident) => Promise<Message>;

export interface TellOptions {
  readonly store: IncidentStore;
  readonly clock: Clock;
  /** Who tells; no two calls have the same. */
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

/** Another one's telling takes about a second; looking more often would only cost. */
const WAIT_MS = 250;
/** What is kept of the time for remembering what was told. */
const REMEMBER_MS = 1000;

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
      const [error] = failed.values();
      if (error !== undefined) throw error;
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

/** Whether somebody else tells of it just now. */
export function isTaken({ lease }: AlarmRecord, { owner, clock }: TellOptions): boolean {
  return lease !== undefined && lease.owner !== owner && lease.until > clock.now();
}

/** The record of a channel and an alarm; an empty one where there is none. */
export async function read(store: IncidentStore, key: string): Promise<Stored> {
  return (await store.get(key)) ?? { record: NOTHING_SEEN, version: 0 };
}

function begun(record: AlarmRecord, { incident, shown, view }: Outstanding, options: TellOptions): AlarmRecord {
  const lease = { owner: options.owner, until: options.deadline };
  return { ...record, lease, shown: { ...record.shown, [incident.since]: { ...shown, trying: view } } };
}

async function toldOne(
  channel: Channel,
  key: string,
  { incident, shown, view, isOvertaken }: Outstanding,
  wording: Wording,
  options: TellOptions,
): Promise<string> {
  const kind = incident.isOver ? "over" : "alarm";
  try {
    const handle = await channel.show({
      message: await wording(kind, incident),
      ...(shown.handle === undefined ? {} : { handle: shown.handle }),
      isShown: shown.view !== undefined,
      isUncertain: shown.trying !== undefined,
      isOvertaken,
      deadline: options.deadline - REMEMBER_MS,
    });
    const now: Shown = { view, ...(handle === undefined ? {} : { handle }) };
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

/** Changes the record, whatever others put into it meanwhile, and lets go of it. */
export async function remember(
  channel: Pick<Channel, "canEdit">,
  key: string,
  { store, owner }: TellOptions,
  change: (record: AlarmRecord) => AlarmRecord,
): Promise<void> {
  for (;;) {
    const { record, version } = await read(store, key);
    const { lease, ...changed } = change(record);
    const kept = lease === undefined || lease.owner === owner ? {} : { lease };
    if (await store.put(key, pruned({ ...changed, ...kept }, channel.canEdit), version)) return;
  }
}

import type { Log } from "../log";
import type { Channel } from "./channel";
import type { Clock } from "./clock";
import type { IncidentStore, Stored } from "./incident-store";
import { StoreUnavailable } from "./patient-store";
import { type AlarmRecord, NOTHING_SEEN, pruned } from "./incidents";

export interface TellOptions {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log?: Log;
  /** Who tells; no two calls have the same. */
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Whether what is over before anything of it was told is not told at all. */
  readonly isUntoldSkipped?: boolean;
}

/** Another one's telling takes about a second; looking more often would only cost. */
export const WAIT_MS = 250;
/** What is kept of the time for remembering what was told. */
export const REMEMBER_MS = 1000;

/** Of one alarm in one channel few write at once; a store that never takes a write is as good as none. */
const MOST_TRIES = 50;

/** Whether somebody else tells of it just now. */
export function isTaken({ lease }: AlarmRecord, { owner, clock }: TellOptions): boolean {
  return lease !== undefined && lease.owner !== owner && lease.until > clock.now();
}

/** What is remembered under a key; an empty record where nothing is. */
export async function read(store: IncidentStore, key: string): Promise<Stored> {
  return (await store.get(key)) ?? { record: NOTHING_SEEN, version: 0 };
}

/** Changes the record, whatever others put into it meanwhile, and lets go of it. */
export async function remember(
  channel: Pick<Channel, "canEdit">,
  key: string,
  { store, owner }: TellOptions,
  change: (record: AlarmRecord) => AlarmRecord,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { record, version } = await read(store, key);
    const { lease, ...changed } = change(record);
    const kept = lease === undefined || lease.owner === owner ? {} : { lease };
    if (await store.put(key, pruned({ ...changed, ...kept }, channel.canEdit), version)) return;
  }
  throw new StoreUnavailable("somebody else writes what is to be remembered, again and again");
}

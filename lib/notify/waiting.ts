import type { Severity } from "../rules/severity";
import type { AlarmEvent } from "./alarm-event";
import { eventOf, held, inGroups } from "./group";
import type { AlarmRecord, Waiting } from "./incidents";
import { isRefused } from "./refused";
import { isTaken, read, type TellOptions } from "./remembering";

/** Changes that wait at the same time: far more than are read in one go, and an item within what a table takes. */
const MOST_WAITING = 50;
/** Whoever waits says so again and again: one that died is missed after this. */
const LEASE_MS = 10_000;
const RENEW_MS = 3000;
/** Kept of a run's time for telling; with less of it nobody is waited for any more. */
const TELLING_MS = 40_000;

/** Under which the changes of a severity wait. */
const keyOf = (severity: Severity): string => `waiting ${severity}`;

const isSame = ({ event }: Waiting, { identity, at }: AlarmEvent): boolean =>
  event.identity === identity && event.at === at.toISOString();

/**
 * Holds a change back for others of its kind, until a time in epoch milliseconds. False where that is over, or too many
 * wait: then it is to be told now. From then on it is told by whoever is in `tellWaiting` then.
 */
export async function hold(
  event: AlarmEvent,
  severity: Severity,
  until: number,
  { store, clock }: TellOptions,
): Promise<boolean> {
  for (;;) {
    const { record, version } = await read(store, keyOf(severity));
    const { waiting = [] } = record;
    if (waiting.some((one) => isSame(one, event))) return true;
    if (until <= clock.now() || waiting.length >= MOST_WAITING) return false;
    if (await store.put(keyOf(severity), { ...record, waiting: [...waiting, held(event, until)] }, version))
      return true;
  }
}

/** Tells of a group; throws what keeps it from being told, and then it goes on waiting. */
export type TellGroup = (events: readonly AlarmEvent[]) => Promise<void>;

/**
 * Tells what waits, in groups, as its time comes: one does it for all of a severity, and goes on while more come. What is
 * told is taken off the list only then, so that after a crash the next one tells it; so is what was refused for good, once
 * `putDown` has it. Without `putDown` only what is overdue is told, nobody is waited for, and what is refused stays. Throws
 * the first error of telling.
 */
export async function tellWaiting(
  severity: Severity,
  tellGroup: TellGroup,
  options: TellOptions,
  putDown?: (refused: readonly Waiting[]) => Promise<void>,
): Promise<void> {
  const { store, clock, owner, deadline } = options;
  const key = keyOf(severity);
  const failures: { event: AlarmEvent; error: unknown }[] = [];
  for (;;) {
    const { record, version } = await read(store, key);
    if (isTaken(record, options)) break;
    const left = (record.waiting ?? []).filter((one) => !failures.some(({ event }) => isSame(one, event)));
    const now = clock.now();
    const isLate = now > deadline - TELLING_MS;
    const due = left.filter(({ until }) => until <= now || isLate);
    if (due.length > 0) {
      const lease = { owner, until: now + TELLING_MS };
      if (!(await store.put(key, { ...record, lease }, version))) continue;
      const undone = await tellEach(due.map(eventOf), tellGroup);
      failures.push(...undone);
      const among = (these: typeof undone): Waiting[] =>
        due.filter((one) => these.some(({ event }) => isSame(one, event)));
      const refused = among(undone.filter(({ error }) => putDown !== undefined && isRefused(error)));
      if (refused.length > 0) await putDown?.(refused);
      const kept = new Set(among(undone).filter((one) => !refused.includes(one)));
      await takeOff(
        key,
        due.filter((one) => !kept.has(one)),
        options,
      );
    } else if (left.length > 0 && putDown !== undefined) {
      if (!(await store.put(key, { ...record, lease: { owner, until: now + LEASE_MS } }, version))) continue;
      const next = Math.min(...left.map(({ until }) => until));
      await clock.sleep(Math.min(next - now, RENEW_MS));
    } else if (record.lease?.owner !== owner || (await store.put(key, withoutLease(record), version))) break;
  }
  const [first] = failures;
  if (first !== undefined) throw first.error;
}

function withoutLease(record: AlarmRecord): AlarmRecord {
  const { lease: _, ...kept } = record;
  return kept;
}

async function tellEach(events: readonly AlarmEvent[], tellGroup: TellGroup) {
  const groups = inGroups(events);
  const outcomes = await Promise.allSettled(groups.map((group) => tellGroup(group)));
  return outcomes.flatMap((one, place) => {
    if (one.status === "fulfilled") return [];
    return (groups[place] ?? []).map((event) => ({ event, error: one.reason as unknown }));
  });
}

/** Whatever else was put there meanwhile stays. */
async function takeOff(key: string, told: readonly Waiting[], { store }: TellOptions): Promise<void> {
  for (;;) {
    const { record, version } = await read(store, key);
    const waiting = (record.waiting ?? []).filter(
      ({ event }) => !told.some((one) => one.event.identity === event.identity && one.event.at === event.at),
    );
    if (await store.put(key, { ...record, waiting }, version)) return;
  }
}

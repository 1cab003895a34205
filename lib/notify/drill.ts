import { DRILL_ALARM } from "../rules/names";
import type { AlarmEvent } from "./alarm-event";
import type { Store } from "./incident-store";
import { DRILL_REASON } from "./read-alarm";

/** What is remembered of drills. Epoch milliseconds. */
export interface DrillRecord {
  /** Drills that were due before it are not expected. */
  readonly since: number;
  /** Of the last one that was told. */
  readonly begun?: number;
  /** When every channel had told it. */
  readonly told?: number;
}

/** When a drill is due each week, by UTC. */
export interface WeeklyDrill {
  /** 0 is Sunday. */
  readonly day: number;
  /** Minutes since midnight. */
  readonly minute: number;
}

/** Under which the record stands beside those of alarms. */
const KEY = "drill";
/** No drill takes so long; a value from farther away is no time of this drill. */
const MOST_MS = 3_600_000;
/** The scheduler is up to a minute late. */
const LATE_MS = 60_000;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
/** 1970 began on a Thursday. */
const FIRST_SUNDAY_MS = 3 * 86_400_000;

/**
 * When the drill began that an event tells of, epoch milliseconds: the metric's value says it, or, where somebody set the
 * alarm's state, the change itself was the beginning. Undefined for any other event.
 */
export function drillBegun(event: AlarmEvent): number | undefined {
  const { name, state, values, reason, at } = event;
  if (state !== "ALARM" || !name.endsWith(`-${DRILL_ALARM}`)) return undefined;
  if (reason.startsWith(DRILL_REASON)) return at.getTime();
  const begun = Math.max(0, ...values) * 1000;
  return Math.abs(at.getTime() - begun) <= MOST_MS ? begun : undefined;
}

/** Remembers that a drill was told; an older one changes nothing. */
export async function rememberDrill(store: Store<DrillRecord>, begun: number, told: number): Promise<void> {
  await change(store, (record) =>
    (record?.begun ?? 0) >= begun ? undefined : { since: begun, ...record, begun, told },
  );
}

/** What is remembered of drills; from the first time that it is asked for on, they are expected. */
export async function drillsUntil(store: Store<DrillRecord>, now: number): Promise<DrillRecord> {
  return change(store, (record) => (record === undefined ? { since: now } : undefined));
}

/** The last time that a drill was due. */
export function lastDue({ day, minute }: WeeklyDrill, now: number): number {
  const first = FIRST_SUNDAY_MS + day * 86_400_000 + minute * MINUTE_MS;
  return first + Math.floor((now - first) / WEEK_MS) * WEEK_MS;
}

/** Seconds that the last drill took, or for which an overdue one must have been under way by now; undefined before the first. */
export function drillSeconds(record: DrillRecord, weekly: WeeklyDrill, now: number): number | undefined {
  const { since, begun, told } = record;
  const due = lastDue(weekly, now);
  const isMissed = due >= since && (begun ?? 0) < due - LATE_MS;
  // Up to a minute of it may be the scheduler's; what a page may take begins after that.
  if (isMissed) return Math.max(0, now - due - LATE_MS) / 1000;
  return begun === undefined || told === undefined ? undefined : (told - begun) / 1000;
}

async function change(
  store: Store<DrillRecord>,
  changed: (record: DrillRecord | undefined) => DrillRecord | undefined,
): Promise<DrillRecord> {
  for (;;) {
    const stored = await store.get(KEY);
    const record = changed(stored?.record);
    if (record === undefined && stored !== undefined) return stored.record;
    if (record !== undefined && (await store.put(KEY, record, stored?.version ?? 0))) return record;
  }
}

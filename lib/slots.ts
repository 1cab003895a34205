/**
 * A run takes marks for this long after its scheduled minute, or after its start where that is later: 15 s into the next
 * run's, which may start so much later again. AWS promises no more than that a run starts within its minute.
 */
const REACH_MS = 75_000;
/** A run that starts later than this after its scheduled minute takes nothing: the next one has replaced it. */
const TOO_LATE_MS = 90_000;

/**
 * Readings happen this long after their mark: everything that carries an earlier time has arrived by then, and the
 * counters of a window that ended at the mark are final but not yet gone.
 */
export const READ_AFTER_MS = 200;

/** Epoch milliseconds of a mark: a multiple of one of the intervals. */
export type Mark = number;

/** When a run was meant to start and when it did, by its own clock; epoch milliseconds. */
export interface Run {
  readonly scheduledAt: number;
  readonly startedAt: number;
}

/** Seconds that a run started after its scheduled minute; 0 for one that is early by its own clock. */
export const lateSecondsOf = ({ startedAt, scheduledAt }: Run): number => Math.max(0, startedAt - scheduledAt) / 1000;

/** Whether a run starts so late that it takes nothing. */
export const isTooLate = ({ startedAt, scheduledAt }: Run): boolean => startedAt - scheduledAt > TOO_LATE_MS;

/** Up to when a run takes marks; epoch milliseconds. */
export const endOf = ({ startedAt, scheduledAt }: Run): number => Math.max(scheduledAt, startedAt) + REACH_MS;

/**
 * The marks that one run takes: every multiple of the intervals (seconds) from its start to 75 s after its start or its
 * scheduled minute, whichever is later. A run that starts more than 90 s late takes none.
 */
export function marksOf(run: Run, intervals: readonly number[]): Mark[] {
  if (isTooLate(run)) return [];
  const first = run.startedAt - READ_AFTER_MS;
  const last = endOf(run);
  const marks = intervals.flatMap((interval) => {
    const step = interval * 1000;
    const taken: Mark[] = [];
    for (let mark = Math.ceil(first / step) * step; mark <= last; mark += step) taken.push(mark);
    return taken;
  });
  return [...new Set(marks)].toSorted((a, b) => a - b);
}

/** Whether something that happens every `interval` seconds is due at a mark. */
export function isDue(mark: Mark, interval: number): boolean {
  return mark % (interval * 1000) === 0;
}

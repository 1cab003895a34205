/** A run takes marks up to this long after its scheduled minute: 15 s into the next run's, which may start late. */
const REACH_MS = 75_000;
/**
 * A run that starts later than this after its scheduled minute takes nothing, whatever its reach: the next one has
 * replaced it.
 */
const TOO_LATE_MS = 90_000;

/**
 * Readings happen this long after their mark: everything that carries an earlier time has arrived by then, and the
 * counters of a window that ended at the mark are final but not yet gone.
 */
export const READ_AFTER_MS = 200;

/** Epoch milliseconds of a mark: a multiple of one of the intervals. */
export type Mark = number;

/**
 * The marks one run takes: every multiple of the intervals (seconds) from its start to 75 s after its scheduled
 * minute. Times are epoch milliseconds; a run that starts more than 90 s late takes none.
 */
export function marksOf(run: { startedAt: number; scheduledAt: number }, intervals: readonly number[]): Mark[] {
  if (run.startedAt - run.scheduledAt > TOO_LATE_MS) return [];
  const first = run.startedAt - READ_AFTER_MS;
  const last = run.scheduledAt + REACH_MS;
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

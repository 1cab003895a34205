import { setTimeout as sleep } from "node:timers/promises";

import { PublishError } from "./errors";
import { loggedProperties, runLate } from "./exporter";
import type { Log } from "./log";
import { type Sample, sample } from "./metric";
import type { Publisher } from "./publish/publisher";
import { SAMPLE_LIMIT_MS } from "./redis/limits";
import type { Sampler } from "./sampler";
import { isTooLate, lateSecondsOf, type Mark, marksOf, READ_AFTER_MS, type Run } from "./slots";

/** What the schedule sends; `time` is what an EventBridge rule sends in its place. */
export interface ScheduleEvent {
  readonly scheduledAt?: string;
  readonly time?: string;
}

/** As much of Lambda's context as the loop needs. */
export interface RunContext {
  getRemainingTimeInMillis(): number;
  /** Ends the loop between two marks; Lambda has none. */
  readonly signal?: AbortSignal;
}

/** Publishing has its own limit inside the publishers, kept below this. */
export const PUBLISH_LIMIT_MS = 4000;
/** A mark that could not be begun for so long is left out: what would be read now is not what was there then. */
const STALE_MARK_MS = 10_000;

/**
 * Makes the handler that takes every mark of one scheduled run; throws after the last if any could not be published. How
 * late the run began is told with its first sample; a run that is too late to take any tells that alone. Slots that
 * were left out are one warning in the log, with their number.
 */
export function collectHandler(
  sampler: Sampler,
  publisher: Publisher,
  log: Log,
): (event: ScheduleEvent, context: RunContext) => Promise<{ taken: number }> {
  return async (event, context) => {
    const startedAt = Date.now();
    const said = scheduledTime(event);
    const run = { startedAt, scheduledAt: said ?? Math.floor(startedAt / 60_000) * 60_000 };
    const late = (at: Date): Sample[] => (said === undefined ? [] : [sample(runLate, lateSecondsOf(run), at)]);
    if (isTooLate(run)) {
      const slots = slotsOf(sampler, { ...run, startedAt: run.scheduledAt });
      warnOf(log, slots, `the run started ${Math.round(lateSecondsOf(run))} s after its time`);
      await publisher.publish(late(new Date(startedAt)), {}, new Date(startedAt));
    }
    const failures: unknown[] = [];
    const stale: Mark[] = [];
    let taken = 0;
    for (const mark of marksOf(run, sampler.intervals)) {
      if (!(await untilReading(mark, context))) {
        const left = context.signal?.aborted === true ? [] : slotsOf(sampler, run).filter((one) => one >= mark);
        warnOf(log, left, "the run's time was over");
        break;
      }
      if (Date.now() - mark > STALE_MARK_MS) {
        if (sampler.due(new Date(mark)).length > 0) stale.push(mark);
        continue;
      }
      const due = sampler.due(new Date(mark));
      if (due.length > 0) {
        const { samples, properties, violations, at } = await sampler.sample(new Date(mark), due);
        taken += 1;
        try {
          const told = taken === 1 ? [...samples, ...late(at)] : samples;
          await publisher.publish(told, loggedProperties(properties, violations), at);
        } catch (error) {
          failures.push(error);
        }
      }
      await sampler.between(new Date(mark));
    }
    warnOf(log, stale, `they could not begin within ${STALE_MARK_MS / 1000} s`);
    if (failures.length > 0) {
      throw new PublishError(`${failures.length} of ${taken} samples were not published`, { cause: failures[0] });
    }
    return { taken };
  };
}

/** The marks of a run at which something is sampled. */
const slotsOf = (sampler: Sampler, run: Run): Mark[] =>
  marksOf(run, sampler.intervals).filter((mark) => sampler.due(new Date(mark)).length > 0);

/** One line of slots that no sample was taken for; none where there are none. */
function warnOf(log: Log, slots: readonly Mark[], why: string): void {
  const [first, last] = [slots[0], slots.at(-1)].map((mark) => new Date(mark ?? 0).toISOString());
  const fields = { slots_left_out: slots.length, first, last };
  if (slots.length > 0)
    log.warning(`${slots.length} ${slots.length === 1 ? "slot" : "slots"} left out: ${why}`, fields);
}

/** Waits for the moment of reading; false when the run has to end before it. */
async function untilReading(mark: Mark, context: RunContext): Promise<boolean> {
  const waitMs = Math.max(0, mark + READ_AFTER_MS - Date.now());
  if (context.getRemainingTimeInMillis() < waitMs + SAMPLE_LIMIT_MS + PUBLISH_LIMIT_MS) return false;
  try {
    await sleep(waitMs, undefined, context.signal ? { signal: context.signal } : {});
  } catch {
    return false;
  }
  return context.signal?.aborted !== true;
}

/** When the run was meant to start, as far as the event says it; else it is taken to be the minute that is running. */
function scheduledTime({ scheduledAt, time }: ScheduleEvent): number | undefined {
  return [scheduledAt, time].map((text) => Date.parse(text ?? "")).find((ms) => !Number.isNaN(ms));
}

import { NotifyError } from "../errors";
import type { Log } from "../log";
import type { Publisher } from "../publish/publisher";
import type { Clock } from "./clock";
import { type DrillRecord, drillSeconds, drillsUntil, type WeeklyDrill } from "./drill";
import type { NotifyContext } from "./handler";
import { isPagingWell } from "./heartbeat";
import type { Store } from "./incident-store";
import { drillSamples } from "./paging-metrics";
import type { Reminder, Standing } from "./reminding";

/** What the schedule says: the time that was meant. */
export interface RemindEvent {
  readonly scheduledAt: string;
}

export interface RemindHandlerOptions {
  readonly environment: string;
  readonly standing: (now: number) => Promise<Standing>;
  readonly reminder: Reminder;
  /** Tells what waited for others in a run that died. */
  readonly tellOverdue?: (deadline: number) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly drills?: { readonly store: Store<DrillRecord>; readonly weekly: WeeklyDrill; readonly publisher: Publisher };
  readonly heartbeat?: { readonly everyMs: number; readonly beat: (deadline: number) => Promise<void> };
}

/** Kept of the function's time for its last line. */
const MARGIN_MS = 2000;

/**
 * Makes the handler that repeats what still fires, tells what was left over, warns of silences that end, publishes how the last drill went, and
 * tells an outside watcher that pages arrive, which it keeps from it where one of those failed.
 */
export function remindHandler(
  options: RemindHandlerOptions,
): (event: RemindEvent, context: NotifyContext) => Promise<void> {
  const { environment, standing, reminder, tellOverdue, clock, log, heartbeat } = options;
  return async ({ scheduledAt }, context) => {
    const deadline = clock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
    // First, and whether or not CloudWatch can be asked what fires.
    const [overdue] = await Promise.allSettled([tellOverdue?.(deadline)]);
    const now = await standing(clock.now());
    const others = await Promise.allSettled([reminder.run(now, deadline), publishDrill(options)]);
    const outcomes = [overdue, ...others];
    const errors = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    const isWell = isPagingWell(environment, namesIn(now));
    const isTime = heartbeat !== undefined && Date.parse(scheduledAt) % heartbeat.everyMs === 0;
    if (isTime && !isWell) log.warning("no heartbeat: alarms say that pages do not arrive");
    if (isTime && isWell && errors.length === 0) await heartbeat.beat(deadline);
    if (errors.length > 0) throw new NotifyError("not all was told again", { cause: errors[0] });
  };
}

const namesIn = ({ firing }: Standing): string[] => firing.map(({ name }) => name);

async function publishDrill({ drills, clock }: RemindHandlerOptions): Promise<void> {
  if (drills === undefined) return;
  const now = clock.now();
  const record = await drillsUntil(drills.store, now);
  const seconds = drillSeconds(record, drills.weekly, now);
  if (seconds === undefined) return;
  const at = new Date(now);
  await drills.publisher.publish(drillSamples(seconds, record.begun ?? 0, at), {}, at);
}

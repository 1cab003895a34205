import type { RuleName } from "../rules/names";
import type { Severity } from "../rules/severity";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import { type AlarmRecord, incidentsOf } from "./incidents";
import type { Incident, Message } from "./message";
import type { TellOptions } from "./remembering";
import { type Due, tellDue } from "./telling-due";

/** Milliseconds after which an alarm that still fires is told again. */
export interface Repeats {
  readonly critical: number;
  readonly warning: number;
  readonly rules: Readonly<Partial<Record<RuleName, number>>>;
}

/** How a reminder of an incident reads. */
export type ReminderWording = (incident: Incident, repeat: number) => Promise<Message>;

/** How often an alarm is told again; undefined for one that nobody is told of again. */
export function repeatOf(repeats: Repeats, severity: Severity, rule?: RuleName): number | undefined {
  const own = rule === undefined ? undefined : repeats.rules[rule];
  return own ?? (severity === "info" ? undefined : repeats[severity]);
}

/**
 * Tells one channel again of an alarm that fires, if its time has come: at every multiple of `everyMs` from the incident's
 * beginning, and after a pause the last of them only. What was never told there is not repeated. True if it was told.
 */
export function remind(
  channel: Channel,
  { identity }: Pick<AlarmEvent, "identity">,
  everyMs: number,
  wording: ReminderWording,
  options: TellOptions,
): Promise<boolean> {
  const dueIn = (record: AlarmRecord): Due | undefined => reminderDue(record, everyMs, options.clock.now(), wording);
  return tellDue(channel, `${channel.name} ${identity}`, dueIn, options);
}

function reminderDue(record: AlarmRecord, everyMs: number, now: number, wording: ReminderWording): Due | undefined {
  const incident = incidentsOf(record.seen).at(-1);
  if (incident === undefined || incident.isOver) return undefined;
  const shown = record.shown[incident.since];
  if (shown?.view !== "alarm") return undefined;
  const repeat = Math.floor((now - incident.since) / everyMs);
  if (repeat < 1 || repeat <= (shown.reminded ?? 0)) return undefined;
  const { trying: _, ...kept } = shown;
  return {
    slot: incident.since,
    shown,
    trying: `reminder ${repeat}`,
    told: { ...kept, reminded: repeat },
    message: () => wording(incident, repeat),
  };
}

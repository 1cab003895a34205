import type { Channel } from "./channel";
import { plainLine } from "./escape";
import type { AlarmRecord } from "./incidents";
import type { Message } from "./message";
import type { TellOptions } from "./remembering";
import { type Due, tellDue } from "./telling-due";
import { spanInWords, utcAndRelative } from "./wording";

/** Alarms that somebody keeps quiet now. */
export interface Silence {
  readonly name: string;
  readonly arn: string;
  /** Names of the alarms that take no action. */
  readonly alarms: readonly string[];
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  /** Who, and why. */
  readonly why: string;
  /** Of an operator's own, and not of an environment's quiet hours. */
  readonly isByHand: boolean;
}

/** What an operator's mute rule is called, before the rule and the time. */
export const silencePrefix = (environment: string): string => `${environment}-silence-`;

/** Time enough to prolong it, and twice the time between two runs. */
export const WARN_BEFORE_MS = 900_000;
const MAX_TEXT = 600;

/** Warns one channel, once, of an operator's silence that is about to end. True if it was told. */
export async function warnOfEnd(
  channel: Channel,
  environment: string,
  silence: Silence,
  options: TellOptions,
): Promise<boolean> {
  const now = options.clock.now();
  const { since, until, isByHand } = silence;
  // One that is no longer than the warning itself ends while it is remembered.
  const isNear = until > now && until - now <= WARN_BEFORE_MS && until - since > WARN_BEFORE_MS;
  if (!isByHand || !isNear) return false;
  const message = async (): Promise<Message> => endOf(silence, environment, now);
  const dueIn = ({ shown: all }: AlarmRecord): Due | undefined => {
    const shown = all[until] ?? {};
    if (shown.view === "ending") return undefined;
    return { slot: until, shown, trying: "ending", told: { view: "ending" }, message };
  };
  return tellDue(channel, `${channel.name} ${silence.arn}`, dueIn, options);
}

function endOf({ name, arn, alarms, since, until, why }: Silence, environment: string, now: number): Message {
  const [first = name, ...others] = alarms;
  const whose = others.length === 0 ? first : `${first} and ${others.length} more`;
  return {
    identity: arn,
    alarm: plainLine(name, MAX_TEXT),
    environment: plainLine(environment, MAX_TEXT),
    rule: "",
    component: "",
    kind: "reminder",
    repeat: 1,
    severity: "warning",
    isDrill: false,
    // Until, and not since: a silence that is prolonged ends another time.
    incident: { since: until, isOver: false, reason: "" },
    title: plainLine(`A silence ends in ${spanInWords(until - now)}: ${whose} [${environment}]`, MAX_TEXT),
    why: plainLine(why, MAX_TEXT),
    firstStep: "Prolong it if the work is not done; what still fires at its end is told at once.",
    facts: [
      { name: "Alarms", value: plainLine(alarms.join(", "), MAX_TEXT) },
      { name: "Began", value: utcAndRelative(new Date(since), new Date(now)) },
      { name: "Ends", value: utcAndRelative(new Date(until), new Date(now)) },
    ],
    notes: [],
    links: [],
  };
}

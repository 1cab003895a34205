import type { MuteRule } from "./definition";
import type { State } from "./state";

/** What holds an alarm's actions back, and until when (epoch seconds). */
export interface Mute {
  readonly by: string;
  readonly until: number;
}

/** An action that was held back until its window ended. */
export interface Held {
  readonly alarm: string;
  /** The state whose action it is. */
  readonly state: State;
  /** When the last window over it ended, epoch seconds. */
  readonly t: number;
}

/**
 * Which actions mute rules hold back, and what becomes of them. Documented (guide, "Alarm mute rules"): while a window
 * is open the actions of all states are muted, evaluation goes on, and "when a mute window ends, if the targeted alarm(s)
 * remains in an alarming state (OK/ALARM/INSUFFICIENT_DATA), CloudWatch automatically re-triggers the alarm actions that
 * were muted during the window".
 *
 * Inferred: the action of the state that the alarm is in by then is taken, if it was muted in the window. So an alarm
 * that fired and recovered within it tells of OK and not of ALARM, and one that changed nothing in it tells nothing, as
 * nothing was muted. Where windows of several rules overlap, the last one has to end.
 */
export class Muting {
  readonly #rules = new Map<string, MuteRule[]>();
  readonly #held = new Map<string, { readonly state: State; until: number }>();

  constructor(rules: readonly MuteRule[]) {
    for (const rule of rules) {
      for (const alarm of rule.alarms) this.#rules.set(alarm, [...(this.#rules.get(alarm) ?? []), rule]);
    }
  }

  /** What mutes an alarm at a time, epoch seconds; of several windows the one that ends last. */
  at(alarm: string, t: number): Mute | undefined {
    let found: Mute | undefined;
    for (const { name, schedule } of this.#rules.get(alarm) ?? []) {
      const end = schedule.windowAt(t)?.end;
      if (end !== undefined && (found === undefined || end > found.until)) found = { by: name, until: end };
    }
    return found;
  }

  /** Whether the action of a state is held back at a time; the last one that was is remembered. */
  holds(alarm: string, state: State, t: number): boolean {
    const mute = this.at(alarm, t);
    if (mute === undefined) return false;
    this.#held.set(alarm, { state, until: mute.until });
    return true;
  }

  /** What was held back by windows that ended by `now`, epoch seconds; each is told once. */
  ended(now: number): Held[] {
    const ended: Held[] = [];
    for (const [alarm, held] of this.#held) {
      let next = held.until <= now ? this.at(alarm, held.until) : undefined;
      for (; next !== undefined && held.until <= now; next = this.at(alarm, held.until)) held.until = next.until;
      if (held.until > now) continue;
      this.#held.delete(alarm);
      ended.push({ alarm, state: held.state, t: held.until });
    }
    return ended;
  }
}

import { randomUUID } from "node:crypto";

import { NotifyError } from "../errors";
import type { Log } from "../log";
import type { Rule } from "../rules/rule";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import type { Clock } from "./clock";
import { type Context, type ContextSource, gatherContext } from "./context";
import type { IncidentStore } from "./incident-store";
import { messageOf, severityOf, type Surroundings } from "./message";
import { remind, type Repeats, repeatOf, type ReminderWording } from "./reminder";
import { type Silence, warnOfEnd } from "./silence";
import type { TellOptions } from "./remembering";

/** What is so now. */
export interface Standing {
  /** Alarms that fire and act, each as its change to ALARM would be told. */
  readonly firing: readonly AlarmEvent[];
  /** Everything that is muted now, by hand or by the hour. */
  readonly silences: readonly Silence[];
}

export interface ReminderOptions {
  readonly environment: string;
  readonly rules: readonly Rule[];
  readonly channels: readonly Channel[];
  readonly store: IncidentStore;
  readonly context: ContextSource;
  readonly surroundings: Surroundings;
  readonly repeats: Repeats;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells people again of what goes on for long, and of silences that are about to end. */
export class Reminder {
  readonly #options: ReminderOptions;
  readonly #rules: ReadonlyMap<string, Rule>;

  constructor(options: ReminderOptions) {
    this.#options = options;
    this.#rules = new Map(options.rules.map((rule) => [rule.name, rule]));
  }

  /** Tells all that is due until `deadline` (epoch ms); what is silenced is not. Throws NotifyError if something failed. */
  async run({ firing, silences }: Standing, deadline: number): Promise<void> {
    const { store, clock, log, channels, environment } = this.#options;
    const options: TellOptions = { store, clock, owner: randomUUID(), deadline };
    const quiet = new Set(silences.flatMap(({ alarms }) => alarms));
    const warned = channels.filter(({ severities }) => severities.includes("warning"));
    const outcomes = await Promise.allSettled([
      ...firing.filter(({ name }) => !quiet.has(name)).flatMap((event) => this.#reminders(event, options)),
      ...silences.flatMap((silence) => warned.map((channel) => warnOfEnd(channel, environment, silence, options))),
    ]);
    const errors = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    for (const error of errors) log.error("not told again", { error });
    if (errors.length > 0) throw new NotifyError(`${errors.length} could not be told again`, { cause: errors[0] });
  }

  #reminders(event: AlarmEvent, options: TellOptions): Promise<void>[] {
    const { channels, repeats, log } = this.#options;
    const rule = this.#rules.get(event.rule ?? "");
    const severity = severityOf(event, rule);
    const everyMs = repeatOf(repeats, severity, event.rule);
    if (everyMs === undefined) return [];
    const wording = this.#wording(event, rule);
    const meant = channels.filter(({ severities }) => severities.includes(severity));
    return meant.map(async (channel) => {
      const isTold = await remind(channel, event, everyMs, wording, options);
      if (isTold) log.info("told again", { alarm: event.name, channel: channel.name });
    });
  }

  /** Context is asked for once, by whichever channel first has something to tell. */
  #wording(event: AlarmEvent, rule: Rule | undefined): ReminderWording {
    const { context: source, surroundings, clock } = this.#options;
    let asked: Promise<Context> | undefined;
    return async (incident, repeat) => {
      asked ??= gatherContext(source, event, clock.now());
      const context = await asked;
      const now = new Date(clock.now());
      return messageOf({ kind: "reminder", repeat, event, incident, rule, context, now }, surroundings);
    };
  }
}

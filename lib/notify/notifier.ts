import { randomUUID } from "node:crypto";

import { NotifyError } from "../errors";
import type { Log } from "../log";
import type { Rule } from "../rules/rule";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import type { Clock } from "./clock";
import { type Context, type ContextSource, gatherContext } from "./context";
import { drillBegun } from "./drill";
import type { IncidentStore } from "./incident-store";
import { messageOf, severityOf, type Surroundings } from "./message";
import { tell, type Wording } from "./teller";

export interface NotifierOptions {
  /** As they are declared; thresholds are told as the event has them. */
  readonly rules: readonly Rule[];
  readonly channels: readonly Channel[];
  readonly store: IncidentStore;
  readonly context: ContextSource;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  readonly log: Log;
  /** Asked for when every channel has told of a drill; times in epoch milliseconds. */
  readonly drilled?: (begun: number, told: number) => Promise<void>;
}

/** Tells people of alarms, each of them in every channel that takes its severity. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #rules: ReadonlyMap<string, Rule>;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#rules = new Map(options.rules.map((rule) => [rule.name, rule]));
  }

  /** Tells all channels side by side until `deadline` (epoch ms); throws NotifyError if one of them does not show it. */
  async notify(event: AlarmEvent, deadline: number): Promise<void> {
    const { channels, store, clock, log } = this.#options;
    const rule = this.#rules.get(event.rule ?? "");
    const severity = severityOf(event, rule);
    const meant = channels.filter(({ severities }) => severities.includes(severity));
    const wording = this.#wording(event, rule);
    const owner = randomUUID();
    const outcomes = await Promise.allSettled(
      meant.map(async (channel) => {
        const startedAt = clock.now();
        const told = await tell(channel, event, wording, { store, clock, owner, deadline });
        const what = told.length > 0 ? "told" : "nothing to tell";
        log.info(what, { ...named(event), channel: channel.name, told, ms: clock.now() - startedAt });
        return told;
      }),
    );
    const failures = outcomes.flatMap((outcome, place) =>
      outcome.status === "rejected" ? [{ channel: meant[place]?.name, error: outcome.reason as unknown }] : [],
    );
    for (const { channel, error } of failures) log.error("not told", { ...named(event), channel, error });
    const [first] = failures;
    if (first === undefined) return this.#drilled(event, outcomes);
    const names = failures.map(({ channel }) => channel).join(", ");
    throw new NotifyError(`${event.name} was not told in ${names}`, { cause: first.error });
  }

  /** A drill that was not measured counts as one that failed; the page itself was told, and is not told again for it. */
  async #drilled(event: AlarmEvent, outcomes: readonly PromiseSettledResult<string[]>[]): Promise<void> {
    const { drilled, clock, log } = this.#options;
    const begun = drillBegun(event);
    const isTold = outcomes.some((one) => one.status === "fulfilled" && one.value.includes("alarm"));
    if (drilled === undefined || begun === undefined || !isTold) return;
    try {
      await drilled(begun, clock.now());
    } catch (error) {
      log.error("a drill could not be measured", { ...named(event), error });
    }
  }

  /** Context is asked for once, by whoever first has something to tell. */
  #wording(event: AlarmEvent, rule: Rule | undefined): Wording {
    const { context: source, surroundings, clock } = this.#options;
    let asked: Promise<Context> | undefined;
    return async (kind, incident) => {
      asked ??= gatherContext(source, event, clock.now());
      const context = await asked;
      return messageOf({ kind, event, incident, rule, context, now: new Date(clock.now()) }, surroundings);
    };
  }
}

const named = ({ name, state, at }: AlarmEvent): object => ({ alarm: name, state, changed_at: at.toISOString() });

import { randomUUID } from "node:crypto";

import type { Log } from "../log";
import type { Rule } from "../rules/rule";
import { SEVERITIES, type Severity } from "../rules/severity";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import type { ChartSource } from "./charts";
import type { Clock } from "./clock";
import { type Context, type ContextSource, gatherContext, shared } from "./context";
import { drillBegun } from "./drill";
import { eventOf, GROUP_WAIT_MS, inGroups } from "./group";
import type { IncidentStore } from "./incident-store";
import { messageOf, severityOf, type Surroundings, type Wording } from "./message";
import { type Begun, canGroup, named, NOTHING_TOLD, notTold, type Outcome, together } from "./outcome";
import { addPictures } from "./pictures";
import { logFailures, tellEach } from "./side-by-side";
import { StoreUnavailable } from "./patient-store";
import { decisive, forgetPutDown, putDown, putDownTo } from "./refused";
import type { TellOptions } from "./remembering";
import { tell } from "./teller";
import { type Change, tellTogether } from "./telling-together";
import { tellUntracked } from "./untracked";
import { hold, tellWaiting } from "./waiting";

export interface NotifierOptions {
  /** As they are declared; thresholds are told as the event has them. */
  readonly rules: readonly Rule[];
  readonly channels: readonly Channel[];
  readonly store: IncidentStore;
  readonly context: ContextSource;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  readonly log: Log;
  /** Where channels that take pictures have them from; undefined for none. */
  readonly charts?: ChartSource;
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

  /**
   * Tells all channels side by side until `deadline` (epoch ms); throws NotifyError if one of them does not show it. A
   * channel that shows several alarms in one message waits for others first, and one call tells for all that wait.
   */
  async notify(event: AlarmEvent, deadline: number): Promise<void> {
    const severity = severityOf(event, this.#rules.get(event.rule ?? ""));
    const options = this.#tellOptions(deadline, event.isDrill ? "critical" : severity);
    const change = { event, wording: this.#wording(event, this.#options.context) };
    const meant = this.#options.channels.filter(
      // A text has no end, and would stay open for ever where only an end closes it.
      ({ severities, endsByKey }) => severities.includes(severity) && !(endsByKey && event.unreadable === "text"),
    );
    const [grouping, single] = [meant.filter(canGroup), meant.filter((channel) => !canGroup(channel))];
    const { told, failures, begun } = together(
      await Promise.all([
        this.#tellAtOnce(single, change, options),
        this.#tellInGroup(grouping, severity, change, options),
      ]),
    );
    if (failures.length === 0) await this.#drilled(event, told);
    const { charts } = this.#options;
    if (charts !== undefined) await addPictures(begun.filter(this.#isDrawn), { ...this.#options, charts, deadline });
    if (failures.length > 0) throw notTold(event.name, failures);
  }

  /** Tells what waited for others and was left over, as by a run that died; throws NotifyError. */
  async tellOverdue(deadline: number): Promise<void> {
    const outcomes = await Promise.all(
      SEVERITIES.map((severity) => this.#tellWaiting(severity, this.#tellOptions(deadline, severity))),
    );
    const { failures } = together(outcomes);
    if (failures.length > 0) throw notTold("what had waited for others", failures);
  }

  /** Of a silence there is nothing to draw. */
  readonly #isDrawn = ({ event }: Begun): boolean => this.#rules.get(event.rule ?? "")?.condition.kind !== "silence";

  /** Of what is critical one hears even when it is over. */
  #tellOptions(deadline: number, severity: Severity): TellOptions {
    const { store, clock, log } = this.#options;
    return { store, clock, log, owner: randomUUID(), deadline, isUntoldSkipped: severity !== "critical" };
  }

  #tellAtOnce(channels: readonly Channel[], { event, wording }: Change, options: TellOptions): Promise<Outcome> {
    return tellEach(channels, [event], this.#options, (channel) => tell(channel, event, wording, options));
  }

  /** An end changes what is there; a drill is measured; both are told at once. */
  async #tellInGroup(
    channels: readonly Channel[],
    severity: Severity,
    change: Change,
    options: TellOptions,
  ): Promise<Outcome> {
    const { event } = change;
    if (channels.length === 0) return NOTHING_TOLD;
    const until = Math.min(event.at.getTime(), options.clock.now()) + GROUP_WAIT_MS[severity];
    try {
      const before = await this.#tellPutDown(channels, event, options);
      if (before.failures.length > 0) return before;
      const isHeld = event.state === "ALARM" && !event.isDrill && (await hold(event, severity, until, options));
      return await (isHeld ? this.#tellWaiting(severity, options, event) : this.#tellAtOnce(channels, change, options));
    } catch (error) {
      if (error instanceof StoreUnavailable) return this.#tellUntracked(channels, change, options, error);
      const failures = channels.map(({ name: channel }) => ({ channel, error }));
      logFailures([event], failures, this.#options.log);
      return { ...NOTHING_TOLD, failures };
    }
  }

  /** Where nobody can know who waits, nobody is waited for. */
  #tellUntracked(
    channels: readonly Channel[],
    { event, wording }: Change,
    options: TellOptions,
    error: Error,
  ): Promise<Outcome> {
    options.log?.warning("told without waiting for others", { ...named([event]), error });
    return tellEach(channels, [event], this.#options, (channel) => tellUntracked(channel, event, wording, options));
  }

  /** What an earlier run for the same change was refused: this one is its repetition, or its dead letter moved back. */
  async #tellPutDown(channels: readonly Channel[], event: AlarmEvent, options: TellOptions): Promise<Outcome> {
    const waiting = event.state === "ALARM" ? await putDownTo(event, options) : [];
    if (waiting.length === 0) return NOTHING_TOLD;
    const groups = inGroups(waiting.map(eventOf));
    const outcomes = await Promise.all(groups.map((events) => this.#tellGroup(channels, events, options)));
    const outcome = together(outcomes);
    if (outcome.failures.length === 0) await forgetPutDown(event, options);
    return outcome;
  }

  /** For a change that waits, or, without one, only what is overdue. */
  async #tellWaiting(severity: Severity, options: TellOptions, own?: AlarmEvent): Promise<Outcome> {
    const channels = this.#options.channels.filter((one) => canGroup(one) && one.severities.includes(severity));
    const outcomes: Outcome[] = [];
    const tellGroup = async (events: readonly AlarmEvent[]): Promise<void> => {
      const outcome = await this.#tellGroup(channels, events, options);
      outcomes.push(outcome);
      if (outcome.failures.length > 0) throw decisive(outcome.failures.map(({ error }) => error));
    };
    try {
      await tellWaiting(severity, tellGroup, options, own && ((refused) => putDown(own, refused, options)));
    } catch (error) {
      // What failed in a channel is among the outcomes; and what was told need not be told again.
      const isTold = outcomes.some(({ begun }) => begun.some(({ event }) => isSame(event, own)));
      if (!isTold && outcomes.every(({ failures }) => failures.length === 0)) throw error;
    }
    return together(outcomes);
  }

  async #tellGroup(
    channels: readonly Channel[],
    events: readonly AlarmEvent[],
    options: TellOptions,
  ): Promise<Outcome> {
    const source = shared(this.#options.context);
    const all = events.map((event) => ({ event, wording: this.#wording(event, source) }));
    const outcome = await tellEach(channels, events, this.#options, (channel) =>
      // Groups are told side by side, and an alarm may be in two of them.
      tellTogether(channel, all, { ...options, owner: randomUUID() }),
    );
    const alarms = events.map(({ name }) => name);
    return { ...outcome, failures: outcome.failures.map(({ channel, error }) => ({ channel, error, alarms })) };
  }

  /** A drill that was not measured counts as one that failed; the page itself was told, and is not told again for it. */
  async #drilled(event: AlarmEvent, told: readonly string[]): Promise<void> {
    const { drilled, clock, log } = this.#options;
    const begun = drillBegun(event);
    if (drilled === undefined || begun === undefined || !told.includes("alarm")) return;
    try {
      await drilled(begun, clock.now());
    } catch (error) {
      log.error("a drill could not be measured", { ...named([event]), error });
    }
  }

  /** Context is asked for once, by whoever first has something to tell. */
  #wording(event: AlarmEvent, source: ContextSource): Wording {
    const { surroundings, clock } = this.#options;
    const rule = this.#rules.get(event.rule ?? "");
    let asked: Promise<Context> | undefined;
    return async (kind, incident, isFirst = false) => {
      asked ??= gatherContext(source, event, clock.now());
      const context = await asked;
      return messageOf({ kind, isFirst, event, incident, rule, context, now: new Date(clock.now()) }, surroundings);
    };
  }
}

const isSame = (one: AlarmEvent, other: AlarmEvent | undefined): boolean =>
  one.identity === other?.identity && one.at.getTime() === other.at.getTime();

import { ConfigError } from "../errors";
import { nameIn } from "../arn";
import { isTrue } from "./composite-rule";
import { inOrder, named } from "./composite-order";
import type { Alarm, CompositeAlarm, MetricAlarm, MetricKey, MuteRule } from "./definition";
import { type Cutting, MetricEvaluation, RANGE_BEYOND } from "./metric-evaluation";
import { Muting } from "./muting";
import { compositeReason } from "./reason";
import { SeriesStore } from "./series-store";
import type { State } from "./state";
import { Suppression } from "./suppression";
import { FINEST_TICK_SEC, tickOf } from "./ticks";
import type { Notice, Transition } from "./transition";
import { WarmUp } from "./warm-up";

export type { Notice, Transition } from "./transition";

export interface EngineOptions extends Partial<Cutting> {
  /** Epoch seconds at which the alarms come into being. */
  readonly start: number;
  /** Seconds past the full minute (10 s at high resolution) at which alarms are evaluated; CloudWatch does not say. */
  readonly tickOffset?: number;
  /** Holds what was published before the alarms came into being. */
  readonly store?: SeriesStore;
  /** Hold back the actions of alarms, and nothing else. */
  readonly muteRules?: readonly MuteRule[];
}

/** Judges alarms over published data, tick by tick, with CloudWatch's verdicts; its clock is what it is told. */
export class AlarmEngine {
  readonly transitions: Transition[] = [];
  readonly notices: Notice[] = [];
  readonly #store: SeriesStore;
  readonly #metrics: readonly Watched[];
  readonly #composites: readonly Composed[];
  readonly #states = new Map<string, State>();
  readonly #lastChange = new Map<string, Transition>();
  readonly #muting: Muting;
  readonly #alarms: ReadonlyMap<string, Alarm>;
  readonly #offset: number;
  #next: number;

  /** Throws ConfigError for two alarms of one name and for composites over alarms that are not given. */
  constructor(
    alarms: readonly Alarm[],
    { start, tickOffset = 0, store = new SeriesStore(), muteRules = [], ...cutting }: EngineOptions,
  ) {
    this.#store = store;
    this.#muting = new Muting(muteRules);
    for (const { name } of alarms) this.#states.set(name, "INSUFFICIENT_DATA");
    this.#alarms = new Map(alarms.map((alarm) => [alarm.name, alarm]));
    if (this.#alarms.size < alarms.length) throw new ConfigError("two alarms have one name");
    this.#offset = tickOffset;
    this.#metrics = alarms
      .filter((alarm) => alarm.kind === "metric")
      .map((alarm) => ({
        alarm,
        tick: tickOf(alarm),
        evaluation: new MetricEvaluation(alarm, this.#store, {
          rangeBeyond: RANGE_BEYOND,
          areShortPeriodsAligned: false,
          ...cutting,
        }),
        warmUp: new WarmUp(alarm, start),
      }));
    this.#composites = this.#composed(alarms.filter((alarm) => alarm.kind === "composite"));
    this.#next = Math.ceil((start - tickOffset) / FINEST_TICK_SEC) * FINEST_TICK_SEC + tickOffset;
  }

  stateOf(alarm: string): State | undefined {
    return this.#states.get(alarm);
  }

  /** A published datum; CloudWatch can see it from `arrival` on. */
  publish(metric: MetricKey, time: number, value: number, arrival = time): void {
    this.#store.add(metric, time, value, arrival);
  }

  /** Forgets data from before a time that no alarm looks back to any more. */
  forget(before: number): void {
    this.#store.prune(before);
  }

  /** Evaluates on every tick up to and with `now`. */
  advance(now: number): void {
    for (; this.#next <= now; this.#next += FINEST_TICK_SEC) this.#tick(this.#next);
  }

  /** A composite is looked at as often as the alarms that it is made of. */
  #composed(composites: readonly CompositeAlarm[]): Composed[] {
    const ticks = new Map(this.#metrics.map(({ alarm, tick }) => [alarm.name, tick]));
    return inOrder(composites).map((alarm) => {
      const unknown = named(alarm).find((child) => !this.#states.has(child));
      if (unknown !== undefined) throw new ConfigError(`alarm ${alarm.name} speaks of ${unknown}, which is not given`);
      const tick = Math.min(60, ...named(alarm).map((child) => ticks.get(child) ?? 60));
      ticks.set(alarm.name, tick);
      return { alarm, tick, suppression: alarm.suppressor && new Suppression(alarm.suppressor, "INSUFFICIENT_DATA") };
    });
  }

  #tick(now: number): void {
    this.#unmute(now);
    const mark = now - this.#offset;
    for (const watched of this.#metrics) {
      if (mark % watched.tick === 0) this.#evaluate(watched, now);
    }
    for (const composed of this.#composites) {
      this.#actIfDue(composed, now);
      if (mark % composed.tick === 0) this.#compose(composed, now);
    }
  }

  #evaluate({ alarm, evaluation, warmUp }: Watched, now: number): void {
    const before = this.#state(alarm.name);
    const found = evaluation.at(now, before);
    if (!warmUp.isOver(now, found.hasNewest, evaluation) || found.state === before) return;
    this.#enter({ t: now, alarm: alarm.name, from: before, to: found.state, reason: found.reason });
    this.#act(alarm, found.state, now);
  }

  #compose(composed: Composed, now: number): void {
    const { alarm, suppression } = composed;
    const before = this.#state(alarm.name);
    const to: State = isTrue(alarm.rule, (child) => this.#state(nameIn(child))) ? "ALARM" : "OK";
    if (alarm.suppressor) suppression?.suppressorIs(this.#state(alarm.suppressor.name), now);
    if (to === before) return;
    suppression?.changed(now);
    const suppressedBy = suppression?.suppressedBy;
    const reason = this.#compositeReason(alarm, to);
    this.#enter({ t: now, alarm: alarm.name, from: before, to, reason, ...(suppressedBy ? { suppressedBy } : {}) });
    if (suppression === undefined) this.#act(alarm, to, now);
    // A wait of 0 s is over at once.
    else this.#actIfDue(composed, now);
  }

  #actIfDue({ alarm, suppression }: Composed, now: number): void {
    const at = suppression?.due(now);
    if (at !== undefined) this.#act(alarm, this.#state(alarm.name), at);
  }

  #state(alarm: string): State {
    return this.#states.get(alarm) ?? "INSUFFICIENT_DATA";
  }

  #enter(change: Transition): void {
    const mute = this.#muting.at(change.alarm, change.t);
    const transition = mute === undefined ? change : { ...change, mutedBy: mute.by, mutedUntil: mute.until };
    this.#states.set(change.alarm, change.to);
    this.#lastChange.set(change.alarm, transition);
    this.transitions.push(transition);
  }

  #act({ name, actions }: Alarm, state: State, t: number): void {
    if (!actions.isEnabled || actions[state].length === 0 || this.#muting.holds(name, state, t)) return;
    this.notices.push({ t, alarm: name, state, actions: actions[state] });
  }

  /** Takes the actions that were muted until now, of alarms that still are in the state; before anything is judged anew. */
  #unmute(now: number): void {
    for (const { alarm: name, state, t } of this.#muting.ended(now)) {
      const alarm = this.#alarms.get(name);
      if (alarm === undefined || this.#state(name) !== state) continue;
      const suppression = this.#composites.find((one) => one.alarm === alarm)?.suppression;
      if (suppression?.suppressedBy === undefined) this.#act(alarm, state, t);
      else suppression.owes();
    }
  }

  /** The last change among the children is what CloudWatch names; of a new composite none may have changed yet. */
  #compositeReason({ children }: CompositeAlarm, to: State): string {
    const changes = children.flatMap((child) => this.#lastChange.get(child) ?? []);
    const last = changes.toSorted((a, b) => a.t - b.t).at(-1);
    if (last === undefined) return `Alarm rule evaluated to ${to}`;
    return compositeReason(this.#alarms.get(last.alarm)?.arn ?? last.alarm, last.to, last.t);
  }
}

interface Watched {
  readonly alarm: MetricAlarm;
  readonly tick: number;
  readonly evaluation: MetricEvaluation;
  readonly warmUp: WarmUp;
}

interface Composed {
  readonly alarm: CompositeAlarm;
  readonly tick: number;
  readonly suppression: Suppression | undefined;
}

import { setTimeout as delay } from "node:timers/promises";
import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { PublishCommand } from "@aws-sdk/client-sns";

import type { MetricKey } from "../../lib/alarm-engine/definition";
import { AlarmEngine, type Notice, type Transition } from "../../lib/alarm-engine/engine";
import type { State } from "../../lib/alarm-engine/state";
import { alarmMessage } from "../../local/notify/alarm-message";
import type { Clients } from "./clients";
import { type Asked, datapointsOf } from "./datapoints";
import { REGION } from "./emulator";
import { judged, type Translated } from "./translation";

export interface DriverOptions {
  readonly clients: Clients;
  /** Every alarm that is judged, by name: those that are deployed as they are described, the others as translated. */
  readonly alarms: ReadonlyMap<string, Translated>;
  /** Those that are deployed. */
  readonly deployed: ReadonlySet<string>;
}

/** A change of state that was put back. Epoch milliseconds, but for `t`. */
export interface Verdict {
  /** The engine's tick, epoch seconds. */
  readonly t: number;
  readonly alarm: string;
  readonly to: State;
  readonly reason: string;
  readonly putAt: number;
  /** By SetAlarmState, or by publishing what CloudWatch would have published for an alarm that is not there. */
  readonly by: "SetAlarmState" | "Publish";
}

const EVERY_MS = 1000;
/** What the account takes later than this after its time is not looked at: no alarm would. */
const LOOKED_BACK_SEC = 180;

/** Judges the alarms of an account by the engine, on the account's datapoints and in real time, and says so there. */
export class Driver {
  readonly verdicts: Verdict[] = [];
  /** When each datum was first seen, epoch milliseconds, by metric and time. */
  readonly #seen = new Map<string, number>();
  /** The last change of each: its action may come later, where a suppressor makes it wait. */
  readonly #last = new Map<string, Transition>();
  readonly #options: DriverOptions;
  readonly #engine: AlarmEngine;
  readonly #asked: readonly Asked[];
  readonly #end = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(options: DriverOptions) {
    this.#options = options;
    const alarms = Array.from(options.alarms.values(), judged);
    this.#engine = new AlarmEngine(alarms, { start: Date.now() / 1000 });
    const queries = alarms.flatMap((alarm) => (alarm.kind === "metric" ? alarm.queries : []));
    const asked = queries.flatMap((query) => (query.kind === "metric" ? [query] : []));
    this.#asked = [...new Map(asked.map((one) => [identity(one.metric), one])).values()];
  }

  start(): void {
    this.#work = this.#run();
    // Told by `stop`, or by whoever waits for a verdict in vain.
    this.#work.catch(() => undefined);
  }

  /** Throws what went wrong meanwhile. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#work;
  }

  /** When the account showed a datum first, epoch milliseconds; `t` is epoch seconds. */
  seenAt(metric: MetricKey, t: number): number | undefined {
    return this.#seen.get(`${identity(metric)}@${t}`);
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#turn();
      await delay(EVERY_MS, undefined, { signal: this.#end.signal }).catch(() => undefined);
    }
  }

  async #turn(): Promise<void> {
    const { cloudwatch } = this.#options.clients;
    const now = Date.now() / 1000;
    const found = await datapointsOf(cloudwatch, this.#asked, now - LOOKED_BACK_SEC, now + 1);
    const arrival = Date.now() / 1000;
    for (const [place, { metric }] of this.#asked.entries()) {
      for (const { t, value } of found[place] ?? []) this.#take(metric, t, value, arrival);
    }
    this.#engine.advance(arrival);
    const transitions = this.#engine.transitions.splice(0);
    const notices = this.#engine.notices.splice(0);
    for (const transition of transitions) await this.#put(transition);
    for (const notice of notices) await this.#actFor(notice);
  }

  #take(metric: MetricKey, t: number, value: number, arrival: number): void {
    const key = `${identity(metric)}@${t}`;
    if (this.#seen.has(key)) return;
    this.#seen.set(key, arrival * 1000);
    this.#engine.publish(metric, t, value, arrival);
  }

  async #put(transition: Transition): Promise<void> {
    const { clients, deployed } = this.#options;
    const { t, alarm, to, reason } = transition;
    this.#last.set(alarm, transition);
    if (!deployed.has(alarm)) return;
    const putAt = Date.now();
    await clients.cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue: to, StateReason: reason }));
    this.verdicts.push({ t, alarm, to, reason, putAt, by: "SetAlarmState" });
  }

  /** What would act is not there: it is said in its place, in the words that CloudWatch documents. */
  async #actFor({ t, alarm, state, actions }: Notice): Promise<void> {
    const { clients, deployed, alarms } = this.#options;
    const properties = alarms.get(alarm);
    const last = this.#last.get(alarm);
    if (deployed.has(alarm) || properties === undefined || last === undefined) return;
    const change = { properties, region: REGION, from: last.from, to: state, at: last.t, reason: last.reason };
    const [putAt, Message] = [Date.now(), JSON.stringify(alarmMessage(change))];
    for (const TopicArn of actions) await clients.sns.send(new PublishCommand({ TopicArn, Message }));
    this.verdicts.push({ t, alarm, to: state, reason: last.reason, putAt, by: "Publish" });
  }
}

const identity = ({ namespace, name, dimensions }: MetricKey): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

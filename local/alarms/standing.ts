import type { Notice, Transition } from "../../lib/alarm-engine/engine";
import type { ChildAlarm, FiringAlarm } from "../../lib/notify/context";
import { valuesIn } from "../../lib/notify/trigger";
import { suppressionOf } from "../../lib/rules/inhibition";
import { alarmName } from "../../lib/rules/names";
import type { KnownRule } from "./known-rules";

/** How the alarms stand now: what each did last, and which of them are kept from acting. */
export class Standing {
  readonly #rules: ReadonlyMap<string, KnownRule>;
  readonly #environment: string;
  readonly #last = new Map<string, Transition>();
  readonly #held = new Set<string>();

  constructor(rules: ReadonlyMap<string, KnownRule>, environment: string) {
    this.#rules = rules;
    this.#environment = environment;
  }

  entered(transition: Transition): void {
    this.#last.set(transition.alarm, transition);
    if (transition.suppressedBy === undefined) this.#held.delete(transition.alarm);
    else this.#held.add(transition.alarm);
  }

  acted({ alarm }: Notice): void {
    this.#held.delete(alarm);
  }

  last(alarm: string): Transition | undefined {
    return this.#last.get(alarm);
  }

  /** The acting alarms in ALARM, each with who keeps it quiet. */
  firing(): FiringAlarm[] {
    return [...this.#rules.values()].flatMap(({ alarm, rule }) => {
      const last = this.#last.get(alarm);
      if (last?.to !== "ALARM") return [];
      const by = suppressionOf(rule)?.by.name;
      const suppressor = by && alarmName(this.#environment, by);
      const isInhibited = suppressor !== undefined && this.#held.has(alarm) && this.#isFiring(suppressor);
      return [{ name: alarm, since: new Date(last.t * 1000), ...(isInhibited ? { inhibitedBy: suppressor } : {}) }];
    });
  }

  /** What an alarm under a composite one found when it changed last. */
  child(name: string): ChildAlarm | undefined {
    const all = [...this.#rules.values()].flatMap(({ alarms }) => alarms);
    const properties = all.find((one) => one.properties.AlarmName === name)?.properties;
    if (properties === undefined || !("Threshold" in properties)) return undefined;
    const { MetricName, Metrics, Threshold: threshold, ComparisonOperator: comparison } = properties;
    const metric = MetricName ?? Metrics?.flatMap((query) => ("Label" in query ? query.Label : []))[0];
    const values = valuesIn(this.#last.get(name)?.reason ?? "");
    return { name, ...(metric === undefined ? {} : { metric }), threshold, comparison, values };
  }

  #isFiring(alarm: string): boolean {
    return this.#last.get(alarm)?.to === "ALARM";
  }
}

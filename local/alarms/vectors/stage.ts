import type { Alarm, MetricKey } from "../../../lib/alarm-engine/definition";
import { alarmsOf } from "../../../lib/alarm-engine/template";
import type { ValidatedEnvironment } from "../../../lib/environment";
import { isAws, metricsOf } from "../../../lib/rules/condition";
import type { Rule } from "../../../lib/rules/rule";
import { type KnownRule, knownRules, templateOf } from "../known-rules";
import { isOurs, metricText } from "./metric-names";

/** One rule's alarms as the engine reads them, under names without the environment. */
export interface Judged {
  /** The alarm that acts, or is shown: `QuantumFaultSeen`, `CollectorFailing-faults`. */
  readonly name: string;
  readonly rule: Rule;
  /** With the one under it, where it is a composite. */
  readonly alarms: readonly Alarm[];
}

/** All that vectors are run on: an environment and its alarms. */
export interface Stage {
  readonly environment: ValidatedEnvironment;
  readonly judged: readonly Judged[];
}

/** The alarms of an environment, of rules as they are deployed or of others. */
export function stageOf(
  environment: ValidatedEnvironment,
  known: readonly KnownRule[] = knownRules(environment),
): Stage {
  const judged = known.map(({ alarm, rule, alarms }) => ({
    name: shortName(environment, alarm),
    rule,
    alarms: alarmsOf(templateOf(alarms)),
  }));
  return { environment, judged };
}

/** An alarm's name without its environment's. */
export function shortName({ name }: Pick<ValidatedEnvironment, "name">, alarm: string): string {
  return alarm.slice(name.length + 1);
}

/** A rule's alarms by their names without the environment's; the one on its condition is the first. */
export const namesOf = ({ name, alarms }: Judged): string[] =>
  alarms.map((one) => one.name.slice(one.name.lastIndexOf(name)));

/** The same alarms, and those that they look at to keep quiet. */
export function withInhibitors(all: readonly Judged[], chosen: readonly Judged[]): readonly Judged[] {
  const by = new Set(chosen.flatMap(({ rule }) => (rule.inhibitedBy ?? []).map((one) => one.by.name)));
  const wider = all.filter((one) => chosen.includes(one) || by.has(one.rule.name));
  return wider.length === chosen.length ? wider : withInhibitors(all, wider);
}

/** What alarms read, by what vectors call it: one metric, or those that differ in AWS's dimension only. */
export function metricsByText(judged: readonly Judged[]): ReadonlyMap<string, readonly MetricKey[]> {
  const found = new Map<string, Map<string, MetricKey>>();
  for (const key of judged.flatMap(({ alarms }) => alarms.flatMap(metricsOfAlarm))) {
    const text = metricText(key);
    const same = found.get(text) ?? new Map<string, MetricKey>();
    found.set(text, same.set(JSON.stringify(key.dimensions), key));
  }
  return new Map([...found].map(([text, keys]) => [text, [...keys.values()]]));
}

/** The metrics that an alarm reads by itself. */
export function metricsOfAlarm(alarm: Alarm): readonly MetricKey[] {
  if (alarm.kind === "composite") return [];
  return alarm.queries.flatMap((query) => (query.kind === "metric" ? [query.metric] : []));
}

/** Seconds between two samples of a metric, and from a sample's time until alarms see it. */
export interface Pace {
  readonly interval: number;
  readonly arrival: number;
}

/** AWS publishes a datum a minute. */
const AWS_INTERVAL_SEC = 60;

/** How a metric's samples come: ours at a pace that is handed in, those of AWS as the rules expect them to. */
export function paceOf(metric: MetricKey, judged: readonly Judged[], ours: Pace): Pace {
  if (isOurs(metric)) return ours;
  const aws = judged.flatMap(({ rule }) => metricsOf(rule.condition).filter(isAws));
  const arrivals = aws
    .filter(({ namespace, name }) => namespace === metric.namespace && name === metric.name)
    .map(({ arrivalSec }) => arrivalSec);
  return { interval: AWS_INTERVAL_SEC, arrival: Math.max(0, ...arrivals) };
}

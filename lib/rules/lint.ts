import type { ValidatedEnvironment } from "../environment";
import { ConfigError } from "../errors";
import type { Alarm, AlarmProperties, MetricQuery } from "./alarm";
import type { NamedMetric } from "./condition";
import { publishedUnder } from "./published";
import { heartbeatOf, publishersOf } from "./publishers";

/** PutMetricAlarm and PutCompositeAlarm take names up to this many characters. */
const MAX_NAME_LENGTH = 255;
/** And descriptions up to this many. */
const MAX_DESCRIPTION_LENGTH = 1024;
/** Actions a state (PutMetricAlarm). */
const MAX_ACTIONS = 5;
/** Metrics in one alarm's math, and queries in all (PutMetricAlarm). */
export const MAX_METRICS = 10;
const MAX_QUERIES = 20;
/** Alarms that one composite alarm may be about. */
const MAX_CHILDREN = 100;

/** What the alarms of an environment are held against. */
export interface LintSetting {
  readonly environment: ValidatedEnvironment;
  readonly alarmArn: (name: string) => string;
}

/** Throws ConfigError with a sentence for each alarm that could not be made, or would keep quiet when it must not. */
export function lintAlarms(alarms: readonly Alarm[], setting: LintSetting): void {
  const sentences = [
    ...alarms.flatMap((alarm) => broken(alarm, setting).map((what) => `${alarm.properties.AlarmName}: ${what}`)),
    ...withoutHeartbeat(alarms, setting.environment),
    ...circles(alarms),
    ...doubles(alarms),
  ];
  if (sentences.length > 0) throw new ConfigError(sentences.join("; "));
}

const unless = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);

function broken(alarm: Alarm, { environment, alarmArn }: LintSetting): string[] {
  const { AlarmName, AlarmDescription, AlarmActions, OKActions } = alarm.properties;
  const own = alarmArn(AlarmName);
  const { length } = AlarmDescription;
  return [
    ...unless(AlarmName.length <= MAX_NAME_LENGTH, `a name has at most ${MAX_NAME_LENGTH} characters`),
    ...unless(
      length <= MAX_DESCRIPTION_LENGTH,
      `the description has ${length} of at most ${MAX_DESCRIPTION_LENGTH} characters`,
    ),
    ...unless(Math.max(AlarmActions.length, OKActions.length) <= MAX_ACTIONS, `takes more than ${MAX_ACTIONS} actions`),
    ...unless(AlarmActions.length === 0 || OKActions.length > 0, "tells of its beginning, but has no OK action"),
    ...unless(![...AlarmActions, ...OKActions].includes(own), "has itself for an action"),
    ...(alarm.type === "AWS::CloudWatch::Alarm"
      ? brokenMetric(alarm.properties, environment)
      : unless(alarm.refersTo.length <= MAX_CHILDREN, `is about more than ${MAX_CHILDREN} alarms`)),
  ];
}

function brokenMetric(properties: AlarmProperties, environment: ValidatedEnvironment): string[] {
  const { Metrics = [], Period } = properties;
  const metrics = Metrics.flatMap((query) => ("MetricStat" in query ? [query.MetricStat] : []));
  const periods = Period === undefined ? metrics.map((one) => one.Period) : [Period];
  return [
    ...unless(metrics.length <= MAX_METRICS, `reads more than ${MAX_METRICS} metrics`),
    ...unless(Metrics.length <= MAX_QUERIES, `has more than ${MAX_QUERIES} queries`),
    ...unless(new Set(periods).size === 1, "has not one period, and the same for all its metrics"),
    ...periods.slice(0, 1).flatMap((period) => brokenPeriod(period, slowest(properties, environment))),
  ];
}

/** Seconds between two samples of what comes least often among an alarm's metrics. */
function slowest(properties: AlarmProperties, { sampleIntervalSec, harvest }: ValidatedEnvironment): number {
  const isHarvest = metricsOf(properties).some(({ MetricName }) => publishedUnder(MetricName) === "harvest");
  return isHarvest ? (harvest.intervalSec ?? sampleIntervalSec) : sampleIntervalSec;
}

function brokenPeriod(period: number, sampleIntervalSec: number): string[] {
  const isTaken = [10, 20, 30].includes(period) || period % 60 === 0;
  return [
    ...unless(isTaken, `has a period of ${period} s, which CloudWatch does not take`),
    // With marks at multiples of the interval a period is never empty only if it is as long as that or longer.
    ...unless(
      period >= sampleIntervalSec,
      `has a period of ${period} s, and with a sample every ${sampleIntervalSec} s some would be empty`,
    ),
  ];
}

/** Whoever publishes what an alarm reads has to be missed by an alarm that fires and acts, or both would be quiet. */
function withoutHeartbeat(alarms: readonly Alarm[], environment: ValidatedEnvironment): string[] {
  const plain = alarms.flatMap((alarm) => (alarm.type === "AWS::CloudWatch::Alarm" ? [alarm.properties] : []));
  const heartbeats = plain.filter((one) => one.TreatMissingData === "breaching" && one.AlarmActions.length > 0);
  const missed = heartbeats.flatMap(metricsOf);
  const isMissed = (heartbeat: NamedMetric): boolean => missed.some((one) => identity(one) === identity(heartbeat));
  const isWatched = (metric: NamedMetric): boolean => {
    const functions = publishersOf(metric, environment);
    if (functions === undefined) return missed.some((one) => sourceOf(one) === sourceOf(metric));
    return functions.every((one) => isMissed(heartbeatOf(one, environment.name)));
  };
  return plain
    .filter(({ TreatMissingData }) => TreatMissingData === "ignore")
    .flatMap((one) =>
      metricsOf(one)
        .filter((metric) => !isWatched(metric))
        .map(({ MetricName }) => `${one.AlarmName}: keeps its state without ${MetricName}, and no alarm would miss it`),
    );
}

const identity = ({ Namespace, MetricName, Dimensions }: NamedMetric): string =>
  JSON.stringify([Namespace, MetricName, Dimensions]);

/** What AWS says of one resource comes and falls silent together. */
const sourceOf = ({ Namespace, Dimensions }: NamedMetric): string => `${Namespace} ${Dimensions[0]?.Value ?? ""}`;

function metricsOf({ Namespace, MetricName, Dimensions, Metrics = [] }: AlarmProperties): NamedMetric[] {
  const own =
    Namespace !== undefined && MetricName !== undefined
      ? [{ Namespace, MetricName, Dimensions: Dimensions ?? [] }]
      : [];
  return [...own, ...Metrics.flatMap((query: MetricQuery) => ("MetricStat" in query ? [query.MetricStat.Metric] : []))];
}

/** CloudWatch would stop evaluating alarms that are about one another, and could not delete them. */
function circles(alarms: readonly Alarm[]): string[] {
  const below = new Map(alarms.map(({ properties, refersTo }) => [properties.AlarmName, refersTo]));
  const isInCircle = (name: string): boolean => {
    const seen = new Set<string>();
    const next = [...(below.get(name) ?? [])];
    for (let one = next.pop(); one !== undefined; one = next.pop()) {
      if (one === name) return true;
      if (!seen.has(one)) next.push(...(below.get(one) ?? []));
      seen.add(one);
    }
    return false;
  };
  const missing = alarms.flatMap(({ properties, refersTo }) =>
    refersTo
      .filter((name) => !below.has(name))
      .map((name) => `${properties.AlarmName}: is about ${name}, which is not there`),
  );
  const round = Array.from(below.keys(), (name) => unless(!isInCircle(name), `${name}: is about itself in the end`));
  return [...missing, ...round.flat()];
}

function doubles(alarms: readonly Alarm[]): string[] {
  const names = alarms.map(({ properties }) => properties.AlarmName);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${name}: two alarms have this name`);
}

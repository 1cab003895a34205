import type { Alarm as JudgedAlarm, MetricKey } from "../../lib/alarm-engine/definition";
import { AlarmEngine, type Notice, type Transition } from "../../lib/alarm-engine/engine";
import { alarmsOf as readTemplate } from "../../lib/alarm-engine/template";
import type { ValidatedEnvironment } from "../../lib/environment";
import { alarmsOf } from "../../lib/rules/alarms";
import { isAws, namedMetric, type Series } from "../../lib/rules/condition";
import { heldAfterFlag, isComposed, suppressionOf } from "../../lib/rules/inhibition";
import { alarmName, conditionName, flagName } from "../../lib/rules/names";
import type { Rule } from "../../lib/rules/rule";
import { ruleIn } from "../../lib/rules/rule-in";
import { templateOf } from "../../local/alarms/known-rules";
import type { Random } from "./random";
import { feedOf, publishedAt } from "./seen";
import { ON_TIME, type Story } from "./story";
import { labelsToldOf, seriesRead } from "./subject";
import type { Interval } from "./track";

/** A rule's alarms with those of the rules that may keep it quiet, from the properties that are deployed. */
export interface Deployed {
  readonly alarms: readonly JudgedAlarm[];
  /** The alarm that acts. */
  readonly acting: string;
  /** The alarm on the condition: the same, or the one under the composite. */
  readonly inner: string;
  readonly suppressor: string | undefined;
  /** The alarm that holds the rule back after a flag. */
  readonly flag: string | undefined;
  /** The alarm of each rule that may keep it quiet. */
  readonly others: readonly string[];
  readonly series: readonly { readonly series: Series; readonly key: MetricKey }[];
}

/** What became of a story in CloudWatch; times are seconds since the story's beginning. */
export interface Judged {
  readonly inner: readonly Interval[];
  readonly suppressor: readonly Interval[];
  readonly flag: readonly Interval[];
  readonly others: readonly (readonly Interval[])[];
  /** When the acting alarm told of ALARM. */
  readonly pages: readonly number[];
  readonly transitions: readonly Transition[];
  readonly notices: readonly Notice[];
}

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const arn = (name: string): string => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`;

/** A story begins with a whole hour, as an epoch time. */
const BEGINNING = Date.UTC(2026, 0, 5) / 1000;
/** Ordinary arrivals, seconds after the mark; the latest is what latencies are computed with. */
const ARRIVES_WITHIN_SEC = 10;
const ARRIVES_AFTER_SEC = 2;

/** The alarms of a rule about one of what it is split by. */
export function deployedOf(
  declared: Rule,
  environment: ValidatedEnvironment,
  label = labelsToldOf(declared, environment)[0],
): Deployed {
  const { name } = environment;
  const inhibitors = (declared.inhibitedBy ?? []).map(({ by }) => by);
  const all = [...inhibitors, declared].map((one) => onlyOf(one, label));
  const rule = ruleIn(declared, environment, label);
  const suppression = suppressionOf(rule);
  const acting = alarmName(name, rule.name, label);
  const nameOf = (by: Rule): string => alarmName(name, by.name, by.perLabel ? label : undefined);
  return {
    alarms: readTemplate(templateOf(alarmsOf(all, environment, TOPICS, arn))),
    acting,
    inner: isComposed(rule) ? conditionName(name, rule.name, label) : acting,
    suppressor: suppression && nameOf(suppression.by),
    flag: heldAfterFlag(rule) && flagName(name, rule.name, label),
    others: inhibitors.map(nameOf),
    series: seriesRead([rule, ...(rule.inhibitedBy ?? []).map(({ by }) => by)].map(({ condition }) => condition)).map(
      (series) => ({ series, key: keyOf(series, name) }),
    ),
  };
}

function onlyOf(rule: Rule, label: string | undefined): Rule {
  if (rule.perLabel === undefined || label === undefined) return rule;
  if (rule.overall?.label === label) return { ...rule, perLabel: () => [] };
  const { overall: _, ...split } = rule;
  return { ...split, perLabel: () => [label] };
}

function keyOf({ metric, labels }: Series, environment: string): MetricKey {
  const { Namespace, MetricName, Dimensions } = namedMetric(metric, labels, environment);
  return {
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}

/** Runs a story through the alarms. */
export function judged(
  { alarms, series, acting, inner, suppressor, flag, others }: Deployed,
  story: Story,
  random: Random,
): Judged {
  const { lengthSec, tickOffset } = story;
  const engine = new AlarmEngine(alarms, { start: BEGINNING, tickOffset });
  const travelOf = travel(random);
  for (const one of series) publish(engine, one.series, one.key, story, travelOf);
  engine.advance(BEGINNING + lengthSec);
  const transitions = engine.transitions.map((one) => Object.assign({}, one, { t: one.t - BEGINNING }));
  const notices = engine.notices.map((one) => Object.assign({}, one, { t: one.t - BEGINNING }));
  return {
    inner: inAlarm(transitions, inner),
    suppressor: suppressor === undefined ? [] : inAlarm(transitions, suppressor),
    flag: flag === undefined ? [] : inAlarm(transitions, flag),
    others: others.map((name) => inAlarm(transitions, name)),
    pages: notices.filter(({ alarm, state }) => alarm === acting && state === "ALARM").map(({ t }) => t),
    transitions,
    notices,
  };
}

/** Seconds from a mark until what is published then has arrived. */
type Travel = (metric: Series["metric"], mark: number) => number;

/** What one sample publishes is one line of a log: all of it arrives at once. */
function travel(random: Random): Travel {
  const byMark = new Map<number, number>();
  return (metric, mark) => {
    if (isAws(metric)) return random.between(metric.arrivalSec / 2, metric.arrivalSec);
    const travelSec = byMark.get(mark) ?? random.between(ARRIVES_AFTER_SEC, ARRIVES_WITHIN_SEC);
    byMark.set(mark, travelSec);
    return travelSec;
  };
}

function publish(engine: AlarmEngine, series: Series, key: MetricKey, story: Story, travelOf: Travel): void {
  const { everySec, readAfterSec, isOurs } = feedOf(series.metric);
  for (let stamp = 0; stamp <= story.lengthSec; stamp += everySec) {
    const value = publishedAt(story, series, stamp);
    if (value === undefined) continue;
    const mark = stamp + readAfterSec;
    const { lateSec, againSec } = isOurs ? (story.deliveries.get(mark) ?? ON_TIME) : ON_TIME;
    const arrival = mark + travelOf(series.metric, mark) + lateSec;
    engine.publish(key, BEGINNING + stamp, value, BEGINNING + arrival);
    if (againSec !== undefined) engine.publish(key, BEGINNING + stamp, value, BEGINNING + arrival + againSec);
  }
}

/** When an alarm was in ALARM; open ends last for ever. */
function inAlarm(transitions: readonly Transition[], name: string): Interval[] {
  const own = transitions.filter(({ alarm }) => alarm === name);
  return own.flatMap(({ t, to }, place) => (to === "ALARM" ? [{ from: t, to: own[place + 1]?.t ?? Infinity }] : []));
}

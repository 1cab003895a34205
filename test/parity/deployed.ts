import type { Alarm as JudgedAlarm, MetricKey } from "../../lib/alarm-engine/definition";
import { AlarmEngine, type Notice, type Transition } from "../../lib/alarm-engine/engine";
import { alarmsOf as readTemplate } from "../../lib/alarm-engine/template";
import type { ValidatedEnvironment } from "../../lib/environment";
import type { Metric } from "../../lib/metric";
import { alarmsOf } from "../../lib/rules/alarms";
import type { AwsMetric } from "../../lib/rules/aws-metric";
import { type Condition, isAws, namedMetric } from "../../lib/rules/condition";
import { heldAfterFlag, isComposed, suppressionOf } from "../../lib/rules/inhibition";
import { alarmName, conditionName, flagName } from "../../lib/rules/names";
import type { Rule } from "../../lib/rules/rule";
import { templateOf } from "../../local/alarms/known-rules";
import type { Random } from "./random";
import { feedOf, publishedAt } from "./seen";
import { ON_TIME, type Story } from "./story";
import { type Labels, seriesOf } from "./subject";
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
  readonly series: ReadonlyMap<Metric | AwsMetric, { readonly labels: Labels; readonly key: MetricKey }>;
}

/** What became of a story in CloudWatch; times are seconds since the story's beginning. */
export interface Judged {
  readonly inner: readonly Interval[];
  readonly suppressor: readonly Interval[];
  readonly flag: readonly Interval[];
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

/** The alarms of a rule; of one that is split, those of its first label. */
export function deployedOf(rule: Rule, environment: ValidatedEnvironment): Deployed {
  const label = rule.perLabel?.(environment)[0];
  const one: Rule = label === undefined ? rule : { ...rule, perLabel: () => [label] };
  const all = [...(rule.inhibitedBy ?? []).map(({ by }) => by), one];
  const suppression = suppressionOf(rule);
  const acting = alarmName(environment.name, rule.name, label);
  return {
    alarms: readTemplate(templateOf(alarmsOf(all, environment, TOPICS, arn))),
    acting,
    inner: isComposed(rule) ? conditionName(environment.name, rule.name, label) : acting,
    suppressor: suppression && alarmName(environment.name, suppression.by.name),
    flag: heldAfterFlag(rule) && flagName(environment.name, rule.name, label),
    series: keysOf(
      all.map(({ condition }) => condition),
      label,
      environment.name,
    ),
  };
}

function keysOf(conditions: readonly Condition[], label: string | undefined, environment: string): Deployed["series"] {
  return new Map(
    [...seriesOf(conditions, label ?? "")].map(([metric, labels]) => {
      const { Namespace, MetricName, Dimensions } = namedMetric(metric, labels, environment);
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
      return [metric, { labels, key: { namespace: Namespace, name: MetricName, dimensions } }];
    }),
  );
}

/** Runs a story through the alarms. */
export function judged(
  { alarms, series, acting, inner, suppressor, flag }: Deployed,
  story: Story,
  random: Random,
): Judged {
  const { lengthSec, tickOffset } = story;
  const engine = new AlarmEngine(alarms, { start: BEGINNING, tickOffset });
  for (const [metric, { key }] of series) publish(engine, metric, key, story, random);
  engine.advance(BEGINNING + lengthSec);
  const transitions = engine.transitions.map((one) => Object.assign({}, one, { t: one.t - BEGINNING }));
  const notices = engine.notices.map((one) => Object.assign({}, one, { t: one.t - BEGINNING }));
  return {
    inner: inAlarm(transitions, inner),
    suppressor: suppressor === undefined ? [] : inAlarm(transitions, suppressor),
    flag: flag === undefined ? [] : inAlarm(transitions, flag),
    pages: notices.filter(({ alarm, state }) => alarm === acting && state === "ALARM").map(({ t }) => t),
    transitions,
    notices,
  };
}

function publish(engine: AlarmEngine, metric: Metric | AwsMetric, key: MetricKey, story: Story, random: Random): void {
  const { everySec, readAfterSec, isOurs } = feedOf(metric);
  for (let stamp = 0; stamp <= story.lengthSec; stamp += everySec) {
    const value = publishedAt(story, metric, stamp);
    if (value === undefined) continue;
    const { lateSec, againSec } = isOurs ? (story.deliveries.get(stamp + readAfterSec) ?? ON_TIME) : ON_TIME;
    const within = isAws(metric) ? metric.arrivalSec : ARRIVES_WITHIN_SEC;
    const arrival = stamp + readAfterSec + random.between(isOurs ? ARRIVES_AFTER_SEC : within / 2, within) + lateSec;
    engine.publish(key, BEGINNING + stamp, value, BEGINNING + arrival);
    if (againSec !== undefined) engine.publish(key, BEGINNING + stamp, value, BEGINNING + arrival + againSec);
  }
}

/** When an alarm was in ALARM; open ends last for ever. */
function inAlarm(transitions: readonly Transition[], name: string): Interval[] {
  const own = transitions.filter(({ alarm }) => alarm === name);
  return own.flatMap(({ t, to }, place) => (to === "ALARM" ? [{ from: t, to: own[place + 1]?.t ?? Infinity }] : []));
}

import { intentRate } from "../../lib/collectors/intents";
import { safeMode } from "../../lib/collectors/safe-mode";
import type { ValidatedEnvironment } from "../../lib/environment";
import { age, killScore } from "../../lib/harvest/metrics";
import { type Condition, EACH, type Series, seriesOf, threshold, unless } from "../../lib/rules/condition";
import { seconds } from "../../lib/rules/duration";
import { deviationOf } from "../../lib/rules/deviation";
import { extensionOf, suppressionOf } from "../../lib/rules/inhibition";
import { labelled, labelsOf } from "../../lib/rules/labels";
import { latencyOf, suppressionWait } from "../../lib/rules/latency";
import { type PrometheusAlert, prometheusAlert } from "../../lib/rules/prometheus";
import type { Rule } from "../../lib/rules/rule";
import { ruleIn } from "../../lib/rules/rule-in";
import { windowOf } from "../../lib/rules/window";
import type { Scale } from "./shapes";
import { seriesKey } from "./story";

/** A rule that may keep another one quiet. */
export interface Inhibitor {
  readonly rule: Rule;
  readonly alert: PrometheusAlert;
  /** Longest from the fact until its alarm. */
  readonly worstSec: number;
}

/** A rule, about one of what it is split by, as both sides of the comparison have it. */
export interface Subject {
  readonly rule: Rule;
  readonly label: string | undefined;
  /** What Prometheus's expression says, as a condition. */
  readonly reference: Condition;
  readonly alert: PrometheusAlert;
  /** Every rule that may keep it quiet, by Alertmanager's inhibition. */
  readonly inhibitors: readonly Inhibitor[];
  readonly forSec: number;
  /** Period of the alarm; of one that slides by the minute, a minute. */
  readonly stepSec: number;
  readonly periodSec: number;
  /** Longest from the fact until the condition alarm, and how long the acting one then waits. */
  readonly worstSec: number;
  readonly waitSec: number;
  readonly extensionSec: number;
  /** Lengths that its stories move around. */
  readonly scale: Scale;
}

const STEP_SEC = 60;
const bySymbol = { Symbol: EACH };

/** Where the old expression is not the rule's own condition: the condition that it is. */
const REFERENCES: ReadonlyMap<string, Condition> = new Map<string, Condition>([
  ["QuantumPublishingStalled", unless(safeMode, threshold(intentRate, "==", 0))],
  ["QuantumHarvestKillScoreHigh", threshold(killScore, ">=", 0.6, bySymbol)],
  ["QuantumHarvestKillScoreCritical", threshold(killScore, ">=", 0.8, bySymbol)],
  ["QuantumHarvestMetricsStale", threshold(age, ">", 30, bySymbol)],
]);

/** What the mirrored expression of a rule says, else the rule's own condition. */
export const referenceOf = (rule: Rule): Condition => REFERENCES.get(rule.name) ?? rule.condition;

/** What stories are told of: the first of what a rule is split by, and all of them together where that is an alarm. */
export function labelsToldOf(rule: Rule, environment: ValidatedEnvironment): (string | undefined)[] {
  const [first] = labelsOf(rule, environment);
  return rule.overall === undefined ? [first] : [first, rule.overall.label];
}

/** A rule as an environment has it; throws ConfigError for one that could never fire. */
export function subjectOf(
  declared: Rule,
  environment: ValidatedEnvironment,
  label = labelsToldOf(declared, environment)[0],
): Subject {
  const { sampleIntervalSec } = environment;
  const rule = ruleIn(declared, environment, label);
  const alert = alertOf(rule, label);
  const { period } = windowOf(rule, sampleIntervalSec);
  const stepSec = Math.min(period, STEP_SEC);
  const waitSec = suppressionWait(rule, sampleIntervalSec);
  const forSec = alert.for === undefined ? 0 : seconds(alert.for as `${number}s`);
  const suppression = suppressionOf(rule);
  return {
    rule,
    label,
    reference: isOverall(rule, label)
      ? rule.condition
      : labelled({ ...rule, condition: referenceOf(rule) }, label).condition,
    alert,
    inhibitors: (rule.inhibitedBy ?? []).map(({ by }) => ({
      rule: by,
      alert: alertOf(by, label),
      worstSec: latencyOf(by, sampleIntervalSec).worst,
    })),
    forSec,
    stepSec,
    periodSec: period,
    worstSec: latencyOf(rule, sampleIntervalSec).worst - waitSec,
    waitSec,
    extensionSec: suppression === undefined ? 0 : seconds(extensionOf(suppression)),
    scale: { forSec: Math.max(forSec, seconds(rule.for)), stepSec },
  };
}

const isOverall = ({ overall }: Rule, label: string | undefined): boolean =>
  overall !== undefined && overall.label === label;

/** What is said of all together mirrors nothing. */
function alertOf(rule: Rule, label: string | undefined): PrometheusAlert {
  if (!isOverall(rule, label)) return prometheusAlert(rule);
  const { prometheus: _, ...own } = rule;
  return prometheusAlert(own);
}

/**
 * What our side is judged by: its own condition where it is declared to be earlier, and where it asks for more than one
 * thing; else the reference.
 */
export const ownCondition = ({ rule, reference }: Subject): Condition =>
  deviationOf(rule, "earlier") === undefined && rule.condition.kind !== "while" ? reference : rule.condition;

/** Each series that conditions read, once. */
export function seriesRead(conditions: readonly Condition[]): Series[] {
  const all = conditions.flatMap(seriesOf).map(({ metric, labels }) => ({ metric, labels }));
  return [...new Map(all.map((one) => [seriesKey(one.metric.name, one.labels), one])).values()];
}

import { intentRate } from "../../lib/collectors/intents";
import { safeMode } from "../../lib/collectors/safe-mode";
import type { ValidatedEnvironment } from "../../lib/environment";
import type { AwsMetric } from "../../lib/rules/aws-metric";
import { type Condition, EACH, metricsOf, threshold, thresholdsOf, unless } from "../../lib/rules/condition";
import { seconds } from "../../lib/rules/duration";
import { deviationOf } from "../../lib/rules/deviation";
import { extensionOf, suppressionOf } from "../../lib/rules/inhibition";
import { latencyOf, suppressionWait } from "../../lib/rules/latency";
import type { Metric } from "../../lib/metric";
import { type PrometheusAlert, prometheusAlert } from "../../lib/rules/prometheus";
import type { Rule } from "../../lib/rules/rule";
import { windowOf } from "../../lib/rules/window";
import type { Scale } from "./shapes";

/** A rule as both sides of the comparison have it. */
export interface Subject {
  readonly rule: Rule;
  /** What Prometheus's expression says, as a condition. */
  readonly reference: Condition;
  readonly alert: PrometheusAlert;
  /** Every rule that may keep it quiet, by Alertmanager's inhibition. */
  readonly inhibitors: readonly Rule[];
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

/** Where the old expression reads another metric: the condition that it is. */
const REFERENCES: ReadonlyMap<string, Condition> = new Map([
  ["QuantumPublishingStalled", unless(safeMode, threshold(intentRate, "==", 0))],
]);

/** A rule as an environment has it; throws ConfigError for one that could never fire. */
export function subjectOf(rule: Rule, { sampleIntervalSec }: ValidatedEnvironment): Subject {
  const alert = prometheusAlert(rule);
  const { period } = windowOf(rule, sampleIntervalSec);
  const stepSec = Math.min(period, STEP_SEC);
  const waitSec = suppressionWait(rule, sampleIntervalSec);
  const forSec = alert.for === undefined ? 0 : seconds(alert.for as `${number}s`);
  const suppression = suppressionOf(rule);
  return {
    rule,
    reference: REFERENCES.get(rule.name) ?? rule.condition,
    alert,
    inhibitors: (rule.inhibitedBy ?? []).map(({ by }) => by),
    forSec,
    stepSec,
    periodSec: period,
    worstSec: latencyOf(rule, sampleIntervalSec).worst - waitSec,
    waitSec,
    extensionSec: suppression === undefined ? 0 : seconds(extensionOf(suppression)),
    scale: { forSec: Math.max(forSec, seconds(rule.for)), stepSec },
  };
}

/** What our side is judged by: where it is declared to be earlier, its own condition, else the reference. */
export const ownCondition = ({ rule, reference }: Subject): Condition =>
  deviationOf(rule, "earlier") === undefined ? reference : rule.condition;

/** Each metric that is looked at, with the labels of the one series that stories tell of. */
export function seriesOf(conditions: readonly Condition[], label: string): Map<Metric | AwsMetric, Labels> {
  const found = new Map<Metric | AwsMetric, Labels>();
  for (const condition of conditions) {
    for (const metric of metricsOf(condition)) found.set(metric, {});
    for (const { metric, labels } of thresholdsOf(condition)) {
      const filled = Object.entries(labels).map(([name, value]) => [name, value === EACH ? label : value] as const);
      found.set(metric, Object.fromEntries(filled));
    }
  }
  return found;
}

export type Labels = Readonly<Record<string, string>>;

import { ConfigError } from "../errors";
import { isAws, metricsOf, thresholdsOf } from "./condition";
import { type Duration, seconds } from "./duration";
import type { Rule } from "./rule";

/** What an alarm looks at: so many periods of so many seconds, `hits` of which have to breach. */
export interface Window {
  readonly period: number;
  readonly periods: number;
  readonly hits: number;
}

/** Shortest period that every 15-second sample fills; of 10 s periods every third would stay empty. */
const FAST_SEC = 30;
/** Standard resolution: evaluated once a minute, a third of the price. */
const STANDARD_SEC = 60;
/** With periods below an hour an alarm may look back at most a day (PutMetricAlarm). */
const MAX_WINDOW_SEC = 86_400;

/**
 * The window that a rule's `for` needs. A critical threshold of less than two minutes is looked at every 30 s where samples
 * come often enough to fill each; averages over their own span; everything else by the minute. Throws ConfigError for a
 * `for` that no window fits.
 */
export function windowOf(rule: Rule, sampleIntervalSec: number): Window {
  const period = periodOf(rule, rule.everySec ?? sampleIntervalSec);
  const hits = periodsIn(rule, rule.for, period);
  const periods = rule.within === undefined ? hits : periodsIn(rule, rule.within, period);
  if (hits > periods) {
    throw new ConfigError(`rules.${rule.name}.for is ${rule.for}, which does not fit within ${rule.within}`);
  }
  if (periods * period > MAX_WINDOW_SEC) {
    throw new ConfigError(`rules.${rule.name}.for is ${rule.for}, but an alarm looks back at most a day`);
  }
  return { period, periods, hits };
}

function periodOf(rule: Rule, intervalSec: number): number {
  const { condition, severity, for: duration } = rule;
  if (rule.inOneDatapoint) return wholeMinutes(rule);
  const averaged = thresholdsOf(condition).flatMap((one) => (one.averageOver ? [seconds(one.averageOver)] : []));
  // All metrics of one alarm have the same period: beside an average, a threshold is looked at over as long.
  if (averaged.length > 0) return Math.max(...averaged);
  const length = seconds(duration);
  const isUrgent = condition.kind !== "silence" && severity === "critical" && length < 120;
  const isFine = metricsOf(condition).every((metric) => !isAws(metric) && metric.resolution === 1);
  return isUrgent && isFine && intervalSec <= FAST_SEC ? FAST_SEC : STANDARD_SEC;
}

function wholeMinutes({ name, for: duration, within }: Rule): number {
  const length = seconds(duration);
  if (within === undefined && length > 0 && length % STANDARD_SEC === 0) return length;
  throw new ConfigError(`rules.${name}.for is ${duration}, but a datapoint is as long as whole minutes`);
}

function periodsIn(rule: Rule, duration: Duration, period: number): number {
  const periods = Math.max(1, seconds(duration) / period);
  if (Number.isInteger(periods)) return periods;
  throw new ConfigError(`rules.${rule.name}.for is ${duration}, which is no multiple of ${period} s`);
}

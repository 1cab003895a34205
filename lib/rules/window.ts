import { ConfigError } from "../errors";
import { seconds } from "./duration";
import type { Rule } from "./rule";

/** What an alarm looks at: so many periods of so many seconds, all of which have to breach. */
export interface Window {
  readonly period: 30 | 60;
  readonly periods: number;
}

/** Shortest period that every 15-second sample fills; of 10 s periods every third would stay empty. */
const FAST_SEC = 30;
/** Standard resolution: evaluated once a minute, a third of the price. */
const STANDARD_SEC = 60;
/** With periods below an hour an alarm may look back at most a day (PutMetricAlarm). */
const MAX_WINDOW_SEC = 86_400;

/**
 * The window that a rule's `for` needs. A critical threshold of less than two minutes is looked at every 30 s where
 * samples come often enough to fill each; everything else by the minute. Throws ConfigError for a `for` that no window
 * fits.
 */
export function windowOf(rule: Rule, sampleIntervalSec: number): Window {
  const duration = seconds(rule.for);
  const { condition, severity } = rule;
  const isUrgent = condition.kind === "threshold" && severity === "critical" && duration > 0 && duration < 120;
  const isFilled = condition.metric.resolution === 1 && sampleIntervalSec <= FAST_SEC;
  const period = isUrgent && isFilled ? FAST_SEC : STANDARD_SEC;
  const periods = Math.max(1, duration / period);
  if (!Number.isInteger(periods)) {
    throw new ConfigError(`rules.${rule.name}.for is ${rule.for}, which is no multiple of ${period} s`);
  }
  if (periods * period > MAX_WINDOW_SEC) {
    throw new ConfigError(`rules.${rule.name}.for is ${rule.for}, but an alarm looks back at most a day`);
  }
  return { period, periods };
}

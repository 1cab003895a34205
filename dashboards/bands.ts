import type { ValidatedEnvironment } from "../lib/environment";
import { ConfigError } from "../lib/errors";
import type { Metric } from "../lib/metric";
import { thresholdsOf } from "../lib/rules/condition";
import { isEnabled, overridden } from "../lib/rules/override";
import type { Rule } from "../lib/rules/rule";

export type Colour = "green" | "yellow" | "red";

/** From this value on, in this colour, up to the next one; `-Infinity` for all that lies below the next. */
export interface FixedBand {
  readonly from: number;
  readonly colour: Colour;
  /** Stands beside the line on a graph. */
  readonly label?: string;
}

/** From the value on at which a rule fires, in an environment. */
interface RuleBand {
  readonly rule: Rule;
  readonly metric: Metric;
  readonly colour: Colour;
}

export type Band = FixedBand | RuleBand;

/** Where a rule begins to fire on a metric, as a line with the rule's name. */
export function ruleBands(rule: Rule, metric: Metric, colour: Colour = "red"): readonly Band[] {
  return [{ rule, metric, colour }];
}

/** Bands with the thresholds of one environment; a rule that is switched off there has none. */
export function bandsIn(environment: ValidatedEnvironment, bands: readonly Band[]): readonly FixedBand[] {
  return bands.flatMap((band) => {
    if ("from" in band) return [band];
    const { rule, metric, colour } = band;
    if (!isEnabled(rule, environment.rules)) return [];
    return [{ from: thresholdOn(rule, metric, environment), colour, label: rule.name }];
  });
}

/** The value that a rule compares a metric with in an environment; throws ConfigError where it does not. */
export function thresholdOn(rule: Rule, metric: Metric, environment: ValidatedEnvironment): number {
  const thresholds = thresholdsOf(overridden(rule, environment.rules).condition);
  const found = thresholds.find((one) => one.metric.name === metric.name);
  if (found === undefined) throw new ConfigError(`${rule.name}: says nothing of ${metric.name}, so there is no band`);
  return found.value;
}

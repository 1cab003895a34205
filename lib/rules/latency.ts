import { ConfigError } from "../errors";
import { isAws, metricsOf, type Threshold, thresholdsOf } from "./condition";
import { seconds } from "./duration";
import { suppressionOf } from "./inhibition";
import type { Rule } from "./rule";
import type { Severity } from "./severity";
import { timeToAlarm, type Watch } from "./time-to-alarm";
import { windowOf } from "./window";

/** Seconds from the moment that something is so until the alarm acts. */
export interface Latency {
  readonly best: number;
  readonly median: number;
  readonly worst: number;
}

/** What a rule may take beyond the time for which its condition has to hold, in seconds: AWS's own metrics come late. */
const LATENCY_BUDGET_SEC: Readonly<Record<Severity, number>> = { critical: 120, warning: 240, info: 240 };

/** What a rule may take beyond its duration: one on AWS's own metrics has the time of a warning, whatever its severity. */
export function budgetOf({ severity, condition }: Rule): number {
  return LATENCY_BUDGET_SEC[metricsOf(condition).some(isAws) ? "warning" : severity];
}

/** How CloudWatch may cut periods below a minute; which one it takes is not documented. */
export type Cut = "aligned" | "unaligned";

/** Assumed for our own metrics, from the mark to where an alarm can read the datum. */
export const ARRIVAL_SEC = 10;
/** AWS publishes a datum a minute. */
const AWS_INTERVAL_SEC = 60;
/** Alarms with periods below a minute are evaluated every 10 s, all others every minute. */
const FAST_TICK_SEC = 10;
const TICK_SEC = 60;
/** How finely phases are tried: marks, ticks and periods are all multiples of it. */
const STEP_SEC = 2.5;

/** The latency of a rule as an environment has it, by whichever cut is slower; throws ConfigError if it cannot fire. */
export function latencyOf(rule: Rule, sampleIntervalSec: number): Latency {
  const [aligned, unaligned] = (["aligned", "unaligned"] as const).map((cut) =>
    latencyByCut(rule, sampleIntervalSec, cut),
  ) as [Latency, Latency];
  return {
    best: Math.min(aligned.best, unaligned.best),
    median: Math.max(aligned.median, unaligned.median),
    worst: Math.max(aligned.worst, unaligned.worst),
  };
}

/** The same by one way to cut periods, over all phases of event and evaluation; the slowest of its thresholds counts. */
export function latencyByCut(rule: Rule, sampleIntervalSec: number, cut: Cut): Latency {
  const watches = watchesOf(rule, sampleIntervalSec, cut);
  const each = watches.map((watch) => overPhases(rule, watch));
  const wait = suppressionWait(rule, sampleIntervalSec);
  const slowest = (key: keyof Latency): number => Math.ceil(Math.max(...each.map((one) => one[key]))) + wait;
  return { best: slowest("best"), median: slowest("median"), worst: slowest("worst") };
}

/** How long a rule's composite alarm waits for the rule that would suppress it: that one's worst latency. */
export function suppressionWait(rule: Rule, sampleIntervalSec: number): number {
  const suppression = suppressionOf(rule);
  return suppression === undefined ? 0 : latencyOf(suppression.by, sampleIntervalSec).worst;
}

/** What decides when a rule's alarm fires, a watch for each of its thresholds. */
export function watchesOf(rule: Rule, sampleIntervalSec: number, cut: Cut): Watch[] {
  const { condition } = rule;
  const window = windowOf(rule, sampleIntervalSec);
  const aws = metricsOf(condition).flatMap((metric) => (isAws(metric) ? [metric.arrivalSec] : []));
  const tickSec = window.period < TICK_SEC ? FAST_TICK_SEC : TICK_SEC;
  const shared = {
    ...window,
    intervalSec: aws.length > 0 ? AWS_INTERVAL_SEC : (rule.everySec ?? sampleIntervalSec),
    arrivalSec: Math.max(ARRIVAL_SEC, ...aws),
    tickSec,
    alignmentSec: cut === "aligned" ? Math.min(window.period, TICK_SEC) : tickSec,
    isWallClock: condition.kind === "silence" && aws.length === 0,
  };
  if (condition.kind === "silence") return [{ ...shared, breaches: "silence" }];
  const breaches = thresholdsOf(condition).map((one) => breachOf(rule, one));
  return breaches.map((breach) => Object.assign({ breaches: breach }, shared));
}

function breachOf({ for: duration, countsPeaks }: Rule, one: Threshold): Watch["breaches"] {
  if (one.averageOver) return { share: one.value };
  return countsPeaks || seconds(duration) === 0 || isAws(one.metric) ? "some" : "all";
}

/** By watch: many rules have the same one, and trying all of its phases takes a while. */
const found = new Map<string, Latency | undefined>();

function overPhases({ name }: Rule, watch: Watch): Latency {
  const key = JSON.stringify(watch);
  if (!found.has(key)) found.set(key, triedPhases(watch));
  const latency = found.get(key);
  if (latency === undefined)
    throw new ConfigError(`rules.${name} could never fire: its data come too late or too thin`);
  return latency;
}

/** Undefined where there is a phase in which it does not fire. */
function triedPhases(watch: Watch): Latency | undefined {
  const all: number[] = [];
  const cycleSec = Math.max(TICK_SEC, watch.intervalSec);
  for (let event = 0; event < cycleSec; event += STEP_SEC) {
    for (let tick = 0; tick < watch.tickSec; tick += STEP_SEC) {
      const after = timeToAlarm(watch, event, tick);
      if (after === undefined) return undefined;
      all.push(after);
    }
  }
  all.sort((a, b) => a - b);
  const at = (share: number): number => all[Math.floor((all.length - 1) * share)] ?? 0;
  return { best: at(0), median: at(0.5), worst: at(1) + STEP_SEC };
}

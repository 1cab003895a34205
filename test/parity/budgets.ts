import { isAws, metricsOf } from "../../lib/rules/condition";
import { deviationOf } from "../../lib/rules/deviation";
import { seconds } from "../../lib/rules/duration";
import type { Budget } from "./side";
import { MARK_SEC, SCRAPE_SEC, type Story } from "./story";
import { ownCondition, type Subject } from "./subject";
import { GRID_SEC, type Interval } from "./track";

/** From a mark until its sample can be read. */
const ARRIVAL_SEC = 10;
/** Alarms are evaluated every minute, or oftener. */
const TICK_SEC = 60;
/** Subqueries look at whole minutes, so that a peak may be seen a minute later. */
const SUBQUERY_SEC = 60;
/** A minute in which the condition ended still breaches, and the next one has to be over. */
const END_PERIODS = 2;

/** What is asked of each side. */
export interface Budgets {
  readonly ours: Budget;
  readonly prometheus: Budget;
}

/** Ours by the latency that the rule declares, Prometheus by `for`, one scrape and one evaluation. */
export function budgetsOf(subject: Subject, story: Story): Budgets {
  const { rule, reference, forSec, stepSec, periodSec, worstSec } = subject;
  const ownForSec = ownCondition(subject) === reference ? forSec : seconds(rule.for);
  const aws = metricsOf(rule.condition).flatMap((metric) => (isAws(metric) ? [metric.arrivalSec] : []));
  const arrivalSec = aws.length > 0 ? Math.max(...aws) + TICK_SEC : ARRIVAL_SEC + MARK_SEC;
  const usualEndSec = END_PERIODS * stepSec + TICK_SEC + arrivalSec;
  const later = deviationOf(rule, "endsLater")?.bySec ?? 0;
  return {
    ours: {
      forSec: ownForSec,
      stepSec,
      mergedSec: 2 * (later > 0 ? periodSec : stepSec),
      // What AWS publishes takes half of what can be counted on, at least.
      earliestSec: Math.max(0, ownForSec - stepSec) + (aws.length > 0 ? Math.max(...aws) / 2 : 0),
      worstSec: worstSec + GRID_SEC,
      endSec: usualEndSec + later,
      usualEndSec,
      lateSec: (within) => latestOf(story, within),
    },
    prometheus: {
      forSec,
      stepSec,
      mergedSec: 2 * stepSec,
      earliestSec: forSec,
      worstSec: forSec + SCRAPE_SEC + GRID_SEC + (rule.countsPeaks ? SUBQUERY_SEC : 0),
      endSec: SCRAPE_SEC + GRID_SEC + (rule.countsPeaks ? SUBQUERY_SEC : 0),
      usualEndSec: Infinity,
      lateSec: () => 0,
    },
  };
}

function latestOf({ deliveries }: Story, { from, to }: Interval): number {
  let latest = 0;
  for (const [mark, { lateSec }] of deliveries) if (from <= mark && mark <= to) latest = Math.max(latest, lateSec);
  return latest;
}

import type { AwsMetric } from "../../lib/rules/aws-metric";
import { isAws, type Series } from "../../lib/rules/condition";
import { rateGlobalUtilization, rateSymbolUtilizationMax } from "../../lib/collectors/rate-windows";
import { publishedWithoutRedis } from "../../lib/collectors";
import type { Metric } from "../../lib/metric";
import { pagingMetrics } from "../../lib/notify/paging-metrics";
import { RATE_WINDOW_SEC } from "./happenings";
import { isKnown, MARK_SEC, type Story, trackOf } from "./story";

const AWS_STEP_SEC = 60;
/** The function that repeats publishes at whole minutes. */
const PAGING_STEP_SEC = 60;

/** How a metric comes about. */
export interface Feed {
  /** Seconds between two data. */
  readonly everySec: number;
  /** From a datum's stamp to the mark at which it is read. */
  readonly readAfterSec: number;
  /** False for what AWS publishes of itself. */
  readonly isOurs: boolean;
  readonly needsRedis: boolean;
}

const WINDOWED: ReadonlySet<Metric | AwsMetric> = new Set([rateGlobalUtilization, rateSymbolUtilizationMax]);
const OF_PAGING: ReadonlySet<Metric> = new Set(pagingMetrics);

/** How often a metric comes, and what it needs. */
export function feedOf(metric: Metric | AwsMetric): Feed {
  if (isAws(metric)) return { everySec: AWS_STEP_SEC, readAfterSec: 0, isOurs: false, needsRedis: false };
  // A rate window is read at its end and stamped with its start.
  const readAfterSec = WINDOWED.has(metric) ? RATE_WINDOW_SEC : 0;
  const everySec = WINDOWED.has(metric) ? RATE_WINDOW_SEC : OF_PAGING.has(metric) ? PAGING_STEP_SEC : MARK_SEC;
  return { everySec, readAfterSec, isOurs: true, needsRedis: !publishedWithoutRedis.has(metric) };
}

/** What is published of a metric with this stamp; undefined while it is withheld or nobody is there. */
export function publishedAt(story: Story, series: Series, stamp: number): number | undefined {
  const { readAfterSec, isOurs, needsRedis } = feedOf(series.metric);
  if (isOurs && !isKnown(story, stamp + readAfterSec, needsRedis)) return undefined;
  return trackOf(story, series)?.at(stamp);
}

/** What a scrape finds of a metric: of rate windows the one that ended last. */
export function scrapedAt(story: Story, series: Series, t: number): number | undefined {
  const { readAfterSec, isOurs, needsRedis } = feedOf(series.metric);
  if (isOurs && !isKnown(story, t, needsRedis)) return undefined;
  const stamp = readAfterSec === 0 ? t : t - (t % readAfterSec) - readAfterSec;
  return trackOf(story, series)?.at(stamp);
}

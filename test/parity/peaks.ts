import { seconds } from "../../lib/rules/duration";
import { metricsOf, type Series } from "../../lib/rules/condition";
import { feedOf, publishedAt, scrapedAt } from "./seen";
import { ON_TIME, SCRAPE_SEC, type Story } from "./story";
import type { Subject } from "./subject";
import { GRID_SEC } from "./track";
import { type Verdict, verdictAt } from "./verdicts";

const BUCKET_SEC = 60;
/** From a mark until its sample can be read. */
const ARRIVAL_SEC = 10;
/** CloudWatch looks so many periods further back where data are missing. */
const FURTHER_BACK = 2;

/**
 * Rules that count minutes with a peak: how the minutes are cut decides, and no side says how it cuts. What holds by
 * every cut holds; what holds by some, or only with what came late, may. Peaks are those among the samples of the side.
 */
export function peakVerdicts(subject: Subject, story: Story, side: "ours" | "prometheus"): Verdict[] {
  const { rule } = subject;
  const { isPeak, isLate, isMissing } = side === "ours" ? ownSamples(subject, story) : scrapes(subject, story);
  const periods = seconds(rule.within ?? rule.for) / BUCKET_SEC;
  const hits = seconds(rule.for) / BUCKET_SEC;
  const peaks = running(story, isPeak);
  const onTime = running(story, (t) => isPeak(t) && !isLate(t));
  const missing = running(story, isMissing);
  return Array.from({ length: story.lengthSec / GRID_SEC }, (_, cell) => {
    const isGap = missing(cell - ((periods + FURTHER_BACK + 1) * BUCKET_SEC) / GRID_SEC, cell) > 0;
    if (Math.min(...cuts(onTime, cell, periods)) >= hits) return "yes";
    const most = Math.max(...cuts(peaks, cell, periods + (isGap ? FURTHER_BACK : 0)));
    return most >= hits ? "maybe" : "no";
  });
}

interface Samples {
  readonly isPeak: (t: number) => boolean;
  readonly isLate: (t: number) => boolean;
  readonly isMissing: (t: number) => boolean;
}

function ownSamples({ rule }: Subject, story: Story): Samples {
  const { condition } = rule;
  const { everySec, readAfterSec } = feedOf(metricsOf(condition)[0] as Parameters<typeof feedOf>[0]);
  const look = (series: Series, t: number) => publishedAt(story, series, t);
  const verdict = (t: number): Verdict => (t % everySec === 0 ? verdictAt(condition, story, look, t) : "no");
  return {
    isPeak: (t) => verdict(t) === "yes",
    // A window that is stamped with its start comes when its minute may have been judged already.
    isLate: (t) =>
      (t % BUCKET_SEC) + readAfterSec + ARRIVAL_SEC > BUCKET_SEC ||
      (story.deliveries.get(t + readAfterSec) ?? ON_TIME).lateSec > 0,
    isMissing: (t) => verdict(t) === "unknown",
  };
}

function scrapes({ reference }: Subject, story: Story): Samples {
  const look = (series: Series, t: number) => scrapedAt(story, series, t);
  const isScrape = (t: number): boolean => t >= story.scrapePhase && (t - story.scrapePhase) % SCRAPE_SEC === 0;
  return {
    isPeak: (t) => isScrape(t) && verdictAt(reference, story, look, t) === "yes",
    isLate: () => false,
    isMissing: () => false,
  };
}

type Running = (from: number, to: number) => number;

/** How often something was so, between any two cells. */
function running({ lengthSec }: Story, isSo: (t: number) => boolean): Running {
  const total = [0];
  for (let t = 0; t < lengthSec; t += GRID_SEC) total.push((total.at(-1) ?? 0) + (isSo(t) ? 1 : 0));
  const last = total.at(-1) ?? 0;
  // Written out: inside jest each look at Math costs more than the rest of this.
  const until = (cell: number): number => (cell < 0 ? 0 : (total[cell] ?? last));
  return (from, to) => until(to) - until(from);
}

/** Minutes with a peak, of the last so many, by each way to cut them. */
function cuts(peaks: Running, cell: number, periods: number): number[] {
  const bucket = BUCKET_SEC / GRID_SEC;
  return Array.from({ length: bucket }, (_, shift) => {
    let count = 0;
    for (let back = 1; back <= periods; back++) {
      const end = cell + 1 - shift - (back - 1) * bucket;
      if (peaks(end - bucket, end) > 0) count += 1;
    }
    return count;
  });
}

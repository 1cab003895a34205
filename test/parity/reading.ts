import { type Condition, metricsOf, type Series } from "../../lib/rules/condition";
import { deviationOf } from "../../lib/rules/deviation";
import { seconds } from "../../lib/rules/duration";
import { peakVerdicts } from "./peaks";
import { blurPeriods } from "./periods";
import { feedOf, publishedAt, scrapedAt } from "./seen";
import { ON_TIME, type Story } from "./story";
import { ownCondition, type Subject } from "./subject";
import { GRID_SEC, type Interval } from "./track";
import { type Verdict, verdictAt } from "./verdicts";

/** What one side can know of a story, every five seconds. */
export interface Reading {
  readonly verdicts: readonly Verdict[];
  /** Where nothing is known after the condition held. */
  readonly gaps: readonly Interval[];
}

/** CloudWatch looks so many periods further back where data are missing. */
const FURTHER_BACK = 2;

/** Prometheus: a series that is gone is no condition that holds. */
export function prometheusReading(subject: Subject, story: Story): Reading {
  const verdicts = subject.rule.countsPeaks
    ? peakVerdicts(subject, story, "prometheus")
    : rawVerdicts(subject.reference, story);
  return { verdicts: verdicts.map((one) => (one === "unknown" ? "no" : one)), gaps: [] };
}

/**
 * CloudWatch: data that are missing keep the state where that is declared; else the alarm ends, after the two periods
 * that it looks further back.
 */
export function ownReading(subject: Subject, story: Story): Reading {
  if (subject.rule.countsPeaks) return ownPeaks(subject, story);
  const condition = ownCondition(subject);
  const feed = feedOf(metricsOf(condition)[0] as Parameters<typeof feedOf>[0]);
  const raw = sampled(rawVerdicts(condition, story), feed.everySec / GRID_SEC);
  blurPeriods(subject, condition, raw, story);
  if (feed.isOurs) blurLate(feed.everySec / GRID_SEC, raw, story);
  const isKept = isKeeping(subject);
  return resolved(raw, {
    everySec: feed.everySec,
    keptSec: isKept ? Infinity : FURTHER_BACK * subject.stepSec,
    countsSec: seconds(subject.rule.for) === 0 ? subject.stepSec : 0,
  });
}

const isKeeping = ({ rule }: Subject): boolean => deviationOf(rule, "keepsWithoutData") !== undefined;

/** A peak counts for its minute; what is kept without data is kept from the first datum that is missing. */
function ownPeaks(subject: Subject, story: Story): Reading {
  const verdicts = peakVerdicts(subject, story, "ours");
  if (!isKeeping(subject)) return { verdicts, gaps: [] };
  const { everySec } = feedOf(metricsOf(subject.rule.condition)[0] as Parameters<typeof feedOf>[0]);
  const look = (series: Series, t: number) => publishedAt(story, series, t - (t % everySec));
  const isMissing = (cell: number): boolean =>
    verdictAt(subject.rule.condition, story, look, cell * GRID_SEC) === "unknown";
  const raw = verdicts.map((verdict, cell) => (isMissing(cell) ? "unknown" : verdict));
  return resolved(raw, { everySec, keptSec: Infinity, countsSec: subject.stepSec });
}

function rawVerdicts(condition: Condition, story: Story): Verdict[] {
  const look = (series: Series, t: number) => scrapedAt(story, series, t);
  return Array.from({ length: story.lengthSec / GRID_SEC }, (_, cell) =>
    verdictAt(condition, story, look, cell * GRID_SEC),
  );
}

/** Where nothing was sampled at a mark nothing is known until the next one, though a watcher may be back by then. */
function sampled(raw: readonly Verdict[], step: number): Verdict[] {
  return raw.map((verdict, cell) => (raw[cell - (cell % step)] === "unknown" ? "unknown" : verdict));
}

/** Until a late sample comes that ends the condition, or keeps it from beginning, the neighbours speak for it. */
function blurLate(step: number, verdicts: Verdict[], story: Story): void {
  const isLate = (cell: number): boolean => (story.deliveries.get(cell * GRID_SEC) ?? ON_TIME).lateSec > 0;
  const before = [...verdicts];
  for (let cell = 0; cell < verdicts.length; cell += step) {
    if (before[cell] !== "no" || !isLate(cell)) continue;
    let [first, last] = [cell - step, cell + step];
    while (isLate(first) && before[first] === "no") first -= step;
    while (isLate(last) && before[last] === "no") last += step;
    if (before[first] !== "yes" && before[last] !== "yes") continue;
    for (let blurred = first; blurred < last; blurred++) if (verdicts[blurred] === "no") verdicts[blurred] = "maybe";
  }
}

/** What a reading makes of missing data. */
interface Missing {
  /** Seconds between two samples: what changed since the last one nobody saw. */
  readonly everySec: number;
  /** For so long after data end the condition may still be taken for what it was. */
  readonly keptSec: number;
  /** A sample counts for so long: a rule that fires on the first reading takes the worst of its period. */
  readonly countsSec: number;
}

function resolved(raw: readonly Verdict[], { everySec, keptSec, countsSec }: Missing): Reading {
  const gaps: Interval[] = [];
  let known = 0;
  let held = -Infinity;
  const verdicts = raw.map((verdict, cell): Verdict => {
    const t = cell * GRID_SEC;
    if (verdict !== "unknown") {
      if (t % everySec === 0) known = t;
      if (t === known && verdict !== "no") held = t;
      return verdict;
    }
    if (known - held > countsSec || t - known > keptSec) return "no";
    const last = gaps.at(-1);
    if (last?.to === t) gaps[gaps.length - 1] = { from: last.from, to: t + GRID_SEC };
    else gaps.push({ from: t, to: t + GRID_SEC });
    return "maybe";
  });
  return { verdicts, gaps };
}

import { type AnyOf, type Condition, holdingBack, isAws, type Series, type While } from "../../lib/rules/condition";
import { scrapedAt } from "./seen";
import { MARK_SEC, ON_TIME, type Story } from "./story";
import type { Subject } from "./subject";
import { GRID_SEC } from "./track";
import { exceptionsAt, isHeldBack, isKeptBack, type Verdict, verdictAt } from "./verdicts";

/** One sample that says otherwise holds back the whole minute that it is in, or the longer period. */
const HOLDS_SEC = 60;
const MINUTE_SEC = 60;
/** From a mark until its sample can be read. */
const ARRIVAL_SEC = 10;

/**
 * Where a condition says several things of one period: each is said of all its samples, and how periods are cut is not
 * known. What may be otherwise because of a neighbouring sample becomes `maybe`.
 */
export function blurPeriods(subject: Subject, condition: Condition, verdicts: Verdict[], story: Story): void {
  const { rule, stepSec, periodSec } = subject;
  const look = (series: Series, t: number) => scrapedAt(story, series, t);
  if (condition.kind === "unless") {
    const flag = story.tracks.get(condition.flag.name);
    holdBack(verdicts, (t) => (flag?.at(t) ?? 0) !== 0 || isKeptBack(condition.threshold, look, t));
  } else if (condition.kind === "while") {
    holdBack(verdicts, (t) => isHeldBack(condition, story, look, t), Math.max(HOLDS_SEC, periodSec));
    const answers = condition.answered && story.tracks.get(condition.answered.name);
    if (answers) holdBack(verdicts, (t) => answers.at(t) === 0, periodSec);
    shareExceptions(condition, verdicts, (t) => exceptionsAt(condition, look, t), story, look);
    sharePartly(condition, verdicts, look);
    if (rule.inOneDatapoint) fillDatapoints(verdicts, periodSec);
  } else if (condition.kind === "silence" && !isAws(condition.metric)) {
    missLate(verdicts, story);
  } else if (condition.kind === "any" && rule.for !== "0s") {
    shareAlternatives(condition, verdicts, stepSec, story, look);
    const holders = holdingBack(condition);
    holdBack(verdicts, (t) => holders.some((one) => (look(one, t) ?? 0) > 0));
  }
}

function holdBack(verdicts: Verdict[], isHeld: (t: number) => boolean, holdsSec = HOLDS_SEC): void {
  let held = -Infinity;
  verdicts.forEach((verdict, cell) => {
    const t = cell * GRID_SEC;
    if (verdict === "yes" && t - held <= holdsSec) verdicts[cell] = "maybe";
    if (isHeld(t)) held = t;
  });
}

/** One datapoint is judged by the samples that it has: what came before the first of them may have been so as well. */
function fillDatapoints(verdicts: Verdict[], periodSec: number): void {
  const before = [...verdicts];
  before.forEach((verdict, cell) => {
    if (verdict === "no" || verdict === "unknown" || before[cell - 1] !== "unknown") return;
    const first = Math.max(0, cell - periodSec / GRID_SEC);
    for (let back = cell - 1; back >= first && before[back] === "unknown"; back--) verdicts[back] = "maybe";
  });
}

/** A heartbeat that comes after its minute has been judged was missed in it: minutes are cut by the clock here. */
function missLate(verdicts: Verdict[], story: Story): void {
  for (let start = 0; start < story.lengthSec; start += MINUTE_SEC) {
    const marks = Array.from({ length: MINUTE_SEC / MARK_SEC }, (_, place) => start + place * MARK_SEC);
    const isMissed = (mark: number): boolean => {
      const { lateSec } = story.deliveries.get(mark) ?? ON_TIME;
      return verdicts[mark / GRID_SEC] === "yes" || mark + lateSec + ARRIVAL_SEC >= start + MINUTE_SEC;
    };
    if (!marks.every(isMissed)) continue;
    const [first, end] = [start / GRID_SEC, (start + MINUTE_SEC) / GRID_SEC];
    for (let cell = first; cell < end; cell++) if (verdicts[cell] === "no") verdicts[cell] = "maybe";
  }
}

/** Other alarms have it only by periods: where none of them has it throughout one, this alarm may tell of it too. */
function shareExceptions(
  { threshold }: While,
  verdicts: Verdict[],
  exceptions: (t: number) => readonly number[],
  story: Story,
  look: (series: Series, t: number) => number | undefined,
): void {
  const had = verdicts.map((_, cell) => exceptions(cell * GRID_SEC));
  const around = HOLDS_SEC / GRID_SEC;
  verdicts.forEach((verdict, cell) => {
    const own = had[cell] ?? [];
    if (verdict !== "no" || own.length === 0) return;
    if (verdictAt(threshold, story, look, cell * GRID_SEC) !== "yes") return;
    const near = had.slice(Math.max(0, cell - around), cell + around + 1);
    if (!own.some((place) => near.every((one) => one.includes(place)))) verdicts[cell] = "maybe";
  });
}

/** Another alarm's series that begins or ends within a period is judged by a part of it: it may have as much as all do. */
function sharePartly(
  { threshold, except }: While,
  verdicts: Verdict[],
  look: (series: Series, t: number) => number | undefined,
): void {
  const valuesOf = (series: Series): (number | undefined)[] => verdicts.map((_, cell) => look(series, cell * GRID_SEC));
  const [all, others] = [valuesOf(threshold), except.map(valuesOf)];
  const around = HOLDS_SEC / GRID_SEC;
  verdicts.forEach((verdict, cell) => {
    if (verdict !== "yes") return;
    const near = (values: readonly (number | undefined)[]) =>
      values.slice(Math.max(0, cell - around), cell + around + 1);
    const known = (values: readonly (number | undefined)[]) => near(values).filter((one) => one !== undefined);
    const least = Math.min(...known(all));
    const isPart = (values: readonly (number | undefined)[]): boolean => {
      const seen = known(values);
      return seen.length > 0 && seen.length < near(values).length && Math.max(...seen) >= least;
    };
    if (others.some(isPart)) verdicts[cell] = "maybe";
  });
}

/**
 * Of several thresholds each is judged by its own samples in a period. Where one stops holding and another one begins
 * to, neither may have held throughout; where the samples of one are late, the other's speak for both; where one is no
 * longer told, it is what it was until the period ends.
 */
function shareAlternatives(
  { of }: AnyOf,
  verdicts: Verdict[],
  stepSec: number,
  story: Story,
  look: (series: Series, t: number) => number | undefined,
): void {
  const each = of.map((one) => verdicts.map((_, cell) => verdictAt(one, story, look, cell * GRID_SEC)));
  const step = stepSec / GRID_SEC;
  const before = [...verdicts];
  const blur = (first: number, last: number, from: Verdict): void => {
    for (let cell = Math.max(0, first); cell < last; cell++) if (verdicts[cell] === from) verdicts[cell] = "maybe";
  };
  const isSteady = (first: number, last: number): boolean =>
    each.some((held) => held.slice(Math.max(0, first), last).every((one) => one === "yes"));
  before.forEach((verdict, cell) => {
    const ended = each.filter((held) => held[cell - 1] === "yes" && held[cell] !== "yes");
    const { lateSec } = story.deliveries.get(cell * GRID_SEC) ?? ON_TIME;
    const end = cell + step + lateSec / GRID_SEC;
    const isFollowed = before.slice(cell, cell + MARK_SEC / GRID_SEC).includes("yes");
    if (isFollowed && ended.length > 0 && !isSteady(cell - step, cell + step)) blur(cell - step, cell + step, "yes");
    if (verdict === "yes" && lateSec > 0 && each.some((held) => held[cell] === "no")) blur(cell - step, end, "yes");
    if (ended.some((held) => held[cell] === "unknown")) blur(cell, end, "no");
  });
}

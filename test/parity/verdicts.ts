import type { Condition, Operator, Series, Threshold, While } from "../../lib/rules/condition";
import { seconds } from "../../lib/rules/duration";
import { isKnown, type Story } from "./story";
import { GRID_SEC } from "./track";

/** Whether a condition holds: `maybe` where what is seen of it can be read both ways. */
export type Verdict = "no" | "maybe" | "yes" | "unknown";

/** What one side sees of a series at a time. */
export type Look = (series: Series, t: number) => number | undefined;

/**
 * Two sides sample at different moments of an hour and see its average a little differently: by up to two minutes of
 * it, which is when they look and what has not arrived yet.
 */
const AVERAGE_MARGIN = 0.035;

/** What a condition is at a time, on what one side can see. */
export function verdictAt(condition: Condition, story: Story, look: Look, t: number): Verdict {
  switch (condition.kind) {
    case "threshold":
      return compared(condition, story, look, t);
    case "any":
      return anyOf(condition.of.map((one) => compared(one, story, look, t)));
    case "unless": {
      if (isKeptBack(condition.threshold, look, t)) return "no";
      const flag = look({ metric: condition.flag, labels: {} }, t);
      if (flag === undefined) return "unknown";
      return flag === 0 ? compared(condition.threshold, story, look, t) : "no";
    }
    case "while":
      return isHeldBack(condition, story, look, t) ? "no" : whileOthers(condition, story, look, t);
    case "silence":
      return look({ metric: condition.metric, labels: {} }, t) === undefined ? "yes" : "no";
  }
}

/** Whether one of the others says otherwise, or another alarm has it. */
export function isHeldBack(condition: While, story: Story, look: Look, t: number): boolean {
  const { where } = condition;
  const isBroken = where.some((some) => anyOf(some.map((one) => compared(one, story, look, t))) === "no");
  return isBroken || isKeptBack(condition.threshold, look, t) || exceptionsAt(condition, look, t).length > 0;
}

/** Whether what holds a threshold back does; without a reading it holds nothing back. */
export const isKeptBack = ({ heldBackBy }: Threshold, look: Look, t: number): boolean =>
  heldBackBy !== undefined && (look(heldBackBy, t) ?? 0) > 0;

/** Places of the series with alarms of their own that have the value at a time, or a higher one. */
export function exceptionsAt({ threshold, except }: While, look: Look, t: number): number[] {
  const extreme = look(threshold, t);
  return except.flatMap((one, place) => {
    const seen = look(one, t);
    return extreme !== undefined && seen !== undefined && seen >= extreme ? [place] : [];
  });
}

function whileOthers({ threshold, where }: While, story: Story, look: Look, t: number): Verdict {
  const others = where.map((some) => anyOf(some.map((one) => compared(one, story, look, t))));
  return others.includes("unknown") ? "unknown" : compared(threshold, story, look, t);
}

/** One that is not known does not hold where another one is known. */
function anyOf(of: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ["yes", "maybe", "no"];
  return order.find((one) => of.includes(one)) ?? "unknown";
}

function compared(one: Threshold, story: Story, look: Look, t: number): Verdict {
  const { operator, value, averageOver } = one;
  if (isKeptBack(one, look, t)) return "no";
  if (averageOver !== undefined) {
    const average = averaged(story, look, one, t, seconds(averageOver));
    if (average === undefined) return "unknown";
    if (Math.abs(average - value) < AVERAGE_MARGIN) return "maybe";
    return holds(average, operator, value) ? "yes" : "no";
  }
  const seen = look(one, t);
  if (seen === undefined) return "unknown";
  return holds(seen, operator, value) ? "yes" : "no";
}

function holds(seen: number, operator: Operator, value: number): boolean {
  switch (operator) {
    case ">":
      return seen > value;
    case ">=":
      return seen >= value;
    case "<":
      return seen < value;
    case "<=":
      return seen <= value;
    case "==":
      return seen === value;
  }
}

interface Sums {
  readonly sum: Float64Array;
  readonly count: Float64Array;
}

const averages = new WeakMap<Story, Sums>();

/** The average of what was known of a metric until a time; a story has at most one that is averaged. */
function averaged(story: Story, look: Look, series: Series, t: number, overSec: number): number | undefined {
  const { sum, count } = averages.get(story) ?? sums(story, look, series);
  const [now, then] = [t / GRID_SEC, Math.max(0, t - overSec) / GRID_SEC];
  const known = (count[now] ?? 0) - (count[then] ?? 0);
  return known === 0 ? undefined : ((sum[now] ?? 0) - (sum[then] ?? 0)) / known;
}

function sums(story: Story, look: Look, series: Series): Sums {
  const cells = story.lengthSec / GRID_SEC + 2;
  const made = { sum: new Float64Array(cells), count: new Float64Array(cells) };
  for (let cell = 0; cell + 1 < cells; cell++) {
    const seen = isKnown(story, cell * GRID_SEC, true) ? look(series, cell * GRID_SEC) : undefined;
    made.sum[cell + 1] = (made.sum[cell] ?? 0) + (seen ?? 0);
    made.count[cell + 1] = (made.count[cell] ?? 0) + (seen === undefined ? 0 : 1);
  }
  averages.set(story, made);
  return made;
}

import type { Bounds, Episode } from "./episodes";
import { toldOf } from "./episodes";
import type { Interval } from "./track";

/** How soon one side has to tell, and how long it may go on; seconds. */
export interface Budget extends Bounds {
  /** Not before the condition has held for so long. */
  readonly earliestSec: number;
  readonly worstSec: number;
  /** From the end of the condition until the end of the alarm. */
  readonly endSec: number;
  /** Ends later than this are a declared deviation. */
  readonly usualEndSec: number;
  /** What arrives late in a stretch makes its alarm as much later. */
  readonly lateSec: (within: Interval) => number;
}

/** An episode and the times at which it was told. */
export interface Told {
  readonly episode: Episode;
  readonly alarms: readonly Interval[];
}

/** What one side made of its episodes. */
export interface SideResult {
  readonly told: readonly Told[];
  readonly differences: readonly string[];
  /** From the fact to the alarm, of episodes that had to be told. */
  readonly latencies: readonly number[];
  /** Ended later than usual, as declared. */
  readonly lateEnds: number;
}

/** Holds one side's alarms against its episodes; what ends after `lastEnd` is left out. */
export function sideResult(
  episodes: readonly Episode[],
  alarms: readonly Interval[],
  budget: Budget,
  lastEnd: number,
): SideResult {
  const told = episodes.map((episode, place): Told => {
    // Until the next one could be told of, an alarm is about this one.
    const first = place === 0 ? episode.from : episode.from + budget.earliestSec;
    const next = (episodes[place + 1]?.from ?? Infinity) + budget.earliestSec;
    return { episode, alarms: alarms.filter(({ from }) => from >= first && from < next) };
  });
  const stray = alarms.filter(({ from }) => from < (episodes[0]?.from ?? Infinity));
  const whole = told.filter(({ episode }) => episode.to < lastEnd);
  const found = whole.map((one) => checked(one, budget));
  return {
    told,
    differences: [
      ...stray.map(({ from }) => `an alarm at ${from} s, where the condition has not held yet`),
      ...found.flatMap(({ differences }) => differences),
    ],
    latencies: found.flatMap(({ latency }) => latency ?? []),
    lateEnds: whole.flatMap(({ episode, alarms: all }) =>
      all.filter(({ to }) => to > episode.to + budget.usualEndSec + budget.lateSec(tailOf(episode, budget))),
    ).length,
  };
}

const MINUTE_SEC = 60;

const tailOf = ({ to }: Interval, { endSec }: Budget): Interval => ({ from: to - MINUTE_SEC, to: to + endSec });

interface Checked {
  readonly differences: readonly string[];
  readonly latency?: number;
}

function checked(told: Told, budget: Budget): Checked {
  const { episode, alarms } = told;
  const { from, to, held, length, mostPages } = episode;
  const name = `${length} episode ${from}–${to} s`;
  const differences: string[] = [];
  if (length === "short" && alarms.length > 0) differences.push(`${name} was told at ${listed(alarms)} s`);
  // While a sample of its beginning, or of its end, is late, older ones that say otherwise may be counted in its place.
  const isLate = (within: Interval): boolean => budget.lateSec(within) > 0;
  const again = held.flatMap((one) =>
    [{ from: one.from, to: one.from + budget.worstSec }, tailOf(one, budget)].filter(isLate),
  );
  if (alarms.length > mostPages + again.length)
    differences.push(`${name} was told ${alarms.length} times, at ${listed(alarms)} s`);
  for (const alarm of alarms) differences.push(...misplaced(alarm, told, budget).map((what) => `${name}: ${what}`));
  const due = toldOf(episode, budget);
  if (due === undefined) return { differences };
  const [first] = alarms;
  const late = budget.lateSec({ from: due.from - 60, to: due.from + budget.worstSec });
  if (first === undefined) return { differences: [...differences, `${name} was not told`] };
  const latency = first.from - due.from;
  if (latency > budget.worstSec + late) {
    differences.push(`${name} was told after ${latency} s, at worst ${budget.worstSec}${late > 0 ? ` + ${late}` : ""}`);
  }
  return first.from >= due.from ? { differences, latency } : { differences };
}

const listed = (alarms: readonly Interval[]): string => alarms.map(({ from }) => from).join(", ");

function misplaced({ from, to }: Interval, { episode }: Told, budget: Budget): string[] {
  const found: string[] = [];
  const late = budget.lateSec(tailOf(episode, budget));
  if (from < episode.from + budget.earliestSec) found.push(`told at ${from} s, before it had held long enough`);
  if (from > episode.to + budget.endSec + late) found.push(`told at ${from} s, long after its end`);
  if (to > episode.to + budget.endSec + late) found.push(`went on until ${to} s`);
  const within = episode.held.find(
    (held) => to < held.to && to > held.from + budget.worstSec + budget.lateSec({ from: held.from - 60, to }),
  );
  if (within !== undefined) found.push(`ended at ${to} s, while the condition held`);
  return found;
}

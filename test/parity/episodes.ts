import type { Verdict } from "./verdicts";
import { GRID_SEC, type Interval } from "./track";

/** Whether an episode has to be told of, may be, or must not. */
export type Length = "long" | "between" | "short";

/** A stretch on which a condition held, or may have; several that are too close to be told apart are one. */
export interface Episode extends Interval {
  /** Where it held for certain. */
  readonly held: readonly Interval[];
  readonly length: Length;
  /** At most so many pages. */
  readonly mostPages: number;
}

/** Longer than `for` and two periods has to be told of, shorter than `for` less one period must not. */
export interface Bounds {
  readonly forSec: number;
  readonly stepSec: number;
  /** Episodes less than this apart may be one. */
  readonly mergedSec: number;
}

const MINUTE_SEC = 60;
/** Alarms with shorter periods are evaluated so often, each time by another cut of their periods. */
const FAST_TICK_SEC = 10;

/** The episodes in what one side can know, in order. */
export function episodesOf(verdicts: readonly Verdict[], bounds: Bounds): Episode[] {
  const parts = stretches(verdicts, (one) => one !== "no");
  const held = stretches(verdicts, (one) => one === "yes");
  const merged: Interval[][] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    const end = last?.at(-1)?.to ?? -Infinity;
    if (last !== undefined && part.from - end < bounds.mergedSec) last.push(part);
    else merged.push([part]);
  }
  const doubts = stretches(verdicts, (one) => one === "maybe");
  return merged.map((of) => episode(of, held, doubts, bounds));
}

function episode(
  parts: readonly Interval[],
  all: readonly Interval[],
  doubts: readonly Interval[],
  { forSec, stepSec }: Bounds,
): Episode {
  const from = parts[0]?.from ?? 0;
  const to = parts.at(-1)?.to ?? 0;
  const held = all.filter((one) => one.from >= from && one.to <= to);
  const longest = Math.max(0, ...held.map((one) => one.to - one.from));
  const isLong = longest > forSec + 2 * stepSec;
  const length = isLong ? "long" : to - from < forSec - stepSec ? "short" : "between";
  // Wherever it may or may not have held it may have ended and begun anew, as often as its periods let it.
  const certain = held.reduce((sum, one) => sum + one.to - one.from, 0);
  const uncertain = doubts.filter((one) => one.from >= from && one.to <= to).length;
  const periods = Math.floor((to - from - certain) / stepSec);
  const cuts = stepSec < MINUTE_SEC ? stepSec / FAST_TICK_SEC : 1;
  return { from, to, held, length, mostPages: Math.max(parts.length + uncertain * cuts, 1 + periods) };
}

/** The first stretch that has to be told of. */
export const toldOf = ({ held }: Episode, { forSec, stepSec }: Bounds): Interval | undefined =>
  held.find(({ from, to }) => to - from > forSec + 2 * stepSec);

function stretches(verdicts: readonly Verdict[], isIn: (one: Verdict) => boolean): Interval[] {
  const found: Interval[] = [];
  let from: number | undefined;
  verdicts.forEach((verdict, cell) => {
    if (isIn(verdict)) from ??= cell * GRID_SEC;
    else if (from !== undefined) {
      found.push({ from, to: cell * GRID_SEC });
      from = undefined;
    }
  });
  if (from !== undefined) found.push({ from, to: verdicts.length * GRID_SEC });
  return found;
}

import type { Random } from "./random";
import { GRID_SEC, type Interval } from "./track";

/** What decides which lengths are interesting: those around a rule's `for` and its periods. */
export interface Scale {
  readonly forSec: number;
  readonly stepSec: number;
}

/** Where something may happen. */
export type Span = Interval;

/** Stretches on which a condition holds: one step, steps of all lengths, or flapping. */
export function stretches(random: Random, span: Span, scale: Scale): Interval[] {
  const isFlapping = random.chance(0.25);
  const most = random.pick([1, 2, 4, 8, 20]);
  const found: Interval[] = [];
  let from = span.from + random.between(0, 600, GRID_SEC);
  while (from < span.to && found.length < most) {
    const to = Math.min(from + lengthOf(random, scale, isFlapping), span.to);
    found.push({ from, to });
    from = to + pause(random, scale, isFlapping);
  }
  return found;
}

/** A length below, around or above what a rule asks for. */
export function lengthOf(random: Random, { forSec, stepSec }: Scale, isFlapping = false): number {
  const short = Math.max(2 * GRID_SEC, forSec - stepSec);
  const long = forSec + 2 * stepSec;
  const kind = isFlapping ? random.pick(["short", "short", "between"]) : random.pick(["short", "between", "long"]);
  if (kind === "short") return random.between(GRID_SEC, short, GRID_SEC);
  return kind === "between"
    ? random.between(short, long, GRID_SEC)
    : random.between(long + GRID_SEC, 2 * long + 300, GRID_SEC);
}

function pause(random: Random, { stepSec }: Scale, isFlapping: boolean): number {
  if (isFlapping) return random.between(GRID_SEC, 2 * stepSec, GRID_SEC);
  const [least, most] = random.pick<Range>([
    [GRID_SEC, stepSec],
    [stepSec, 2 * stepSec],
    [2 * stepSec, 5 * stepSec],
    [300, 900],
  ]);
  return random.between(least, most, GRID_SEC);
}

/** Restarts of seconds, and outages of minutes. */
const OUTAGES: readonly [Range, Range, Range] = [
  [15, 45],
  [60, 240],
  [300, 720],
];

type Range = readonly [least: number, most: number];

/** Outages: none in half of the stories; restarts of seconds, and longer ones of minutes, in the other. */
export function outages(random: Random, span: Span): Interval[] {
  if (random.chance(0.5)) return [];
  const found: Interval[] = [];
  for (let left = random.between(1, 3); left > 0; left--) {
    const [least, most] = random.pick(OUTAGES);
    const from = random.between(span.from, span.to, GRID_SEC);
    found.push({ from, to: from + random.between(least, most, GRID_SEC) });
  }
  return disjoint(found);
}

/** The same stretches, those that touch made one. */
export function disjoint(of: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const one of of.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last !== undefined && one.from <= last.to) {
      found[found.length - 1] = { from: last.from, to: Math.max(last.to, one.to) };
    } else {
      found.push(one);
    }
  }
  return found;
}

/**
 * Times whose number in a window moves around a limit: each that leaves the window is replaced a little before it does,
 * which is one too many for as long, or a little after; or bursts that come and go with the window.
 */
export function eventsAround(random: Random, span: Span, windowSec: number, limit: number, scale: Scale): number[] {
  return random.chance(0.5) && limit > 0
    ? replaced(random, span, windowSec, limit, scale)
    : bursts(random, span, windowSec, limit);
}

function replaced(random: Random, span: Span, windowSec: number, limit: number, scale: Scale): number[] {
  const times = Array.from({ length: limit }, (_, place) => spread(random, windowSec, limit, place));
  for (let next = 0; next < times.length; next++) {
    const leaves = (times[next] as number) + windowSec;
    const isEarly = leaves > span.from && random.chance(0.6);
    const time = leaves + (isEarly ? -lengthOf(random, scale) : random.between(0, 300, GRID_SEC));
    if (time < span.to) times.push(Math.max(time, span.from));
  }
  return times;
}

/** Evenly over the window before the story, so that they leave it one by one. */
function spread(random: Random, windowSec: number, limit: number, place: number): number {
  const each = windowSec / limit;
  return Math.ceil((place * each - windowSec + random.between(0, each)) / GRID_SEC) * GRID_SEC;
}

function bursts(random: Random, span: Span, windowSec: number, limit: number): number[] {
  const times: number[] = [];
  for (let left = random.between(1, 4); left > 0; left--) {
    // Some began before the story and leave the window in it, where it is not over before anything happens.
    const hasPast = span.from <= windowSec && random.chance(0.4);
    const from = hasPast ? random.between(-windowSec, 0, GRID_SEC) : random.between(span.from, span.to, GRID_SEC);
    const count = random.between(1, limit + 4);
    const within = random.pick([GRID_SEC, 60, 300]);
    for (let one = 0; one < count; one++) times.push(from + random.between(0, within, GRID_SEC));
  }
  return times;
}

/** Goes up to `high` within each stretch, at once or by a ramp, and is low outside. */
export function levels(random: Random, high: readonly Interval[], limit: number): (t: number) => number {
  const isRamp = random.chance(0.4);
  const peak = limit * (1.05 + random.next() / 2);
  const base = limit * random.next() * 0.6;
  return (t) => {
    const stretch = high.find(({ from, to }) => from <= t && t < to);
    if (stretch === undefined) return isRamp ? near(high, t, base, limit) : base;
    return isRamp ? Math.min(peak, limit * (1 + (t - stretch.from + GRID_SEC) / 1000)) : peak;
  };
}

const RAMP_SEC = 200;

/** On its way up to the limit before a stretch begins. */
function near(high: readonly Interval[], t: number, base: number, limit: number): number {
  const next = high.find(({ from }) => from > t);
  if (next === undefined || next.from - t > RAMP_SEC) return base;
  return base + (limit * 0.99 - base) * (1 - (next.from - t) / RAMP_SEC);
}

/** An alarm and its data, as far as they decide when it fires; all in seconds. */
export interface Watch {
  readonly period: number;
  readonly periods: number;
  readonly hits: number;
  /** A sample at every multiple of this. */
  readonly intervalSec: number;
  /** From a sample's stamp until it can be read. */
  readonly arrivalSec: number;
  readonly tickSec: number;
  /** Windows end at multiples of this. */
  readonly alignmentSec: number;
  /** Looks at its window only, not two periods further back. */
  readonly isWallClock: boolean;
  /** What makes a period breach: all its samples, one of them, none at all, or more than a share. */
  readonly breaches: "all" | "some" | "silence" | { readonly share: number };
}

/** CloudWatch looks so many periods further back for data than the alarm says (measured: N + 2). */
const FURTHER_BACK = 2;
/** Far enough for anything that fires at all: several times the whole window. */
const WINDOWS_TRIED = 5;
/** Makes a sample that arrives at the very moment of the evaluation count. */
const JUST_ARRIVED_SEC = 0.001;

/**
 * Seconds from an event at `event` until the alarm that was OK goes to ALARM, evaluated at `tickPhase` of every tick;
 * undefined if it does not. Before the event nothing breaches, afterwards everything does.
 */
export function timeToAlarm(watch: Watch, event: number, tickPhase: number): number | undefined {
  const { tickSec, period, periods, arrivalSec } = watch;
  const first = Math.ceil((event - tickPhase) / tickSec) * tickSec + tickPhase;
  const last = event + WINDOWS_TRIED * (period * periods + arrivalSec + tickSec);
  for (let now = first; now <= last; now += tickSec) {
    if (isAlarm(watch, event, now)) return now - event;
  }
  return undefined;
}

function isAlarm(watch: Watch, event: number, now: number): boolean {
  const { period, periods, hits, alignmentSec, isWallClock, breaches } = watch;
  const end = Math.floor(now / alignmentSec) * alignmentSec;
  const range = periods + (isWallClock ? 0 : FURTHER_BACK);
  const real: boolean[] = [];
  for (let back = 1; back <= range && real.length < periods; back += 1) {
    const verdict = isBreach(watch, event, now, end - back * period);
    if (verdict !== undefined) real.push(verdict);
  }
  const fills = breaches === "silence" ? periods - real.length : 0;
  return real.filter(Boolean).length + fills >= hits;
}

/** Whether the period from `start` on breaches, as far as its samples can be read; undefined without any. */
function isBreach(watch: Watch, event: number, now: number, start: number): boolean | undefined {
  const { period, intervalSec, arrivalSec, breaches } = watch;
  const readable = Math.min(start + period, now - arrivalSec + JUST_ARRIVED_SEC);
  if (breaches === "silence") return marks(start, Math.min(readable, event), intervalSec) > 0 ? false : undefined;
  const all = marks(start, readable, intervalSec);
  if (all === 0) return undefined;
  const after = marks(Math.max(start, event), readable, intervalSec);
  if (breaches === "all") return after === all;
  return breaches === "some" ? after > 0 : after / all > breaches.share;
}

/** How many multiples of an interval there are from a time until before another one. */
function marks(from: number, to: number, intervalSec: number): number {
  return Math.max(0, Math.ceil(to / intervalSec) - Math.ceil(from / intervalSec));
}

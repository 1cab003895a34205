import { ifKnown, known, type Reading, unknown } from "../reading";

/** The counters of each primary at one reading, in an order that never changes; NaN for one that it does not give. */
export interface ServerCounters {
  /** Our clock, in milliseconds. */
  readonly ms: number;
  readonly servers: readonly { readonly runId: string | undefined; readonly counters: readonly number[] }[];
}

/** What the counters of all primaries together grew by, in the same order. */
export interface Growth {
  readonly seconds: number;
  readonly by: readonly number[];
}

/** Closer readings say little about the server and much about our own commands. */
const LEAST_MS = 1000;
/** What a longer pause gives is no longer about the slot. */
const MOST_MS = 300_000;

/** Counters as they were read: for each of them one value a primary. */
export function serverCounters(
  ms: number,
  runIds: readonly (string | undefined)[],
  counted: readonly Reading<readonly number[]>[],
): ServerCounters {
  const servers = runIds.map((runId, place) => ({
    runId,
    counters: counted.map((values) => ("known" in values ? (values.known[place] ?? Number.NaN) : Number.NaN)),
  }));
  return { ms, servers };
}

/** The reading that the next one is compared with: the earlier of two that are too close. */
export function remembered(before: ServerCounters | undefined, now: ServerCounters): ServerCounters {
  const ms = now.ms - (before?.ms ?? Number.NaN);
  return before !== undefined && ms >= 0 && ms < LEAST_MS ? before : now;
}

/** Growth since the reading before; unknown at first sight and when a server was restarted or its counters reset. */
export function growthSince(before: ServerCounters | undefined, now: ServerCounters): Reading<Growth> {
  const ms = now.ms - (before?.ms ?? Number.NaN);
  if (!(ms >= LEAST_MS && ms <= MOST_MS)) return unknown("no recent reading to compare with");
  const grown = now.servers.map(({ runId, counters }) => {
    // Among several without a name none is known again.
    const isNamed = runId !== undefined || now.servers.length === 1;
    const old = isNamed ? before?.servers.find((one) => one.runId === runId)?.counters : undefined;
    return counters.map((counter, place) => (old === undefined ? -1 : counter - (old[place] ?? Number.NaN)));
  });
  if (grown.flat().some((by) => by < 0)) return unknown("a server is new, was restarted or had its counters reset");
  const [first = [], ...others] = grown;
  const by = first.map((own, place) => others.reduce((sum, other) => sum + (other[place] ?? Number.NaN), own));
  return known({ seconds: ms / 1000, by });
}

/** A part of the growth over another of it or over its seconds; unknown where that is nothing. */
export function quotient(growth: Reading<Growth>, part: number, whole: (growth: Growth) => number): Reading<number> {
  return ifKnown(growth, (all) => {
    const value = (all.by[part] ?? Number.NaN) / whole(all);
    return Number.isFinite(value) ? known(value) : unknown("there is nothing to measure it by");
  });
}

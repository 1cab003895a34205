import { broken, type ContractViolation, ifKnown, known, type Reading, unknown } from "../reading";
import type { Entry } from "../redis/read-only";
import { isTime, MAX_AHEAD_MS, numberField } from "../redis/stream-id";

/** September 2001: less is minutes, an offset or a mistake, and would hide the fault from every window. */
const LEAST_EPOCH_SEC = 1_000_000_000;

/** A fault's own timestamp, epoch milliseconds; how far ahead it may be depends on the slot and is not judged here. */
export function ownTime(key: string, entry: Entry): Reading<number> {
  return ifKnown(numberField(key, entry, "timestamp"), (seconds) =>
    seconds < LEAST_EPOCH_SEC ? noEpoch(key, entry.id, seconds) : known(seconds * 1000),
  );
}

/** When a fault happened, as far as its ID and its own timestamp say. */
export interface Dated {
  /** Epoch milliseconds at which its entry was added; from the slot on it belongs to a later one. */
  readonly added: Reading<number>;
  /** Epoch milliseconds, for the windows: the earlier of both, so that a fault which says that it is old counts as old. */
  readonly counted: Reading<number>;
  /** Epoch milliseconds, for people: its own timestamp where that can be, else its ID. */
  readonly shown: Reading<number>;
  /** What is wrong with its own timestamp. */
  readonly violation: ContractViolation | undefined;
}

/**
 * Dates a fault at the slot `t`. The windows go by the ID, and by the timestamp where that is earlier. An ID that is no
 * time, or that is ahead of the slot and of the fault's own timestamp, dates nothing: then the timestamp decides alone.
 */
export function dated(
  key: string,
  { id, ms: added, own: said }: { id: string; ms: number; own: Reading<number> },
  t: number,
): Dated {
  const isDated = isTime(added, t);
  const latest = (isDated ? added : t) + MAX_AHEAD_MS;
  const own = ifKnown(said, (ms) => (ms > latest ? noEpoch(key, id, ms / 1000) : said));
  const violation = "broken" in own ? own.broken : undefined;
  if (!("known" in own)) {
    const time = isDated ? known(added) : unknown(`neither ID nor timestamp of entry ${id} says when it was added`);
    return { added: time, counted: time, shown: time, violation };
  }
  const isAhead = added >= t && own.known < added - MAX_AHEAD_MS;
  if (!isDated || isAhead) return { added: own, counted: own, shown: own, violation };
  return { added: known(added), counted: known(added < t ? Math.min(added, own.known) : added), shown: own, violation };
}

const noEpoch = (key: string, id: string, seconds: number): Reading<never> =>
  broken(key, `timestamp ${seconds} of entry ${id} cannot be epoch seconds`);

/** Whether it came at the slot `t` or after it, and belongs to a later one. */
export const isLater = ({ added }: Dated, t: number): boolean => "known" in added && added.known >= t;

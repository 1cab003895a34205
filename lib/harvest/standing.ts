import { type ContractViolation, ifKnown, known, type Reading } from "../reading";
import { orUnknown, type Position } from "./position";
import type { Proposal } from "./proposal";

/**
 * A proposal is live while its position is open; any other one is retired. Without a proposal an open position misses
 * one, and where nothing is open nothing is there: a symbol that was never traded misses nothing.
 */
export type Standing = "live" | "retired" | "missing" | "nothing";

/** One symbol at a slot. */
export interface SymbolReading {
  readonly symbol: string;
  /** Whether it was named by configuration, so that its proposal is expected. */
  readonly isConfigured: boolean;
  /** Unknown where Redis refused to say, or where the key of its position is no hash. */
  readonly standing: Reading<Standing>;
  /** Undefined where position keys are not in use. */
  readonly position: Reading<Position> | undefined;
  /** Undefined where there is none, or none that can be read. */
  readonly proposal: Proposal | undefined;
  readonly violations: readonly ContractViolation[];
}

/** Where there are no position keys: as long without an update, and the position is taken for closed. */
const RETIRED_AFTER_SEC = 15 * 60;
/** The publisher renews its proposals every 10 s; one that it has left alone for longer than this it has given up. */
const RENEWED_SEC = 60;

/**
 * A proposal that cannot be read is none. `position` is undefined where position keys are not in use; `t` is the slot in
 * epoch milliseconds.
 */
export function standingOf(
  hash: Reading<Proposal | null>,
  position: Reading<Position> | undefined,
  t: number,
): Reading<Standing> {
  if ("unknown" in hash) return hash;
  const proposal = "known" in hash ? hash.known : null;
  if (position === undefined) return known(proposal === null ? "nothing" : isOld(proposal, t) ? "retired" : "live");
  return ifKnown(orUnknown(position), (which) => {
    if (proposal === null) return known(which === "open" ? "missing" : "nothing");
    return known(which === "open" ? "live" : "retired");
  });
}

/** A proposal that does not say when it was made is not called old. */
function isOld({ updatedAt }: Proposal, t: number): boolean {
  return "known" in updatedAt && ageAt(updatedAt.known, t) >= RETIRED_AFTER_SEC;
}

/** Whether somebody renews a proposal although its symbol has no position key at all. */
export function isUnbacked({ position, proposal }: SymbolReading, t: number): boolean {
  const hasNoKey = position !== undefined && "known" in position && position.known === "no key";
  const updatedAt = proposal?.updatedAt;
  return hasNoKey && updatedAt !== undefined && "known" in updatedAt && ageAt(updatedAt.known, t) <= RENEWED_SEC;
}

/** Whether a symbol is known to have a standing. */
export function is({ standing }: SymbolReading, which: Standing): boolean {
  return "known" in standing && standing.known === which;
}

/** Seconds since a proposal's update, never below 0. */
export function ageAt(updatedAt: number, t: number): number {
  return Math.max(0, t / 1000 - updatedAt);
}

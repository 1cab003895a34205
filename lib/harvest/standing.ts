import { type ContractViolation, known, type Reading } from "../reading";
import type { Proposal } from "./proposal";

/** A proposal counts while its position is open; what a closed one has left behind is retired. */
export type Standing = "live" | "retired" | "missing";

/** One symbol at a slot. */
export interface SymbolReading {
  readonly symbol: string;
  /** Whether it was named by configuration, so that its proposal is expected. */
  readonly isConfigured: boolean;
  /** Unknown where Redis refused to say. */
  readonly standing: Reading<Standing>;
  /** Undefined where there is none, or none that can be read. */
  readonly proposal: Proposal | undefined;
  readonly violations: readonly ContractViolation[];
}

/** Where there are no position keys: as long without an update, and the position is taken for closed. */
const RETIRED_AFTER_SEC = 15 * 60;

/** `position` is undefined where position keys are not in use; `t` is the slot in epoch milliseconds. */
export function standingOf(
  hash: Reading<Proposal | null>,
  position: Reading<boolean> | undefined,
  t: number,
): Reading<Standing> {
  if ("unknown" in hash) return hash;
  if ("broken" in hash || hash.known === null) return known("missing");
  if (position === undefined) return known(isOld(hash.known, t) ? "retired" : "live");
  return "known" in position ? known(position.known ? "live" : "retired") : position;
}

/** A proposal that does not say when it was made is not called old. */
function isOld({ updatedAt }: Proposal, t: number): boolean {
  return "known" in updatedAt && t / 1000 - updatedAt.known >= RETIRED_AFTER_SEC;
}

/** Seconds since a proposal's update, never below 0. */
export function ageAt(updatedAt: number, t: number): number {
  return Math.max(0, t / 1000 - updatedAt);
}

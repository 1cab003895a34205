import type { HarvestSource } from "../harvest/settings";
import type { Halt } from "./halts";
import type { DeclaredGroups, Keys } from "./keys";
import type { ReadOnly } from "./read-only";

/** The kernel's limits as configured; every fault entry carries those in force when it was written. */
export interface KernelLimits {
  /** Length of a rate window in seconds. */
  readonly windowSec: number;
  readonly globalMax: number;
  readonly symbolMax: number;
}

/** What a collector that reads Redis may ask of. */
export interface RedisSource {
  readonly redis: ReadOnly;
  readonly keys: Keys;
  /** The configured symbols. */
  readonly symbols: readonly string[];
  readonly limits: KernelLimits;
  /**
   * At most so many fault entries are counted. A sample reads one more, to know whether any is left out, and as many
   * again where what is remembered no longer holds.
   */
  readonly faultLookbackMax: number;
  /** Whole names of streams that have to be there, watched besides those of the contract. */
  readonly streams: readonly string[];
  /** What halts trading besides safe mode. */
  readonly halts: readonly Halt[];
  /** Consumer groups that have to be there, as have their streams. */
  readonly groups: DeclaredGroups;
  readonly harvest: HarvestSource;
  /** Our own clock in milliseconds. */
  readonly now: () => number;
}

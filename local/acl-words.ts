import { EACH_SYMBOL, type Halt, keysOfHalt } from "../lib/redis/halts";
import type { Keys } from "../lib/redis/keys";
import { aclRules } from "../lib/redis/read-only";
import type { Topology } from "../lib/redis/settings";

/** What decides what a Redis user has to read. */
export interface AclSubject {
  readonly keys: Keys;
  readonly families: readonly string[];
  readonly streams: readonly string[];
  readonly halts: readonly Halt[];
  readonly isDiscovering: boolean;
  readonly topology: { readonly kind: Topology["kind"] };
  readonly db: number;
}

/** The keys and commands of a user that can read what we read and change nothing, as ACL rules. */
export function aclWords({ keys, families, streams, halts, isDiscovering, topology, db }: AclSubject): string {
  const patterns = [
    keys.safeMode,
    `${keys.rateGlobal}:*`,
    `${keys.rateSymbol}:*`,
    keys.faults,
    keys.intents,
    ...(families.includes("safety") ? halts.flatMap(keysOfHalt).map((key) => key.replaceAll(EACH_SYMBOL, "*")) : []),
    ...(families.includes("harvest") ? [`${keys.harvestProposal}:*`, `${keys.position}:*`] : []),
    ...(families.includes("streams") ? [keys.applyPlan, keys.applyResult, ...streams] : []),
  ];
  const rules = aclRules({ topology, db, families, isDiscovering });
  const allowed = patterns.map((pattern) => `~${pattern}`).join(" ");
  return `${allowed} -@all ${rules.join(" ")}`;
}

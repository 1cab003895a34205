import type { Outcome } from "./exporter";
import { isMasterDown } from "./redis/replies";

/**
 * What the collectors say while the keys are frozen: nothing of keys, only of the server itself. A server that refuses
 * for it (`MASTERDOWN`) is no failure of theirs; any other refusal stays one.
 */
export function withoutFrozenKeys(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.map((one) => {
    const { collector } = one;
    const said = "error" in one ? [one.error.message] : one.collected.failures;
    const failures = said.filter((why) => !isMasterDown(why));
    const isKept = collector.reads === "the server" && "collected" in one;
    const nothing = { samples: [], properties: {}, violations: [] };
    return { collector, collected: { ...(isKept ? one.collected : nothing), failures } };
  });
}

import { seconds } from "./duration";
import type { Latency } from "./latency";
import type { Rule } from "./rule";
import type { Severity } from "./severity";

/** Of the stack before this one: a target is read, and rules are evaluated, so often. */
const SCRAPE_SEC = 15;
const EVALUATION_SEC = 15;
/** How long its Alertmanager waits for others of the group before it tells. */
const GROUP_WAIT_SEC: Readonly<Record<Severity, number>> = { critical: 5, warning: 30, info: 10 };

/**
 * Seconds from the moment that the expression of a mirrored rule comes true until Alertmanager told, undefined for a
 * rule that mirrors none. Measured for safe mode: 74 to 82 s.
 */
export function prometheusLatencyOf({ prometheus, severity }: Rule): Latency | undefined {
  if (prometheus === undefined) return undefined;
  const fixed = seconds(prometheus.for) + GROUP_WAIT_SEC[severity];
  // Both phases are uniform, so that the middle of their sum is half of what they can be.
  return {
    best: fixed,
    median: fixed + (SCRAPE_SEC + EVALUATION_SEC) / 2,
    worst: fixed + SCRAPE_SEC + EVALUATION_SEC,
  };
}

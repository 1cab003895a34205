import type { Severity } from "../../lib/rules/severity";

/** From the change of an alarm until its page: what SNS, the notifier and the receiver take together. */
export const TOLD_AFTER_MS = 4000;

/** How long a page waits for being told again while its alarm holds. */
export const REPEATED_AFTER_MS: Readonly<Record<Severity, number>> = {
  critical: 4 * 3_600_000,
  warning: 24 * 3_600_000,
  info: 24 * 3_600_000,
};

import { functionsOf } from "./functions";
import { NOTIFIED, NOTIFY, pagingFunctionsOf } from "./paging";
import type { CompleteEnvironment } from "./schema";

/**
 * Slack takes one message a second: a storm waits in Lambda's queue and not in front of Slack. One run of each severity
 * may be waiting for a group to be complete; two more take what comes meanwhile.
 */
const NOTIFY_CONCURRENCY = NOTIFIED.length + 2;

/** Executions that a function takes out of the account's for itself, by the last part of its name; the others take none. */
export function reservedConcurrencyOf(environment: CompleteEnvironment): ReadonlyMap<string, number> {
  const { reservedConcurrency } = environment;
  if (reservedConcurrency === "none") return new Map();
  const reserved = new Map(functionsOf(environment).map(({ name }) => [name, reservedConcurrency]));
  return pagingFunctionsOf(environment).includes(NOTIFY) ? reserved.set(NOTIFY, NOTIFY_CONCURRENCY) : reserved;
}

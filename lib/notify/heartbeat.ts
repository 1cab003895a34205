import type { Clock } from "./clock";
import { type Answer, deliver, type Verdict } from "./http";

/** Alarms that say that pages do not arrive, by what follows the environment's name. */
const UNWELL = /^(?:QuantumPageUndelivered-|PagerDrillFailed$|Lambda(?:Failing|Throttled)-notify$)/;

/** Whether pages arrive, by the alarms of an environment that fire. */
export function isPagingWell(environment: string, firing: readonly string[]): boolean {
  return !firing.some((name) => name.startsWith(`${environment}-`) && UNWELL.test(name.slice(environment.length + 1)));
}

/** Tells an outside watcher that we are there; throws DeliveryError where it does not answer with 2xx. */
export async function beat(url: string, clock: Clock, deadline: number): Promise<void> {
  await deliver({ to: "the outside watcher", url, method: "GET", headers: {} }, { judge, clock, deadline });
}

function judge({ status }: Answer): Verdict<undefined> {
  return status >= 200 && status < 300 ? { taken: undefined } : { never: `refused with ${status}` };
}

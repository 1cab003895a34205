import type { Clock } from "./clock";
import { type Answer, deliver, type Verdict } from "./http";
import type { HeartbeatConfig } from "./remind-config";
import { secretMember, type Secrets, withSecret } from "./secrets";

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

/** Makes the call to the watcher whose address is given, or is a secret: one that it no longer knows is read anew. */
export function beatOf(to: HeartbeatConfig["to"], secrets: Secrets, clock: Clock): (deadline: number) => Promise<void> {
  return async (deadline) => {
    if ("url" in to) return beat(to.url, clock, deadline);
    return withSecret(secrets, to.secretArn, (secret) => beat(secretMember(secret, "url"), clock, deadline));
  };
}

/** What a watcher answers that no longer knows an address, which is the secret itself. */
const UNKNOWN: ReadonlySet<number> = new Set([401, 403, 404, 410]);

function judge({ status }: Answer): Verdict<undefined> {
  if (status >= 200 && status < 300) return { taken: undefined };
  return { never: `refused with ${status}`, isUnauthorized: UNKNOWN.has(status) };
}

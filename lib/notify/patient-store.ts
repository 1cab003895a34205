import { setTimeout as delay } from "node:timers/promises";

import { within } from "../deadline";
import { NotifyError } from "../errors";
import type { Store } from "./incident-store";

/** What is remembered cannot be read or written now: nobody knows what was told, and a page must go out all the same. */
export class StoreUnavailable extends NotifyError {
  override readonly name = "StoreUnavailable";
}

/** In all, and for one attempt: a cold connection takes its time. Real time, as a store that hangs does so in real time. */
const LIMIT_MS = 2400;
const ATTEMPT_MS = 1500;
/** Of a store that fails at once. */
const ATTEMPTS = 5;
const PAUSE_MS = 50;

/**
 * A store that answers within two and a half seconds or throws StoreUnavailable. What failed once is tried again: a write
 * that was done all the same is then found to be somebody's, and whoever wrote reads what is there.
 */
export function patientStore<Kept>(store: Store<Kept>): Store<Kept> {
  return {
    get: (key) => tried("reading what was told", () => store.get(key)),
    put: (key, record, seenVersion) => tried("remembering what is told", () => store.put(key, record, seenVersion)),
  };
}

async function tried<T>(what: string, call: () => Promise<T>): Promise<T> {
  const until = Date.now() + LIMIT_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await within(ATTEMPT_MS, until, what, call());
    } catch (error) {
      if (attempt === ATTEMPTS || Date.now() + PAUSE_MS >= until) {
        throw new StoreUnavailable("what was told before cannot be read or written", { cause: error });
      }
      await delay(PAUSE_MS);
    }
  }
}

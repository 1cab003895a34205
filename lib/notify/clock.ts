import { setTimeout as delay } from "node:timers/promises";

/** Time as the notifier sees it, in epoch milliseconds. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => delay(ms),
};

/** Lets its callers pass one by one, at least so many milliseconds apart. */
export function pace(clock: Clock, everyMs: number): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = clock.now();
    const mine = Math.max(now, next);
    next = mine + everyMs;
    if (mine > now) await clock.sleep(mine - now);
  };
}

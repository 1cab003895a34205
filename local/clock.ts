import { setTimeout as delay } from "node:timers/promises";

/** The time that everything which `start` runs goes by. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves so many milliseconds later; rejects as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Does work that takes real time, such as asking a server: all of it happens at one moment of a simulated time. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** Only of a time that goes faster than the servers' own: calls and awaits this whenever it has moved on. */
  readonly onMove?: (follow: () => Promise<void>) => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(Math.max(0, ms), undefined, signal ? { signal } : {}),
  hold: (work) => work(),
};

/** Waits; false when it was told to end first. */
export function elapse(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

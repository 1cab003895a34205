import { setImmediate as turn } from "node:timers/promises";

import type { Clock } from "../../lib/notify/clock";

/** A clock that goes on only where somebody sleeps, and then at once. */
export class VirtualClock implements Clock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number): Promise<void> {
    const until = this.#now + ms;
    await turn();
    this.#now = Math.max(this.#now, until);
  }

  set(ms: number): void {
    this.#now = Math.max(this.#now, ms);
  }
}

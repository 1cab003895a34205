import timersPromises from "node:timers/promises";
import { promisify } from "node:util";
import type { Clock } from "./clock";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time moves on in steps of at most so many real milliseconds, also while nobody waits for anything. */
const STEP_REAL_MS = 50;

const realNow = Date.now;
const realSleep = timersPromises.setTimeout;
const realDelay = promisify(setTimeout);

/**
 * Time that goes `speed` times as fast, or as fast as the work in it allows if that is slower: it stands still while
 * work is held, so that nothing comes late and no limit on a server's answer, which is real time, gets tighter.
 */
export class FastTime implements Clock {
  readonly #speed: number;
  #ms: number;
  #sleepers: Sleeper[] = [];
  #followers: (() => Promise<void>)[] = [];
  #held = 0;
  #released: () => void = () => {};
  #isOver = false;
  #running: Promise<void> | undefined;

  /** A speed of Infinity leaps from one sleeper's end to the next; it starts at an epoch millisecond. */
  constructor(speed: number, startMs = Date.now()) {
    this.#speed = speed;
    this.#ms = startMs;
  }

  /** Lets time go by, and be what `Date.now` and the sleep of node:timers/promises show in this process. */
  start(): void {
    Date.now = () => this.now();
    Object.assign(timersPromises, {
      setTimeout: (ms: number, value: unknown, options?: { signal?: AbortSignal }) =>
        this.sleep(ms, options?.signal).then(() => value),
    });
    this.#running = this.#run();
  }

  /** Gives the process its own time back; who sleeps still is woken by nothing but a signal. */
  async stop(): Promise<void> {
    Date.now = realNow;
    Object.assign(timersPromises, { setTimeout: realSleep });
    this.#isOver = true;
    this.#released();
    await this.#running;
  }

  readonly now = (): number => Math.floor(this.#ms);

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const abort = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper = { at: this.#ms + Math.max(0, ms), wake };
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      return await work();
    } finally {
      this.#held -= 1;
      this.#released();
    }
  }

  onMove(follow: () => Promise<void>): void {
    this.#followers.push(follow);
  }

  async #run(): Promise<void> {
    let movedAt = performance.now();
    while (!this.#isOver) {
      await this.#settled();
      const to = this.#nextStop();
      // At the greatest speed there is nothing to wait for, unless nobody sleeps.
      const dueMs = to === undefined ? STEP_REAL_MS : (to - this.#ms) / this.#speed;
      await realDelay(Math.max(0, dueMs - (performance.now() - movedAt)));
      await this.#settled();
      if (this.#isOver) return;
      movedAt = performance.now();
      await this.#move(to ?? this.#ms);
    }
  }

  /** Waits until whoever was woken is asleep again: all that takes longer than a turn of the event loop is held. */
  async #settled(): Promise<void> {
    await new Promise(setImmediate);
    while (this.#held > 0 && !this.#isOver) {
      await new Promise<void>((resolve) => (this.#released = resolve));
      await new Promise(setImmediate);
    }
  }

  #nextStop(): number | undefined {
    const stops = [...this.#sleepers.map(({ at }) => at), this.#ms + STEP_REAL_MS * this.#speed].filter(
      Number.isFinite,
    );
    return stops.length === 0 ? undefined : Math.min(...stops);
  }

  async #move(to: number): Promise<void> {
    this.#ms = Math.max(this.#ms, to);
    for (const follow of this.#followers) await follow();
    const due = this.#sleepers.filter(({ at }) => at <= this.#ms).toSorted((a, b) => a.at - b.at);
    this.#sleepers = this.#sleepers.filter((one) => !due.includes(one));
    for (const { wake } of due) wake();
  }
}

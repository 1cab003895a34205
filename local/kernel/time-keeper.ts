import type { Redis } from "ioredis";
import type { Clock } from "../clock";
import { idleLonger } from "./consumer-times";

/** What is over by then is deleted by PEXPIRE itself. A simulated kernel has a few dozen keys. */
const SHORTEN = `
for _, key in ipairs(redis.call("KEYS", "*")) do
  local left = redis.call("PTTL", key)
  if left >= 0 then redis.call("PEXPIRE", key, left - tonumber(ARGV[1])) end
end
return true`;

/** A stream is dumped for it, so not at every move; finer than samples are taken. */
const AGED_EVERY_MS = 5000;

/** Makes the expiries in a server, and the idle times of consumers that died, go as fast as a faster clock. */
export class TimeKeeper {
  readonly #redis: Redis;
  readonly #clock: Clock;
  #aheadMs: number;
  /** Consumers that died, by stream, with what their idle times lack. */
  readonly #dead = new Map<string, { readonly consumers: string[]; lackMs: number }>();

  constructor(redis: Redis, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
    this.#aheadMs = this.#ahead();
  }

  /** Takes from every expiry what the clock has gained on real time since the last call. */
  async turn(): Promise<void> {
    const ahead = this.#ahead();
    const gainedMs = ahead - this.#aheadMs;
    this.#aheadMs = ahead;
    // A server that is down loses its keys, and with them what there was to shorten.
    if (gainedMs === 0 || this.#redis.status !== "ready") return;
    await this.#redis.eval(SHORTEN, 0, gainedMs).catch(() => {});
    await this.#age(gainedMs);
  }

  /** Lets a consumer's idle time follow the clock, too: no command of its own starts it anew any more. */
  ages(stream: string, consumer: string): void {
    const known = this.#dead.get(stream);
    this.#dead.set(stream, { consumers: [...(known?.consumers ?? []), consumer], lackMs: known?.lackMs ?? 0 });
  }

  async #age(gainedMs: number): Promise<void> {
    for (const [stream, one] of this.#dead) {
      one.lackMs += gainedMs;
      if (one.lackMs < AGED_EVERY_MS) continue;
      // Those of a server that came back empty are gone.
      await idleLonger(this.#redis, stream, one.consumers, one.lackMs).catch(() => this.#dead.delete(stream));
      one.lackMs = 0;
    }
  }

  /** Whole milliseconds, as expiries are. */
  #ahead(): number {
    return Math.round(this.#clock.now() - performance.now());
  }
}

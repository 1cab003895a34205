import type { Redis } from "ioredis";
import type { Clock } from "../clock";

/** What is over by then is deleted by PEXPIRE itself. A simulated kernel has a few dozen keys. */
const SHORTEN = `
for _, key in ipairs(redis.call("KEYS", "*")) do
  local left = redis.call("PTTL", key)
  if left >= 0 then redis.call("PEXPIRE", key, left - tonumber(ARGV[1])) end
end
return true`;

/** Makes the expiries in a server, which run in real time, go as fast as a faster clock. */
export class TimeKeeper {
  readonly #redis: Redis;
  readonly #clock: Clock;
  #aheadMs: number;

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
    if (gainedMs !== 0 && this.#redis.status === "ready") await this.#redis.eval(SHORTEN, 0, gainedMs).catch(() => {});
  }

  /** Whole milliseconds, as expiries are. */
  #ahead(): number {
    return Math.round(this.#clock.now() - performance.now());
  }
}

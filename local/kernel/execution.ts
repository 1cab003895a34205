import type { Redis } from "ioredis";
import { type Keys, keysUnder } from "../../lib/redis/keys";

/** Orders refused for want of margin before it sets safe mode. */
export const MARGIN_FAILURES_MAX = 5;
/** How long it sets safe mode for. */
export const MARGIN_HALT_SEC = 900;

/** The simulated execution service, as far as it writes safe mode: on its own, and without a fault entry. */
export class Execution {
  readonly #redis: Redis;
  readonly #keys: Keys;
  #failures = 0;

  constructor(redis: Redis, keys = keysUnder()) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Notes that the exchange refused an order for want of margin; true when this one set safe mode. */
  async marginFailure(): Promise<boolean> {
    this.#failures++;
    if (this.#failures < MARGIN_FAILURES_MAX) return false;
    await this.#redis.set(this.#keys.safeMode, "1", "EX", MARGIN_HALT_SEC);
    this.#failures = 0;
    return true;
  }
}

import type { Redis } from "ioredis";
import { type Keys, keysUnder } from "../../lib/redis/keys";
import type { KernelLimits } from "../../lib/redis/source";
import { fieldsOf, type Intent, pythonFloat, SHAPES } from "./intent";

/** The kernel's limits: attempts in one window, in all and per symbol. */
export const LIMITS: KernelLimits = { windowSec: 10, globalMax: 20, symbolMax: 5 };
/** A window's counter outlives its window by two seconds. */
export const COUNTER_TTL_SEC = 12;
/** How long a trip of the breaker sets safe mode for. */
export const COOLDOWN_SEC = 300;
/** Kept exactly: one entry per trip. */
export const FAULTS_MAXLEN = 1000;
/** Kept roughly: Redis trims whole nodes of about a hundred entries. */
export const INTENTS_MAXLEN = 10_000;

/** What became of an attempt. */
export type Verdict = { readonly is: "published" | "blocked" } | ({ readonly is: "tripped" } & Excess);

/** The limit that was exceeded: `count` attempts were seen in the window, where `max` are allowed. */
interface Excess {
  readonly reason: string;
  readonly count: number;
  readonly max: number;
}

interface Counts {
  readonly global: number;
  readonly symbol: number;
}

export interface GateOptions {
  readonly keys?: Keys;
  /** The ID of the next entry, as XADD takes it. */
  readonly entryId?: () => string;
}

/**
 * The simulated Core Safety Kernel: every intent passes through it, or does not. Rejects when Redis does not answer;
 * the real one then lets intents through, and has nowhere to publish them.
 */
export class Gate {
  readonly #redis: Redis;
  readonly #now: () => number;
  readonly #keys: Keys;
  readonly #entryId: () => string;
  #published = 0;

  /**
   * `now` is the kernel's clock in milliseconds: it decides the window and stands in the entries, whose IDs are the
   * server's own unless said otherwise.
   */
  constructor(redis: Redis, now: () => number, { keys = keysUnder(), entryId = () => "*" }: GateOptions = {}) {
    this.#redis = redis;
    this.#now = now;
    this.#keys = keys;
    this.#entryId = entryId;
  }

  async attempt(intent: Intent): Promise<Verdict> {
    // Before counting: what safe mode blocks is in no window's counter.
    if ((await this.#redis.get(this.#keys.safeMode)) === "1") return { is: "blocked" };
    const counts = await this.#count(intent.symbol);
    const excess = excessOf(counts);
    if (excess) {
      await this.#trip(excess.reason, intent, counts);
      return { is: "tripped", ...excess };
    }
    await this.#publish(intent);
    return { is: "published" };
  }

  /** Publishes an intent as several publishers do, which never ask the kernel; an exit says that it is one. */
  bypass(intent: Intent, isExit: boolean): Promise<void> {
    return this.#publish(intent, isExit ? { reduceOnly: "true" } : {});
  }

  async #publish(intent: Intent, beside: Readonly<Record<string, string>> = {}): Promise<void> {
    const shape = SHAPES[this.#published % SHAPES.length] ?? "flat";
    const fields = { ...fieldsOf(intent, shape, this.#now()), ...beside };
    const entry = [this.#entryId(), ...Object.entries(fields).flat()] as const;
    await this.#redis.xadd(this.#keys.intents, "MAXLEN", "~", INTENTS_MAXLEN, ...entry);
    this.#published++;
  }

  async #count(symbol: string): Promise<Counts> {
    const bucket = Math.floor(this.#now() / (LIMITS.windowSec * 1000));
    return {
      global: await this.#increment(`${this.#keys.rateGlobal}:${bucket}`),
      symbol: await this.#increment(`${this.#keys.rateSymbol}:${symbol}:${bucket}`),
    };
  }

  async #increment(key: string): Promise<number> {
    const count = await this.#redis.incr(key);
    await this.#redis.expire(key, COUNTER_TTL_SEC);
    return count;
  }

  async #trip(reason: string, intent: Intent, counts: Counts): Promise<void> {
    const fault = {
      timestamp: pythonFloat(this.#now() / 1000),
      reason,
      symbol: intent.symbol,
      side: intent.side,
      global_count: counts.global,
      symbol_count: counts.symbol,
      global_max: LIMITS.globalMax,
      symbol_max: LIMITS.symbolMax,
      window_sec: LIMITS.windowSec,
      cooldown_sec: COOLDOWN_SEC,
      router_pid: process.pid,
      correlation_id: intent.correlationId,
      trace_id: intent.traceId,
    };
    const entry = [this.#entryId(), ...Object.entries(fault).flat()] as const;
    await this.#redis.xadd(this.#keys.faults, "MAXLEN", FAULTS_MAXLEN, ...entry);
    await this.#redis.set(this.#keys.safeMode, "1", "EX", COOLDOWN_SEC);
  }
}

function excessOf(counts: Counts): Excess | undefined {
  const { globalMax, symbolMax } = LIMITS;
  if (counts.global > globalMax) return { reason: "GLOBAL_RATE_EXCEEDED", count: counts.global, max: globalMax };
  if (counts.symbol > symbolMax) return { reason: "SYMBOL_RATE_EXCEEDED", count: counts.symbol, max: symbolMax };
  return undefined;
}

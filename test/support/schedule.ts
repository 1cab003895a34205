import type { Collected, Collector } from "../../lib/collector";
import { readConfig } from "../../lib/config";
import type { Sample } from "../../lib/metric";
import { SAMPLE_LIMIT_MS } from "../../lib/redis/limits";
import { RedisLink } from "../../lib/redis/link";
import { RedisSession } from "../../lib/redis/session";
import type { RedisSource } from "../../lib/redis/source";
import { READ_AFTER_MS } from "../../lib/slots";

type Variables = Readonly<Record<string, string>>;

/** Values by metric name, labels appended as `name{BTCUSDT}`; a metric filed twice throws. */
export function valuesOf(samples: readonly Sample[]): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { metric, labels, value } of samples) {
    const own = Object.values(labels);
    const name = own.length > 0 ? `${metric.name}{${own.join(",")}}` : metric.name;
    if (name in values || typeof value !== "number") throw new Error(`${name}: filed twice, or no number`);
    values[name] = value;
  }
  return values;
}

/** One collector over a real connection, taken slot by slot on a clock of the test's own. */
export class Watched<Memory> {
  /** What the collector left at the last `take`. */
  memory: Memory | undefined;
  readonly #collector: Collector<RedisSource, Memory>;
  readonly #config: ReturnType<typeof readConfig>;
  readonly #link: RedisLink;

  constructor(collector: Collector<RedisSource, Memory>, url: string, variables: Variables = {}) {
    this.#collector = collector;
    this.#config = readConfig({ ...variables, REDIS_URL: url });
    this.#link = new RedisLink(this.#config.redis);
  }

  /** The slot as a warm sandbox sees it, read `lateMs` after the usual moment. */
  async take(at: number, lateMs = 0): Promise<Taken> {
    const collected = await this.#collect(at, lateMs, this.memory);
    this.memory = collected.memory;
    return taken(collected);
  }

  /** The slot as a new sandbox sees it; nothing is remembered. */
  async takeCold(at: number, lateMs = 0): Promise<Taken> {
    return taken(await this.#collect(at, lateMs, undefined));
  }

  async stop(): Promise<void> {
    this.#link.close();
  }

  #collect(at: number, lateMs: number, memory: Memory | undefined): Promise<Collected<Memory>> {
    const { keys, symbols, limits, faultLookbackMax, streams, groups, halts } = this.#config;
    const harvest = { ...this.#config.harvest, found: undefined };
    const redis = new RedisSession(this.#link, SAMPLE_LIMIT_MS);
    const now = () => at + READ_AFTER_MS + lateMs;
    const source = { redis, keys, symbols, limits, faultLookbackMax, streams, groups, halts, harvest, now };
    return this.#collector.collect(source, new Date(at), memory);
  }
}

/** What one slot gave, with the values by name. */
export interface Taken extends Omit<Collected, "memory"> {
  readonly values: Record<string, number>;
}

function taken({ samples, properties, violations, failures }: Collected): Taken {
  return { samples, properties, violations, failures, values: valuesOf(samples) };
}

/** Stream IDs of a steady flow of `perMinute` entries in `[from, to)`, as XADD takes them. */
export function steadyIds(from: number, to: number, perMinute: number): string[] {
  const gap = 60_000 / perMinute;
  const first = Math.ceil(from / gap);
  const count = Math.ceil(to / gap) - first;
  return Array.from({ length: count }, (_, index) => `${Math.ceil((first + index) * gap)}-*`);
}

/** A clock that stands still but for sleeps, which pass at once; the world may do something in each. */
export class SimulatedClock {
  ms = 0;
  isRunning = false;
  /** Called in every sleep, when the clock shows its end. */
  onWake: (ms: number) => Promise<void> = () => Promise.resolve();

  /** Starts the clock; `Date.now` shows it until the mocks are restored. */
  start(ms: number): void {
    this.ms = ms;
    this.isRunning = true;
    jest.spyOn(Date, "now").mockImplementation(() => this.ms);
  }

  stop(): void {
    this.isRunning = false;
    jest.restoreAllMocks();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.ms += ms;
    await this.onWake(this.ms);
    signal?.throwIfAborted();
  }
}

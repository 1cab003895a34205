import { readConfig } from "../../lib/config";
import { SAMPLE_LIMIT_MS } from "../../lib/redis/limits";
import type { RedisWhy } from "../../lib/redis/why";
import { type Sampled, Sampler } from "../../lib/sampler";
import type { EmbeddedRedis } from "../../local/embedded-redis";
import { writerOf } from "./redis-server";
import { valuesOf } from "./schedule";

/** A busy machine wakes a timer late. */
const LATE_MS = 500;
export const SAFE_MODE = "quantum:safety:safe_mode";
export const INTENTS = "quantum:stream:trade.intent";

/** Makes samplers that are closed after each test of the enclosing block. */
export function withSamplers(): (variables: Readonly<Record<string, string>>, now?: () => number) => Sampler {
  const samplers: Sampler[] = [];
  afterEach(() => {
    for (const sampler of samplers.splice(0)) sampler.close();
  });
  return (variables, now) => {
    const sampler = new Sampler(readConfig(variables), now);
    samplers.push(sampler);
    return sampler;
  };
}

/** A sample and the milliseconds that it took. */
export interface Timed {
  readonly sampled: Sampled;
  readonly tookMs: number;
}

/** Samples the last mark at which every collector is due. */
export async function sampled(sampler: Sampler): Promise<Timed> {
  const startedAt = performance.now();
  const taken = await sampler.sample(new Date(Math.floor(Date.now() / 30_000) * 30_000));
  return { sampled: taken, tookMs: performance.now() - startedAt };
}

/** Leaves readings that an outage must hide: safe mode on, and an intent older than a minute. */
export async function seed(server: EmbeddedRedis, password?: string): Promise<void> {
  const writer = writerOf(server, password === undefined ? {} : { password });
  await writer.set(SAFE_MODE, "1");
  await writer.xadd(INTENTS, Date.now() - 120_000, "symbol", "BTCUSDT");
  writer.disconnect();
}

/** Nothing but the exporter's own metrics, Redis down among them, within the slot; and why, in its words and in ours. */
export function expectOutage({ sampled: taken, tookMs }: Timed, said: RegExp, ...why: readonly RedisWhy[]): void {
  const { samples, properties, at } = taken;
  const { quantum_safety_sample_duration_ms: _, ...values } = valuesOf(samples);
  expect(tookMs).toBeLessThan(SAMPLE_LIMIT_MS + LATE_MS);
  expect(properties["redis_error"]).toMatch(said);
  expect(why).toContain(properties["redis_why"]);
  expect(values).toEqual({
    quantum_safety_exporter_up: 1,
    quantum_safety_exporter_scrapes_total: 1,
    quantum_safety_exporter_errors_total: 5,
    quantum_safety_redis_up: 0,
    quantum_safety_redis_last_error_timestamp: at.getTime() / 1000,
    "quantum_collector_up{safe-mode}": 0,
    "quantum_collector_up{halts}": 0,
    "quantum_collector_up{faults}": 0,
    "quantum_collector_up{intents}": 0,
    "quantum_collector_up{rate-windows}": 0,
  });
}

/** Redis is up, no collector failed, and these values are published. */
export function expectUp({ sampled: { samples, properties } }: Timed, values: Readonly<Record<string, number>>): void {
  expect([properties["redis_error"], properties["failed"]]).toEqual([undefined, undefined]);
  expect(valuesOf(samples)).toMatchObject({ quantum_safety_redis_up: 1, quantum_safety_exporter_up: 1, ...values });
}

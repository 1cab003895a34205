import type { Redis } from "ioredis";

import { SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { SAFE_MODE, sampled, withSamplers } from "../../support/sampling";
import { valuesOf } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();
const redis = withRedis();

beforeEach(async () => {
  await redis.writer.config("SET", "maxmemory", "0");
});
afterEach(async () => {
  await redis.writer.config("SET", "maxmemory", "0");
  await redis.writer.config("SET", "maxmemory-policy", "noeviction");
});

const take = async (family = "safety") =>
  (await sampled(samplerFor({ REDIS_URL: redis.server.url, COLLECTORS: family }))).sampled;

/** A limit a little above what there is. */
async function limit(policy: string): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(await redis.writer.info("memory"))?.[1]);
  await redis.writer.config("SET", "maxmemory-policy", policy);
  await redis.writer.config("SET", "maxmemory", String(used + 2_000_000));
}

/** What the server says to writes until it refuses one, or has taken them all: large ones, then small ones as ours are. */
async function fill(writer: Redis): Promise<string> {
  const write = async (chunk: string, count: number): Promise<string> => {
    for (let place = 0; place < count; place++) {
      try {
        await writer.set(`other:${chunk.length}:${place}`, chunk);
      } catch (error) {
        return String(error);
      }
    }
    return "all taken";
  };
  await write("x".repeat(100_000), 60);
  return write("x".repeat(200), 5000);
}

/** Stands for a server that can be read and not written, taken for a healthy one; and for a full look of one that evicts. */
it.each([
  ["noeviction", "OOM", 1],
  ["volatile-lru", "OOM", 1],
  ["allkeys-lru", "all taken", 0],
])("a server at its limit with the policy %s says %s, and is full: %i", async (policy, said, isFull) => {
  await redis.writer.set(SAFE_MODE, "1");
  await limit(policy);
  const answer = await fill(redis.writer);

  const { samples, properties, health } = await take();

  expect(answer).toContain(said);
  expect(health.isUp).toBe(true);
  expect(valuesOf(samples)).toMatchObject({ quantum_redis_full: isFull, quantum_safety_redis_up: 1 });
  if (isFull === 0) return;
  // What is there is read and published all the same.
  expect(valuesOf(samples)).toMatchObject({ quantum_safety_safe_mode: 1, "quantum_collector_up{safe-mode}": 1 });
  expect(properties["redis_full"]).toMatch(new RegExp(`^\\d+ bytes used of maxmemory \\d+, policy ${policy}$`));
});

it("a server with room below its limit, or without one, is not full", async () => {
  const without = await take();
  await limit("noeviction");

  const below = await take();

  for (const { samples, properties } of [without, below]) {
    expect(valuesOf(samples)["quantum_redis_full"]).toBe(0);
    expect(properties).not.toHaveProperty("redis_full");
  }
});

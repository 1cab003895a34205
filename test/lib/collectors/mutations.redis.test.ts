import type { Redis } from "ioredis";
import { readConfig } from "../../../lib/config";
import { Sampler } from "../../../lib/sampler";
import {
  BYTES,
  FAULTS,
  globalCounter,
  HUGE,
  INTENTS,
  plainly,
  SAFE_MODE,
  SLOT_MS,
  symbolCounters,
  SYMBOLS,
  TEXTS,
} from "../../support/plain-reading";
import { SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { valuesOf } from "../../support/schedule";

jest.setTimeout(2 * SERVER_TIMEOUT_MS);

const MUTATIONS = 10_000;
const MUTATIONS_A_SLOT = 4;
const HOUR_MS = 3_600_000;
const NOON = Date.parse("2026-03-01T12:00:00Z");
const MALFORMED_INTENTS: readonly (readonly (string | Buffer)[])[] = [
  ["side", "BUY"],
  ["data", "{"],
  ["data", "[1]"],
  ["payload", '{"symbol":null}'],
  ["symbol", HUGE],
  ["data", BYTES],
];

/** A small seeded generator (mulberry32), so that a failure can be met again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const draw = generator(20_260_301);
const oneOf = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
/** A value; a megabyte only now and then, as it costs its time. */
function text(): string | Buffer {
  const drawn = oneOf([...TEXTS.keys()]);
  if (drawn === HUGE && draw(10) > 0) return "1";
  return drawn === BYTES.toString() ? BYTES : drawn;
}

/** One random change of anything that is read at the slot `t`. */
async function mutate(redis: Redis, t: number): Promise<void> {
  const [current, last] = [t / SLOT_MS, t / SLOT_MS - 1];
  const strings = [SAFE_MODE, globalCounter(current), globalCounter(last), ...symbolCounters(last)];
  const key = oneOf([...strings, FAULTS, INTENTS, FAULTS, INTENTS]);
  const stream = oneOf([FAULTS, INTENTS]);
  const dice = draw(40);
  if (dice < 14) await redis.set(oneOf(strings), text());
  else if (dice < 16) await redis.set(SAFE_MODE, oneOf(["0", "1", "1"]), "PX", 1 + draw(900_000));
  else if (dice < 26) await xadd(redis, INTENTS, t - draw(70_000), intent());
  else if (dice < 32) await xadd(redis, FAULTS, t - draw(30_000), fault(t));
  else if (dice < 33) await redis.xtrim(stream, "MAXLEN", draw(30)).catch(() => undefined);
  else if (dice < 34) await xadd(redis, stream, oneOf(["0-1", `${t + draw(90_000)}-18446744073709551615`]), fault(t));
  else if (dice < 36) await redis.del(key);
  else await replace(redis, key);
}

function intent(): readonly (string | Buffer)[] {
  return draw(6) === 0 ? oneOf(MALFORMED_INTENTS) : ["symbol", oneOf(SYMBOLS), "data", "{"];
}

function fault(t: number): readonly (string | Buffer)[] {
  if (draw(5) === 0) return ["reason", text()];
  const stamp = oneOf([String((t - draw(2 * HOUR_MS)) / 1000), String(t), text()]);
  return ["timestamp", stamp, "symbol", oneOf(SYMBOLS)];
}

/** A stream refuses IDs that are not above its last; then nothing changes. */
async function xadd(
  redis: Redis,
  key: string,
  id: string | number,
  fields: readonly (string | Buffer)[],
): Promise<void> {
  await redis.xadd(key, "MAXLEN", 60, id, ...fields).catch(() => undefined);
}

async function replace(redis: Redis, key: string): Promise<void> {
  await redis.del(key);
  const kind = draw(4);
  if (kind === 0) await redis.hset(key, "a", "1");
  else if (kind === 1) await redis.rpush(key, "1");
  else if (kind === 2) await redis.zadd(key, 1, "1");
  else await redis.xgroup("CREATE", key, "group", "$", "MKSTREAM");
}

describe("ten thousand random changes of what is read", () => {
  const redis = withRedis();

  it("stop no sample: what a plain reading can know is published, the rest is counted", async () => {
    let t = NOON;
    const sampler = new Sampler(
      readConfig({ REDIS_URL: redis.server.url, SYMBOLS: SYMBOLS.join(","), SAMPLE_INTERVAL_SEC: "10" }),
      () => t + 200,
    );
    const wrong: unknown[] = [];
    const met = { exactRates: 0, violations: 0 };

    for (let done = 0; done < MUTATIONS; done += MUTATIONS_A_SLOT, t += SLOT_MS) {
      for (let one = 0; one < MUTATIONS_A_SLOT; one++) await mutate(redis.writer, t);
      const { samples, properties, health } = await sampler.sample(new Date(t));
      const values = valuesOf(samples);
      const plain = await plainly(redis.writer, t);
      const { quantum_trade_intent_rate_per_min: rate, ...others } = plain.values;
      const published = values["quantum_trade_intent_rate_per_min"];
      const reasons = properties["unknown"] as Record<string, string> | undefined;
      const isReset = reasons?.["quantum_trade_intent_rate_per_min"]?.includes("re-created within the minute");
      const isRateWrong = rate !== undefined && published !== rate && !isReset;
      const violations = plain.violations + (isReset ? 0 : plain.unreadIntents);
      const expected: Record<string, number> = { ...others, quantum_contract_violations: violations };
      const differing = Object.entries(expected).filter(([name, value]) => values[name] !== value);
      const missing = [...plain.names].filter((name) => !(name in values));
      if (!health.isUp || properties["failed"] || isRateWrong || differing.length > 0 || missing.length > 0) {
        wrong.push({
          done,
          differing,
          missing,
          rate,
          published,
          properties: JSON.stringify(properties).slice(0, 2000),
        });
      }
      if (rate !== undefined && published === rate && rate > 0) met.exactRates += 1;
      met.violations += plain.violations;
    }

    sampler.close();
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(met.exactRates).toBeGreaterThan(100);
    expect(met.violations).toBeGreaterThan(1000);
  });
});

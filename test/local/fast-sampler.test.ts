import { readConfig } from "../../lib/config";
import { Sampler } from "../../lib/sampler";
import { clockSkew } from "../../lib/server-health";
import { FastSampler } from "../../local/fast-sampler";
import { FastTime } from "../../local/fast-time";
import { withRedis } from "../support/redis-server";
import { valuesOf } from "../support/schedule";

/** An hour ahead of the server. */
const AHEAD_MS = 3_600_000;

const redis = withRedis();
const time = { current: new FastTime(Infinity) };

beforeEach(() => {
  time.current = new FastTime(Infinity, Date.now() + AHEAD_MS);
  time.current.start();
});

afterEach(() => time.current.stop());

describe("a sample on a faster time", () => {
  it("takes none of it", async () => {
    const sampler = new FastSampler(readConfig({ REDIS_URL: redis.server.url }), time.current);
    const before = time.current.now();

    const { samples } = await sampler.sample(new Date(before));
    const after = time.current.now();
    sampler.close();

    expect(after).toBe(before);
    expect(valuesOf(samples)).toMatchObject({ quantum_safety_redis_up: 1, quantum_safety_safe_mode: 0 });
  });

  it("withholds the clock skew, which would be made up", async () => {
    const config = readConfig({ REDIS_URL: redis.server.url });
    const [fast, plain] = [new FastSampler(config, time.current), new Sampler(config)];
    const at = new Date(time.current.now());

    const told = await fast.sample(at);
    const madeUp = await time.current.hold(() => plain.sample(at));
    fast.close();
    plain.close();

    expect(madeUp.health.skewMs).toBeLessThan(-AHEAD_MS / 2);
    expect(madeUp.properties).toHaveProperty("clock_skew_ms");
    expect(told.health).toEqual({ isUp: true, durationMs: expect.any(Number) as number });
    expect(told.properties).not.toHaveProperty("clock_skew_ms");
    const named = [madeUp, told].map(({ samples }) => samples.filter(({ metric }) => metric === clockSkew).length);
    expect(named).toEqual([1, 0]);
  });
});

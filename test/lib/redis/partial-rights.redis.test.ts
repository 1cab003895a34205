import { SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { withSamplers } from "../../support/sampling";
import { valuesOf } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const redis = withRedis({
  config: [
    "user counters on >pw ~* -@all +get +pttl +time",
    "user entries on >pw ~* -@all +get +pttl +time +xrange +xrevrange",
  ],
});
const samplerFor = withSamplers();
const lastMark = (): number => Math.floor(Date.now() / 30_000) * 30;
const as = (user: string, mark: number) =>
  samplerFor({ REDIS_URL: `redis://${user}:pw@127.0.0.1:${redis.server.port}` }).sample(new Date(mark * 1000));

describe("a user that may read a part", () => {
  it("gets the counters where streams are refused, and the collectors say that they failed", async () => {
    const mark = lastMark();
    await redis.writer.set(`quantum:safety:rate:global:${mark / 10}`, "7");
    await redis.writer.set(`quantum:safety:rate:global:${mark / 10 - 1}`, "17");

    const { samples, properties } = await as("counters", mark);

    expect(valuesOf(samples)).toMatchObject({
      quantum_safety_redis_up: 1,
      quantum_safety_safe_mode: 0,
      quantum_safety_rate_global_current_window: 7,
      quantum_safety_rate_global_last_window: 17,
      "quantum_collector_up{safe-mode}": 1,
      "quantum_collector_up{faults}": 0,
      "quantum_collector_up{intents}": 0,
      "quantum_collector_up{rate-windows}": 0,
    });
    expect(properties).toMatchObject({ symbols_complete: false });
    expect(properties["failed"]).toContainEqual({
      collector: "rate-windows",
      why: expect.stringMatching(/^quantum:stream:\S+: NOPERM.*more\)$/),
    });
  });

  it("gets the faults' windows where only the streams' counters are refused", async () => {
    const mark = lastMark();
    await redis.writer.xadd("quantum:stream:safety.fault", (mark - 60) * 1000, "timestamp", mark - 60);

    const { samples } = await as("entries", mark);

    expect(valuesOf(samples)).toMatchObject({
      quantum_safety_faults_last_5m: 1,
      quantum_safety_last_fault_timestamp: mark - 60,
      "quantum_collector_up{faults}": 0,
    });
    expect(valuesOf(samples)).not.toHaveProperty("quantum_safety_fault_stream_length");
  });
});

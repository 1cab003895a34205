import { readConfig } from "../../lib/config";
import { ConfigError } from "../../lib/errors";
import { READ_AFTER_MS } from "../../lib/slots";
import { Sampler } from "../../lib/sampler";
import { SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";
import { steadyIds, valuesOf } from "../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const INTENTS = "quantum:stream:trade.intent";
const SAFE_MODE = "quantum:safety:safe_mode";

const redis = withRedis();
const started: Sampler[] = [];
/** The time at which the current slot is read. */
const clock = { ms: NOON + READ_AFTER_MS };

afterEach(() => {
  for (const sampler of started.splice(0)) sampler.close();
  clock.ms = NOON + READ_AFTER_MS;
});

function samplerFor(variables: Record<string, string> = {}): Sampler {
  const sampler = new Sampler(readConfig({ ...variables, REDIS_URL: redis.server.url }), () => clock.ms);
  started.push(sampler);
  return sampler;
}

const dueAt = (sampler: Sampler, afterMs: number): string[] =>
  sampler.due(new Date(NOON + afterMs)).map(({ name }) => name);

describe("what is due", () => {
  const all = ["safe-mode", "halts", "faults", "intents", "rate-windows"];

  it.each([
    ["on the minute", {}, 0, all],
    ["at 10 s", {}, 10_000, ["rate-windows"]],
    ["at 15 s", {}, 15_000, all],
    ["at 30 s", {}, 30_000, all],
    ["at a time that is no mark", {}, 12_345, []],
    ["at 10 s of a 60 s interval", { SAMPLE_INTERVAL_SEC: "60" }, 10_000, ["rate-windows"]],
    ["at 15 s of a 60 s interval", { SAMPLE_INTERVAL_SEC: "60" }, 15_000, []],
    ["at 5 s of a 5 s interval", { SAMPLE_INTERVAL_SEC: "5" }, 5000, all],
  ])("%s is the collectors of that mark", (_, variables, afterMs, expected) => {
    expect(dueAt(samplerFor(variables), afterMs)).toEqual(expected);
  });

  it("comes at the sampler's interval and at those of its collectors", () => {
    expect(samplerFor({ SAMPLE_INTERVAL_SEC: "30" }).intervals).toEqual([30, 10]);
    expect(samplerFor({ SAMPLE_INTERVAL_SEC: "10" }).intervals).toEqual([10]);
  });

  it.each([
    ["on the minute", "20", 0, [...all, "harvest"]],
    ["at 15 s, which is no mark of its own", "20", 15_000, all],
    ["at 20 s, which is no mark of the others", "20", 20_000, ["rate-windows", "harvest"]],
    ["at 5 s, far more often than the others", "5", 5000, ["harvest"]],
    ["at 15 s of a 60 s interval", "60", 15_000, all],
  ])("of the harvest comes at its own interval and at no other: %s", (_, seconds, afterMs, expected) => {
    const sampler = samplerFor({ COLLECTORS: "safety,harvest", HARVEST_INTERVAL_SEC: seconds });

    expect(dueAt(sampler, afterMs)).toEqual(expected);
    expect(sampler.intervals).toEqual([...new Set([15, Number(seconds), 10])]);
  });

  it("of the harvest brings its heartbeat, and at other marks there is none", async () => {
    const sampler = samplerFor({ COLLECTORS: "safety,harvest", HARVEST_INTERVAL_SEC: "20" });
    const beats = async (afterMs: number): Promise<(number | undefined)[]> => {
      const at = new Date(NOON + afterMs);
      const values = valuesOf((await sampler.sample(at, sampler.due(at))).samples);
      return [values["quantum_safety_exporter_up"], values["quantum_harvest_exporter_up"]];
    };

    expect([await beats(0), await beats(15_000), await beats(20_000)]).toEqual([
      [1, 1],
      [1, undefined],
      [1, 1],
    ]);
  });

  it("cannot be of a family that does not exist, and the message lists those that do", () => {
    expect(() => samplerFor({ COLLECTORS: "safety,harvets" })).toThrow(ConfigError);
    expect(() => samplerFor({ COLLECTORS: "safety,harvets" })).toThrow(
      /^COLLECTORS: "harvets" is not one of safety, harvest/,
    );
  });
});

describe("a sample", () => {
  it("holds the readings of all collectors beside the exporter's own, all of the slot or of its window", async () => {
    await redis.writer.set(SAFE_MODE, "1", "EX", 300);
    await redis.writer.xadd(INTENTS, NOON - 70_000, "symbol", "BTCUSDT");

    const { samples, health } = await samplerFor().sample(new Date(NOON));

    expect(valuesOf(samples)).toMatchObject({
      quantum_safety_safe_mode: 1,
      quantum_safety_faults_last_1h: 0,
      quantum_trade_intent_rate_per_min: 0,
      quantum_safety_rate_global_last_window: 0,
      quantum_safety_redis_up: 1,
      "quantum_collector_up{rate-windows}": 1,
    });
    expect(new Set(samples.map(({ at }) => at.getTime() - NOON))).toEqual(new Set([0, -10_000]));
    expect(health.isUp).toBe(true);
    expect(Math.abs(health.skewMs ?? Number.NaN)).toBeLessThan(1000);
  });

  /** Stands for a clock that is trusted unseen: ours is set apart from the server's, either way. */
  it.each([
    [12_000, 12],
    [-12_000, 12],
    [0, 0],
  ])("tells by how many seconds the clocks differ: ours is %i ms ahead", async (aheadMs, seconds) => {
    const realNow = Date.now.bind(Date);
    jest.spyOn(Date, "now").mockImplementation(() => realNow() + aheadMs);

    const { samples, properties } = await samplerFor().sample(new Date(NOON));

    jest.restoreAllMocks();
    const skew = valuesOf(samples)["quantum_clock_skew_seconds"] ?? Number.NaN;
    expect(Math.abs(skew - seconds)).toBeLessThan(2);
    expect(Math.abs(Number(properties["clock_skew_ms"]) + aheadMs)).toBeLessThan(2000);
  });

  it("names everything that could not be known, whichever collector did not know it", async () => {
    await redis.writer.xadd(INTENTS, NOON - 1000, "symbol", "BTCUSDT");
    clock.ms = NOON + 6000;

    const { properties } = await samplerFor().sample(new Date(NOON));

    expect(properties["unknown"]).toEqual({
      quantum_trade_intent_rate_per_min: "the stream is younger than a minute",
      quantum_trade_intent_opening_rate_per_min: "the stream is younger than a minute",
      quantum_safety_rate_global_last_window: "read too late: the counter may have lapsed",
      quantum_safety_rate_global_utilization: "read too late: the counter may have lapsed",
      quantum_safety_rate_symbol_utilization_max: "read too late: the counter may have lapsed",
    });
  });

  it("says nothing of what is unknown where all is known", async () => {
    await redis.writer.xadd(INTENTS, NOON - 70_000, "symbol", "BTCUSDT");

    const { properties } = await samplerFor().sample(new Date(NOON));

    expect(properties).not.toHaveProperty("unknown");
  });

  it("tells each violation with the collector that met it", async () => {
    await redis.writer.set(SAFE_MODE, "yes");
    await redis.writer.set(INTENTS, "no stream");

    const { violations, samples } = await samplerFor().sample(new Date(NOON));

    expect(violations.map(({ collector, key }) => [collector, key])).toEqual([
      ["safe-mode", SAFE_MODE],
      ["intents", INTENTS],
    ]);
    expect(valuesOf(samples)).toMatchObject({
      quantum_contract_violations: 2,
      quantum_safety_exporter_errors_total: 2,
      "quantum_contract_violations{intents}": 1,
      "quantum_contract_violations{faults}": 0,
    });
  });

  it("remembers from slot to slot: at a rate that outruns the stream the next one is still known", async () => {
    const sampler = samplerFor();
    const values: unknown[] = [];
    for (let t = NOON; t <= NOON + 45_000; t += 15_000) {
      for (const id of steadyIds(t - 15_000, t, 480)) await redis.writer.xadd(INTENTS, "MAXLEN", 20, id, "symbol", "B");
      clock.ms = t + READ_AFTER_MS;
      values.push(valuesOf((await sampler.sample(new Date(t))).samples)["quantum_trade_intent_rate_per_min"]);
    }

    const [last] = values.slice(-1);

    expect(Math.abs(Number(last) - 480)).toBeLessThan(480 * 0.02);
  });

  it("reads keys by the names that are configured", async () => {
    await redis.writer.set("other:mode", "1");

    const { samples } = await samplerFor({ KEYS: '{"safeMode":"other:mode"}' }).sample(new Date(NOON));

    expect(valuesOf(samples)).toMatchObject({ quantum_safety_safe_mode: 1 });
  });

  it("works again after it was closed", async () => {
    const sampler = samplerFor();
    await sampler.sample(new Date(NOON));
    sampler.close();

    const { health } = await sampler.sample(new Date(NOON + 15_000));

    expect(health.isUp).toBe(true);
  });
});

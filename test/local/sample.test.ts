import type { Redis } from "ioredis";
import { endCommands, runCommand } from "../support/command";
import { SERVER_TIMEOUT_MS, startReplicaWithSentinel, until, withRedis, writerOf } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

interface Printed {
  readonly at: string;
  readonly samples: readonly { name: string; value: number; unit: string; labels: Record<string, string> }[];
  readonly properties: Record<string, unknown>;
  readonly violations: readonly { collector: string; key: string; what: string }[];
}

const HOSTILE = "\u001B[2J\u001B]0;owned\u0007\nBTC\u202ETDSU\u2028\u009B31m\u{E0041}";
// oxlint-disable-next-line no-control-regex -- those are looked for
const STEERING = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/;

const redis = withRedis();

async function sampleJson(...args: string[]): Promise<Printed> {
  return sampleWith({ COLLECTORS: "safety" }, ...args);
}

async function sampleWith(variables: Record<string, string>, ...args: string[]): Promise<Printed> {
  const { code, stdout, stderr } = await runCommand(["sample", "--json", ...args], {
    env: { REDIS_URL: redis.server.url, ...variables },
  });
  expect({ code, stderr, lines: stdout.split("\n").length }).toEqual({ code: 0, stderr: "", lines: 2 });
  return JSON.parse(stdout) as Printed;
}

const nameOf = ({ name, labels }: Printed["samples"][number]): string => [name, ...Object.values(labels)].join(" ");

function valuesOf({ samples }: Printed): Record<string, number> {
  return Object.fromEntries(samples.map((one) => [nameOf(one), one.value]));
}

function perCollector(name: string, value: number): Record<string, number> {
  return Object.fromEntries(
    ["safe-mode", "faults", "intents", "rate-windows", "halts"].map((one) => [`${name} ${one}`, value]),
  );
}

/** Seconds before now at which the streams' entries were added; far enough from any window's edge for a slow machine. */
const FAULTS_AGO = [7000, 2700, 1200, 120];
const INTENTS_AGO = [400, 90, 40, 30, 30, 20, 8];
const FAULT = { reason: "SYMBOL_RATE_EXCEEDED", symbol: "ETHUSDT", side: "SELL", cooldown_sec: "300" };

/** A busy kernel's keys; any window that may end before the sample has 8 attempts, 4 of them on ETHUSDT. */
async function seed(writer: Redis): Promise<{ faultAt: number; intentAt: number }> {
  const now = Date.now();
  for (const ago of FAULTS_AGO) {
    const ms = now - ago * 1000;
    await writer.xadd(
      "quantum:stream:safety.fault",
      `${ms}-0`,
      ...Object.entries({ timestamp: ms / 1000, ...FAULT }).flat(),
    );
  }
  for (const [index, ago] of INTENTS_AGO.entries()) {
    await writer.xadd(
      "quantum:stream:trade.intent",
      `${now - ago * 1000}-${index}`,
      "symbol",
      "ETHUSDT",
      "side",
      "BUY",
    );
  }
  await writer.set("quantum:safety:safe_mode", "1", "EX", 300);
  const bucket = Math.floor(now / 10_000);
  for (const one of [-1, 0, 1, 2]) {
    await writer.set(`quantum:safety:rate:global:${bucket + one}`, "8");
    await writer.set(`quantum:safety:rate:symbol:ETHUSDT:${bucket + one}`, "4");
    await writer.set(`quantum:safety:rate:symbol:BTCUSDT:${bucket + one}`, "1");
    await writer.set(`quantum:safety:rate:symbol:SOLUSDT:${bucket + one}`, "3");
  }
  return { faultAt: now / 1000 - 120, intentAt: now / 1000 - 8 };
}

describe("sample --json", () => {
  it("gives every safety metric with the value that the keys have", async () => {
    const { faultAt, intentAt } = await seed(redis.writer);

    const printed = await sampleJson("--collectors", "safety");

    const at = Date.parse(printed.at) / 1000;
    expect(valuesOf(printed)).toEqual({
      quantum_clock_skew_seconds: expect.any(Number) as number,
      quantum_halts_active: 0,
      quantum_redis_full: 0,
      quantum_redis_replica_cut_off: 0,
      quantum_trade_intent_opening_rate_per_min: 5,
      quantum_trade_intent_stream_missing: 0,
      quantum_safety_safe_mode: 1,
      quantum_safety_safe_mode_ttl_seconds: expect.closeTo(faultAt + 120 + 300 - at, -1) as number,
      quantum_safety_safe_mode_no_expiry: 0,
      quantum_safety_fault_stream_length: 4,
      quantum_safety_faults_last_1h: 3,
      quantum_safety_faults_last_30m: 2,
      quantum_safety_faults_last_5m: 1,
      quantum_safety_last_fault_timestamp: faultAt,
      quantum_trade_intent_stream_length: 7,
      quantum_trade_intent_rate_per_min: 5,
      quantum_trade_intent_last_age_seconds: expect.closeTo(at - intentAt, 6) as number,
      quantum_safety_rate_global_current_window: 8,
      quantum_safety_rate_global_last_window: 8,
      quantum_safety_rate_global_utilization: 40,
      quantum_safety_rate_symbol_utilization_max: 80,
      quantum_safety_redis_up: 1,
      quantum_safety_exporter_up: 1,
      quantum_safety_exporter_scrapes_total: 1,
      quantum_safety_exporter_errors_total: 0,
      quantum_safety_sample_duration_ms: expect.any(Number) as number,
      ...perCollector("quantum_collector_up", 1),
      quantum_contract_violations: 0,
      ...perCollector("quantum_contract_violations", 0),
    });
    expect(printed.properties).toMatchObject({
      last_fault: FAULT,
      rate_symbol_max: "ETHUSDT",
      top_symbols: [
        { symbol: "ETHUSDT", count: 4 },
        { symbol: "SOLUSDT", count: 3 },
        { symbol: "BTCUSDT", count: 1 },
      ],
      symbols_complete: true,
    });
  });

  it("has exactly the documented shape", async () => {
    await redis.writer.set("quantum:safety:safe_mode", "2");

    const printed = await sampleJson("--collectors", "safety");

    expect(Object.keys(printed)).toEqual(["at", "samples", "properties", "violations"]);
    expect(new Date(printed.at).toISOString()).toBe(printed.at);
    expect(printed.samples[0]).toEqual({ name: "quantum_safety_safe_mode", value: 0, unit: "None", labels: {} });
    expect(new Set(printed.samples.flatMap((one) => Object.keys(one)))).toEqual(
      new Set(["name", "value", "unit", "labels"]),
    );
    expect(printed.violations).toEqual([
      {
        collector: "safe-mode",
        key: "quantum:safety:safe_mode",
        what: 'holds "2", neither "1" nor "0": the kernel takes it for off',
      },
    ]);
  });

  it("says of a Redis that is down nothing but that, with exit code 0", async () => {
    const printed = await sampleJson("--redis", "redis://127.0.0.1:1", "--collectors", "safety");

    expect(valuesOf(printed)).toEqual({
      quantum_safety_redis_up: 0,
      quantum_safety_redis_last_error_timestamp: Date.parse(printed.at) / 1000,
      quantum_safety_exporter_up: 1,
      quantum_safety_exporter_scrapes_total: 1,
      quantum_safety_exporter_errors_total: 5,
      ...perCollector("quantum_collector_up", 0),
    });
    expect(printed.properties).toMatchObject({
      redis_error: "connect ECONNREFUSED 127.0.0.1:1",
      redis_why: "unreachable",
    });
    expect(printed.violations).toEqual([]);
  });

  /** Stands for frozen keys that look alive: safe mode reads 1 for ever, though it ran out on no server. */
  it("says of a replica whose primary is gone that it is cut off, and nothing of its keys", async () => {
    const group = await startReplicaWithSentinel();
    const { master, replica, sentinel } = group;
    await sentinel.stop();
    const [writer, watcher] = [writerOf(master), writerOf(replica)];
    await writer.set("quantum:safety:safe_mode", "1", "EX", 300);
    await until("the copy has come", async () => (await watcher.exists("quantum:safety:safe_mode")) === 1);
    writer.disconnect();
    await master.kill();
    await until("it notices", async () => /link_status:down/.test(await watcher.info("replication")));
    watcher.disconnect();

    const printed = await sampleJson("--redis", replica.url);

    await group.stop();
    const values = valuesOf(printed);
    expect(values).toMatchObject({
      quantum_redis_replica_cut_off: 1,
      quantum_safety_redis_up: 1,
      quantum_safety_exporter_up: 1,
      ...perCollector("quantum_collector_up", 1),
    });
    expect(Object.keys(values).filter((name) => /safe_mode|_faults?_|_intent_|_rate_|contract/.test(name))).toEqual([]);
    expect(printed.properties["redis_cut_off"]).toMatch(/^a replica whose link to its primary \S+ is down/);
  });

  it("escapes what could steer a terminal and keeps its value", async () => {
    await redis.writer.xadd("quantum:stream:safety.fault", "*", "timestamp", "0", "reason", HOSTILE);

    const { stdout } = await runCommand(["sample", "--json"], { env: { REDIS_URL: redis.server.url } });

    expect(stdout).not.toMatch(STEERING);
    expect((JSON.parse(stdout) as Printed).properties["last_fault"]).toMatchObject({ reason: HOSTILE });
  });
});

describe("sample", () => {
  it("prints hostile text so that it cannot steer the terminal", async () => {
    await redis.writer.set("quantum:safety:safe_mode", HOSTILE);
    await redis.writer.xadd("quantum:stream:safety.fault", "*", "timestamp", HOSTILE, "reason", HOSTILE);
    await redis.writer.xadd("quantum:stream:trade.intent", "*", "symbol", HOSTILE);

    const { code, stdout } = await runCommand(["sample"], { env: { REDIS_URL: redis.server.url, FORCE_COLOR: "1" } });

    expect(code).toBe(0);
    expect(stdout).toContain("contract broken:\n  safe-mode: quantum:safety:safe_mode holds");
    expect(stdout).toContain("owned");
    expect(stdout).not.toMatch(STEERING);
    expect(stdout).not.toMatch(/^BTC/m);
  });

  it("names unit and labels beside each value", async () => {
    await seed(redis.writer);

    const { stdout } = await runCommand(["sample"], { env: { REDIS_URL: redis.server.url } });

    expect(stdout).toMatch(/^sample of \d{4}-\d\d-\d\dT[\d:.]+Z$/m);
    expect(stdout).toMatch(/^quantum_safety_faults_last_1h {2,}3 Count$/m);
    expect(stdout).toMatch(/^quantum_collector_up\{Collector=faults\} {2,}1$/m);
    expect(stdout).toMatch(/^rate_symbol_max: "ETHUSDT"$/m);
    expect(stdout).not.toContain("contract broken");
  });
});

// The kind of mistake: what is gone has no reading, so that nothing speaks of it.
it.each<[string, Record<string, string>, string]>([
  ["the contract's own", {}, "quantum:group:intent_bridge"],
  ["one that is named", { GROUPS: '{"quantum:stream:trade.intent":["execution"]}' }, "execution"],
])("says that a declared group is gone, %s, while its stream goes on", async (_, variables, group) => {
  const stream = "quantum:stream:trade.intent";
  await redis.writer.xadd(stream, "*", "symbol", "BTCUSDT", "side", "BUY");
  await redis.writer.xgroup("CREATE", stream, group, "0");
  const before = valuesOf(await sampleWith(variables));
  await redis.writer.xgroup("DESTROY", stream, group);
  await redis.writer.xadd(stream, "*", "symbol", "BTCUSDT", "side", "BUY");

  const after = valuesOf(await sampleWith(variables));

  const name = `quantum_stream_group_missing ${stream} ${group}`;
  expect([before[name], after[name]]).toEqual([0, 1]);
  expect(after).not.toHaveProperty([`quantum_stream_group_lag ${stream} ${group}`]);
});

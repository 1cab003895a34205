import { Gate, type Verdict } from "../../local/kernel/gate";
import type { Intent } from "../../local/kernel/intent";
import { until, withRedis } from "../support/redis-server";
import { entriesOf, fill } from "../support/stream-entries";

const SAFE_MODE = "quantum:safety:safe_mode";
const FAULTS = "quantum:stream:safety.fault";
const INTENTS = "quantum:stream:trade.intent";
// A window's first millisecond, so that ten seconds of clock stay in one window.
const T = 1_768_784_100_000;
const BUCKET = 176_878_410;

const redis = withRedis();
let now = T;

beforeEach(() => {
  now = T;
});

const gateOf = (): Gate => new Gate(redis.writer, () => now);

function intentOn(symbol: string): Intent {
  return { symbol, side: "BUY", quantity: 0.5, price: 95_000, correlationId: "corr-1", traceId: "trace-1" };
}

async function attempts(gate: Gate, symbols: readonly string[]): Promise<string[]> {
  const verdicts: Verdict[] = [];
  for (const symbol of symbols) verdicts.push(await gate.attempt(intentOn(symbol)));
  return verdicts.map((verdict) => (verdict.is === "tripped" ? verdict.reason : verdict.is));
}

const many = (count: number, symbol: string): string[] => Array.from({ length: count }, () => symbol);
const published = (count: number): string[] => many(count, "published");

describe("the limits", () => {
  it("let 20 attempts of a window through in all and trip on the 21st", async () => {
    const symbols = Array.from({ length: 21 }, (_, index) => `S${index % 7}USDT`);

    const verdicts = await attempts(gateOf(), symbols);

    expect(verdicts).toEqual([...published(20), "GLOBAL_RATE_EXCEEDED"]);
    expect(await redis.writer.xlen(INTENTS)).toBe(20);
  });

  it("let 5 attempts of a symbol through and trip on the 6th", async () => {
    const verdicts = await attempts(gateOf(), ["ETHUSDT", ...many(6, "BTCUSDT")]);

    expect(verdicts).toEqual([...published(6), "SYMBOL_RATE_EXCEEDED"]);
    expect(await redis.writer.xlen(INTENTS)).toBe(6);
  });

  it("count anew from the first millisecond of the next window, and not one earlier", async () => {
    const gate = gateOf();
    await attempts(gate, many(5, "BTCUSDT"));
    now = T + 10_000;
    const inNext = await attempts(gate, many(5, "BTCUSDT"));

    now = T + 19_999;
    const atItsEnd = await attempts(gate, ["BTCUSDT"]);

    expect([...inNext, ...atItsEnd]).toEqual([...published(5), "SYMBOL_RATE_EXCEEDED"]);
  });

  it("are counted per window under keys that live for 12 s from the last attempt", async () => {
    const gate = gateOf();
    const keys = [`quantum:safety:rate:global:${BUCKET}`, `quantum:safety:rate:symbol:BTCUSDT:${BUCKET}`];
    await attempts(gate, ["ETHUSDT", "BTCUSDT"]);
    await Promise.all(keys.map((key) => redis.writer.expire(key, 2)));

    await attempts(gate, ["BTCUSDT"]);

    expect(await redis.writer.mget(keys)).toEqual(["3", "2"]);
    for (const key of keys) expect([11, 12]).toContain(await redis.writer.ttl(key));
  });
});

describe("a trip", () => {
  it("leaves a fault with every field of the contract and nothing else", async () => {
    now = T + 1234;
    const symbols = ["ETHUSDT", ...many(6, "BTCUSDT")];

    await attempts(gateOf(), symbols);

    expect(await entriesOf(redis.writer, FAULTS)).toEqual([
      {
        timestamp: "1768784101.234",
        reason: "SYMBOL_RATE_EXCEEDED",
        symbol: "BTCUSDT",
        side: "BUY",
        global_count: "7",
        symbol_count: "6",
        global_max: "20",
        symbol_max: "5",
        window_sec: "10",
        cooldown_sec: "300",
        router_pid: String(process.pid),
        correlation_id: "corr-1",
        trace_id: "trace-1",
      },
    ]);
  });

  it("writes a whole second as Python writes a float", async () => {
    await attempts(gateOf(), many(6, "BTCUSDT"));

    expect(await entriesOf(redis.writer, FAULTS)).toMatchObject([{ timestamp: "1768784100.0" }]);
  });

  it("turns safe mode on for 300 s", async () => {
    await attempts(gateOf(), many(6, "BTCUSDT"));

    expect(await redis.writer.get(SAFE_MODE)).toBe("1");
    expect([299, 300]).toContain(await redis.writer.ttl(SAFE_MODE));
  });

  it("keeps exactly the last 1000 faults", async () => {
    await fill(redis.writer, FAULTS, 1000);

    await attempts(gateOf(), many(6, "BTCUSDT"));

    expect(await redis.writer.xlen(FAULTS)).toBe(1000);
    expect((await entriesOf(redis.writer, FAULTS)).at(-1)).toMatchObject({ reason: "SYMBOL_RATE_EXCEEDED" });
  });
});

describe("safe mode", () => {
  it("blocks attempts before they are counted or published", async () => {
    await redis.writer.set(SAFE_MODE, "1");

    const verdicts = await attempts(gateOf(), many(30, "BTCUSDT"));

    expect(verdicts).toEqual(many(30, "blocked"));
    expect(await redis.writer.keys("*")).toEqual([SAFE_MODE]);
  });

  it.each(["0", "true", "2", ""])("is off for the kernel when its key says %j", async (value) => {
    await redis.writer.set(SAFE_MODE, value);

    const verdicts = await attempts(gateOf(), ["BTCUSDT"]);

    expect(verdicts).toEqual(["published"]);
  });

  it("lets attempts through again once its key has expired", async () => {
    const gate = gateOf();
    await attempts(gate, many(6, "BTCUSDT"));
    await redis.writer.pexpire(SAFE_MODE, 1);
    await until("the key has expired", async () => (await redis.writer.exists(SAFE_MODE)) === 0);
    now = T + 300_000;

    const verdicts = await attempts(gate, ["BTCUSDT"]);

    expect(verdicts).toEqual(["published"]);
  });
});

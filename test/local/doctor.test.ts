import type { Redis } from "ioredis";
import { endCommands, type Ended, runCommand } from "../support/command";
import { SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";
import { tradingAtWork } from "../support/trading-at-work";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

const FAULT = {
  timestamp: "1795334950.5",
  reason: "GLOBAL_RATE_EXCEEDED",
  symbol: "BTCUSDT",
  side: "BUY",
  global_max: "20",
  symbol_max: "5",
  window_sec: "10",
};

function doctor(url: string, env: Record<string, string> = {}): Promise<Ended> {
  return runCommand(["doctor"], { env: { REDIS_URL: url, ...env } });
}

async function addFault(writer: Redis, fields: Record<string, string>): Promise<void> {
  await writer.xadd("quantum:stream:safety.fault", "*", ...Object.entries(fields).flat());
}

describe("the doctor before a Redis that answers", () => {
  const redis = withRedis();

  it.each<{ situation: string; arrange: (writer: Redis) => Promise<unknown>; says: string[]; code: number }>([
    {
      situation: "a trading system at work",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await addFault(writer, FAULT);
        await writer.set("quantum:safety:safe_mode", "0");
      },
      says: [
        "ok       every command of the collectors is allowed",
        'ok       quantum:safety:safe_mode is "0": safe mode is off',
        "ok       quantum:stream:safety.fault has 1 entry, the newest ",
        "ok       its newest entry is for ETHUSDT",
        "\nthis will work\n",
      ],
      code: 0,
    },
    {
      situation: "nothing at all",
      arrange: async () => undefined,
      says: [
        "note     plain TCP without a user: right on a laptop, not in a network",
        "ok       quantum:safety:safe_mode is absent: safe mode is off",
        "ok       quantum:stream:safety.fault is empty: no breaker has tripped yet",
        "note     quantum:stream:trade.intent is empty\n         → is this the trading system's Redis, and KEY_PREFIX right?",
        "would fire\n",
      ],
      code: 1,
    },
    {
      situation: "safe mode for a while",
      arrange: (writer) => writer.set("quantum:safety:safe_mode", "1", "EX", 250),
      says: ["note     quantum:safety:safe_mode: safe mode is ON for another 2"],
      code: 1,
    },
    {
      situation: "safe mode for ever",
      arrange: (writer) => writer.set("quantum:safety:safe_mode", "1"),
      says: ["safe mode is ON without expiry\n         → nothing will lift it but an operator"],
      code: 1,
    },
    {
      situation: "a word for safe mode",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.set("quantum:safety:safe_mode", "true\u001B[2J");
      },
      says: [
        String.raw`problem  quantum:safety:safe_mode holds "true\u001b[2J"` +
          '\n         → the kernel obeys only "1"; set "1" or "0"',
        "\n1 to fix\n",
      ],
      code: 1,
    },
    {
      situation: "keys of other types",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.del("quantum:stream:trade.intent");
        await writer.hset("quantum:safety:safe_mode", "on", "1");
        await writer.rpush("quantum:stream:safety.fault", "fault");
        await writer.set("quantum:stream:trade.intent", "intent");
      },
      says: [
        "problem  quantum:safety:safe_mode holds a value of the wrong type\n         → it must be a string",
        "problem  quantum:stream:safety.fault holds a value of the wrong type\n",
        "problem  quantum:stream:trade.intent holds a value of the wrong type\n         → it must be a stream",
        "\n3 to fix",
      ],
      code: 1,
    },
    {
      situation: "a kernel with other limits",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await addFault(writer, { ...FAULT, global_max: "40", window_sec: "60" });
      },
      says: [
        "window_sec 60 of entry ",
        " is not the configured 10\n         → set SAFETY_GLOBAL_MAX, SAFETY_SYMBOL_MAX and SAFETY_WINDOW_SEC",
        "\n1 to fix\n",
      ],
      code: 1,
    },
    {
      situation: "a kernel that lets more pass",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await addFault(writer, { ...FAULT, global_max: "40" });
      },
      says: [
        "the newest fault says 40 in all and 5 a symbol, configured are 20 and 5\n         → set SAFETY_GLOBAL_MAX",
        "\n1 to fix\n",
      ],
      code: 1,
    },
    {
      situation: "a fault and an intent that nobody can read",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await addFault(writer, { reason: "X", timestamp: "yesterday" });
        await writer.xadd("quantum:stream:trade.intent", "*", "data", "{");
      },
      says: [
        "problem  its newest entry has no symbol, side",
        'is not a number: "yesterday"',
        "has no readable symbol\n         → flat fields, `data` or `payload` with a symbol are understood",
        " to fix\n",
      ],
      code: 1,
    },
  ])("reports $situation", async ({ arrange, says, code }) => {
    await arrange(redis.writer);

    const ended = await doctor(redis.server.url);

    for (const text of says) expect(ended.stdout).toContain(text);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: "" });
  });

  it("looks where KEY_PREFIX, KEYS and the limits say", async () => {
    await redis.writer.set("other:safety:safe_mode", "0");
    await redis.writer.xadd("faults", "*", ...Object.entries({ ...FAULT, global_max: "40" }).flat());
    const env = { KEY_PREFIX: "other:", KEYS: '{"faults":"faults"}', SAFETY_GLOBAL_MAX: "40" };

    const { stdout } = await doctor(redis.server.url, env);

    expect(stdout).toContain('other:safety:safe_mode is "0"');
    expect(stdout).toContain("faults has 1 entry, ");
    expect(stdout).not.toMatch(/^problem/m);
  });

  it("says the same in JSON", async () => {
    await redis.writer.set("quantum:safety:safe_mode", "2");

    const { code, stdout } = await runCommand(["doctor", "--json", "--redis", redis.server.url]);

    expect(code).toBe(1);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(["checks"]);
    expect((JSON.parse(stdout) as { checks: unknown[] }).checks).toContainEqual({
      verdict: "problem",
      what: 'quantum:safety:safe_mode holds "2"',
      fix: 'the kernel obeys only "1"; set "1" or "0"',
    });
  });

  it.each([
    ["a pipe", {}, false],
    ["a pipe that wants colours", { FORCE_COLOR: "1" }, true],
    ["a pipe that wants and refuses colours", { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    ["a pipe that never wants colours", { FORCE_COLOR: "0" }, false],
  ])("colours its verdicts for %s with %j: %s", async (_what, env, isColoured) => {
    const { stdout } = await doctor(redis.server.url, env);

    expect(stdout.includes("\u001B[32mok     \u001B[39m")).toBe(isColoured);
    expect(stdout.includes("\u001B")).toBe(isColoured);
  });
});

import type { Redis } from "ioredis";

import { conclusion } from "../../local/doctor/check";
import { clockCheck } from "../../local/doctor/clock-check";
import { endCommands, type Ended, runCommand } from "../support/command";
import { startRedis } from "../../local/embedded-redis";
import { idleLonger } from "../../local/kernel/consumer-times";
import { SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";
import { tradingAtWork } from "../support/trading-at-work";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

const INTENTS = "quantum:stream:trade.intent";
const BRIDGE = "quantum:group:intent_bridge";
const FAULTS = "quantum:stream:safety.fault";
const intent = ["symbol", "BTCUSDT", "side", "BUY"];
const fault = (now: number): string[] => ["timestamp", String(now / 1000), "reason", "SYMBOL_RATE_EXCEEDED", ...intent];

function doctor(url: string, env: Record<string, string> = {}): Promise<Ended> {
  return runCommand(["doctor"], { env: { REDIS_URL: url, ...env } });
}

describe("the doctor never says that this will work", () => {
  const redis = withRedis();

  it.each<{ situation: string; arrange: (writer: Redis) => Promise<unknown>; says: RegExp[]; not?: RegExp }>([
    {
      // A clock that was put back: IDs stay ahead of it, and an age of 0 would pass for health.
      situation: "IDs are an hour ahead",
      arrange: async (writer) => {
        const now = Date.now();
        await writer.xadd(INTENTS, `${now - 70_000}-0`, ...intent);
        await writer.xadd(INTENTS, `${now + 3_600_000}-0`, ...intent);
        await writer.xadd(FAULTS, `${now + 3_600_000}-0`, ...fault(now));
        await writer.xadd(FAULTS, "*", ...fault(now));
      },
      says: [
        /^problem {2}quantum:stream:trade\.intent ID \d+-0 is 3[56]\d\d s ahead of the slot.*\n +→ who writes these IDs/m,
        /^problem {2}quantum:stream:safety\.fault ID \d+-1 is 3[56]\d\d s ahead of the slot/m,
      ],
      not: /the newest -?\d+ s old/,
    },
    {
      // Foreign writers: an age of 56 years is as wrong as one of 0.
      situation: "IDs are in seconds",
      arrange: async (writer) => {
        const seconds = Math.floor(Date.now() / 1000);
        await writer.xadd(INTENTS, `${seconds - 3}-12345`, ...intent);
        await writer.xadd(FAULTS, `${seconds - 2}-12345`, ...fault(Date.now()));
      },
      says: [
        /^problem {2}quantum:stream:trade\.intent ID \d+-12345 is no time in milliseconds/m,
        /^problem {2}quantum:stream:safety\.fault ID \d+-12345 is no time in milliseconds/m,
      ],
      not: /the newest \d+ s old|QuantumPublishingStalled/,
    },
    {
      situation: "the last possible ID is used up",
      arrange: (writer) => writer.xadd(INTENTS, "18446744073709551615-18446744073709551615", ...intent),
      says: [
        /^problem {2}quantum:stream:trade\.intent its last ID is 18446744073709551615-.*refuses every further entry/m,
      ],
    },
    {
      situation: "nothing was published for an hour",
      arrange: (writer) => writer.xadd(INTENTS, `${Date.now() - 3_600_000}-0`, ...intent),
      says: [/^alarm {4}QuantumPublishingStalled \(warning\): .*\n +→ /m],
    },
    {
      situation: "safe mode is on, and nothing lifts it",
      arrange: (writer) => writer.set("quantum:safety:safe_mode", "1"),
      says: [/^alarm {4}QuantumSafeModeActive \(critical\): /m, /^alarm {4}QuantumSafeModeNoExpiry \(critical\): /m],
    },
    {
      situation: "a proposal demands that a position be closed",
      arrange: async (writer) => {
        const now = Date.now() / 1000;
        await writer.hset("quantum:harvest:proposal:BTCUSDT", { kill_score: 0.9, last_update_epoch: now });
        await writer.hset("quantum:state:positions:BTCUSDT", { side: "LONG", quantity: 1 });
        await writer.hset("quantum:state:positions:ETHUSDT", { side: "FLAT", quantity: 0 });
      },
      says: [
        /^alarm {4}QuantumHarvestKillScoreCritical\S* \(critical\): /m,
        /^ok {7}quantum:state:positions has 2 of 3 symbols, 1 open$/m,
      ],
    },
    {
      situation: "trading is halted by more than safe mode",
      arrange: async (writer) => {
        await writer.set("quantum:global:kill_switch", "TRUE");
        await writer.set("quantum:global:kill_switch:reason", "drawdown\u001B[2J");
        await writer.set("quantum:safety:cooldown_global", "1");
      },
      says: [
        /^note {5}quantum:global:kill_switch halts the apply layer: "drawdown\\u001b\[2J"$/m,
        /^note {5}quantum:safety:cooldown_global is a sign of a halt of new orders/m,
        /^alarm {4}QuantumTradingHalted \(critical\): /m,
      ],
    },
    {
      situation: "a group that trading needs is gone",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.xgroup("DESTROY", INTENTS, BRIDGE);
      },
      says: [
        /^note {5}MISSING: group quantum:group:intent_bridge of quantum:stream:trade\.intent$/m,
        /^alarm {4}ConsumerGroupMissing-\S*intent_bridge \(warning\): .*\n +→ /m,
        /^\n?1 rule would fire$/m,
      ],
    },
    {
      situation: "a stream that trading needs is gone",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.del("quantum:stream:apply.result");
      },
      says: [
        /^note {5}MISSING: stream quantum:stream:apply\.result$/m,
        /^alarm {4}StreamMissing-\S*apply\.result \(warning\): /m,
      ],
    },
    {
      situation: "entries were trimmed before a group had read them",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.xgroup("SETID", INTENTS, BRIDGE, "0");
        await writer.xreadgroup("GROUP", BRIDGE, "desk", "NOACK", "STREAMS", INTENTS, ">");
        for (let entry = 0; entry < 5; entry++) await writer.xadd(INTENTS, "*", ...intent);
        await writer.xtrim(INTENTS, "MAXLEN", 1);
      },
      says: [/^note {5}groups: .*ENTRIES LOST/m, /^alarm {4}StreamEntriesLost-\S*intent_bridge \(critical\): /m],
      not: /^ok .*ENTRIES LOST/m,
    },
    {
      situation: "a group does not keep up",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        const adding = writer.pipeline();
        for (let entry = 0; entry < 1100; entry++) adding.xadd(INTENTS, "*", ...intent);
        await adding.exec();
      },
      says: [/^alarm {4}ConsumerGroupLagging-\S*intent_bridge \(warning\): /m, /^ok {7}groups: .*lag 1100/m],
    },
    {
      situation: "Redis has no memory to write with",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.config("SET", "maxmemory", "1");
      },
      says: [
        /^problem {2}Redis has no memory to write with: .*\n +→ raise maxmemory/m,
        /^alarm {4}RedisFull \(critical\): /m,
      ],
    },
    {
      situation: "a proposal cannot be read",
      arrange: async (writer) => {
        const now = Date.now() / 1000;
        await writer.hset("quantum:harvest:proposal:BTCUSDT", { kill_score: "nan", last_update_epoch: now });
        await writer.hset("quantum:state:positions:BTCUSDT", { side: "LONG", quantity: 1 });
      },
      says: [/^problem {2}quantum:harvest:proposal:BTCUSDT field kill_score is not a number: "nan"/m],
    },
    {
      situation: "proposals are renewed for positions that nobody finds",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.del(...["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol) => `quantum:state:positions:${symbol}`));
      },
      says: [
        /^alarm {4}QuantumHarvestUnbacked \(warning\): /m,
        /^note {5}quantum:state:positions has none of 3 symbols\n +→ .*HARVEST_POSITIONS=false/m,
      ],
    },
    {
      situation: "an open position has no proposal",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.del("quantum:harvest:proposal:ETHUSDT");
      },
      says: [/^alarm {4}QuantumHarvestSymbolMissing \(warning\): /m],
    },
    {
      situation: "the publisher has stopped",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        const old = Date.now() / 1000 - 200;
        for (const symbol of ["BTCUSDT", "ETHUSDT", "SOLUSDT"]) {
          await writer.hset(`quantum:harvest:proposal:${symbol}`, { last_update_epoch: old });
        }
      },
      says: [/^alarm {4}QuantumHarvestPublisherDown \(critical\): /m],
    },
    {
      situation: "a position is no hash",
      arrange: async (writer) => {
        await tradingAtWork(writer);
        await writer.set("quantum:state:positions:ETHUSDT", "LONG");
      },
      says: [/^problem {2}quantum:state:positions:ETHUSDT holds a value of the wrong type/m],
    },
    {
      situation: "positions are under the name of older deployments",
      arrange: (writer) => writer.hset("quantum:position:snapshot:ETHUSDT", { side: "LONG", quantity: 1 }),
      says: [
        /^problem {2}quantum:state:positions has none of 3 symbols, and quantum:position:snapshot has 1: .*\n +→ KEYS=\{"position":"quantum:position:snapshot"\} /m,
      ],
    },
  ])("where $situation", async ({ arrange, says, not }) => {
    await arrange(redis.writer);

    const { code, stdout, stderr } = await doctor(redis.server.url);
    await redis.writer.config("SET", "maxmemory", "0");

    for (const one of says) expect(stdout).toMatch(one);
    if (not) expect(stdout).not.toMatch(not);
    expect(stdout).not.toContain("this will work");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });

  it("where a dead consumer has left entries behind, which pages nobody", async () => {
    const { writer } = redis;
    await writer.xadd(INTENTS, `${Date.now() - 500_000}-0`, ...intent);
    await tradingAtWork(writer);
    await writer.xgroup("SETID", INTENTS, BRIDGE, "0");
    await writer.xreadgroup("GROUP", BRIDGE, "old_1", "COUNT", 1, "STREAMS", INTENTS, ">");
    await idleLonger(writer, INTENTS, ["old_1"], 61_000);
    await writer.xreadgroup("GROUP", BRIDGE, "new_2", "NOACK", "STREAMS", INTENTS, ">");

    const { code, stdout } = await doctor(redis.server.url);

    expect(stdout).toMatch(/^note {5}ConsumerGroupStuck-\S*intent_bridge \(info\): .*\n +→ /m);
    expect(stdout).toMatch(/\nnothing to fix; only for information: ConsumerGroupStuck-\S+\n$/);
    expect(code).toBe(0);
  });

  it("tells a thing once, whoever of the collectors met it", async () => {
    await redis.writer.xadd(INTENTS, `${Date.now() + 3_600_000}-0`, ...intent);
    await redis.writer.xadd(FAULTS, "*", ...intent, "reason", "X", "timestamp", "yesterday");

    const { stdout } = await doctor(redis.server.url);

    expect(stdout.match(/ahead of the slot/g)).toHaveLength(1);
    expect(stdout.match(/is not a number: "yesterday"/g)).toHaveLength(1);
  });

  it("follows the remedy for positions of older deployments", async () => {
    await redis.writer.hset("quantum:position:snapshot:ETHUSDT", { side: "LONG", quantity: 1 });

    const { stdout } = await doctor(redis.server.url, { KEYS: '{"position":"quantum:position:snapshot"}' });

    expect(stdout).toContain("ok       quantum:position:snapshot has 1 of 3 symbols, 1 open");
  });

  it("looks for no positions where none are kept", async () => {
    await redis.writer.hset("quantum:position:snapshot:ETHUSDT", { side: "LONG", quantity: 1 });

    const { stdout } = await doctor(redis.server.url, { HARVEST_POSITIONS: "false" });

    expect(stdout).not.toContain("position");
  });

  it("says why the rules are not judged where no environment could have these settings", async () => {
    const symbols = Array.from({ length: 21 }, (_, index) => `COIN${index}USDT`).join(",");

    const { stdout } = await doctor(redis.server.url, { SYMBOLS: symbols });

    expect(stdout).toContain("note     the rules are not judged: dev: symbols has 21");
  });

  it("misses no heartbeat of a family that is not chosen", async () => {
    await tradingAtWork(redis.writer);

    const { stdout } = await doctor(redis.server.url, { COLLECTORS: "streams" });

    expect(stdout).not.toContain("ExporterDown");
    expect(stdout).toMatch(/\nthis will work\n$/);
  });

  it("judges what the families that are chosen see, and nothing else", async () => {
    await redis.writer.set("quantum:safety:safe_mode", "1", "EX", 250);
    await redis.writer.xadd(INTENTS, "*", ...intent);

    const { stdout } = await doctor(redis.server.url, { COLLECTORS: "safety" });

    expect(stdout).toMatch(/^alarm {4}QuantumSafeModeActive/m);
    expect(stdout).not.toMatch(/Harvest|Group/);
  });
});

// What a replica holds after it has lost its primary was true once: safe mode may have come since.
describe("before a replica whose primary is gone", () => {
  const redis = withRedis();

  it.each(["yes", "no"])("the doctor says so, and nothing of its keys (stale data served: %s)", async (serves) => {
    const primary = await startRedis({ config: ["repl-diskless-sync-delay 0"] });
    await redis.writer.config("SET", "replica-serve-stale-data", serves);
    await redis.writer.replicaof("127.0.0.1", primary.port);
    const link = async (): Promise<string> => redis.writer.info("replication");
    await until("the replica is linked", async () => (await link()).includes("master_link_status:up"));
    await primary.stop();
    await until("the link is down", async () => (await link()).includes("master_link_status:down"));

    const { code, stdout } = await doctor(redis.server.url);
    await redis.writer.replicaof("NO", "ONE");

    expect(stdout).toMatch(/^problem {2}this is a replica that has lost its primary, .*\n +→ is the primary up\?/m);
    expect(stdout).toMatch(/^alarm {4}RedisReplicaCutOff \(critical\): /m);
    expect(stdout).not.toMatch(/safe mode is off|the newest|this will work/);
    expect(code).toBe(1);
  });
});

test.each([
  [["ok", "note"], "this will work", true],
  [["ok", "problem", "problem"], "2 to fix", false],
  [["alarm"], "1 rule would fire", false],
  [["alarm", "alarm", "problem"], "1 to fix, 2 rules would fire", false],
] as const)("%j end in %j", (verdicts, text, isFine) => {
  expect(conclusion(verdicts.map((verdict) => ({ verdict, what: "x" })))).toEqual({ text, isFine });
});

// The doctor and the alarm must not judge the same clock differently.
test.each([
  [1000, "ok"],
  [-1001, "note"],
  [5000, "note"],
  [5001, "problem"],
  [-5001, "problem"],
])("a clock that is %d ms off is a matter for %j", (skewMs, verdict) => {
  const check = clockCheck(skewMs);

  expect(check.verdict).toBe(verdict);
  expect(check.fix).toBe(verdict === "ok" ? undefined : "synchronize both clocks (NTP)");
});

test("what is only for information is named, and is not called working", () => {
  const { text, isFine } = conclusion([{ verdict: "note", what: "x", rule: "QuantumFaultSeen" }]);

  expect(text).toBe("nothing to fix; only for information: QuantumFaultSeen");
  expect(isFine).toBe(true);
});

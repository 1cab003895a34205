import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { bundle } from "../../bench/bundle";
import { deployedNode } from "../../bench/deployed-node";
import { fillHealthy, symbolsOf } from "../../bench/healthy-redis";
import { heapOptions } from "../../lib/collect-size";
import { haltsUnder } from "../../lib/redis/halts";
import { duringTests, withRedis } from "../support/redis-server";
import type { SlotsSeen } from "./entries/samples";

jest.setTimeout(600_000);

const MEMORY_MB = 128;
/** The rest of the memory is for what Lambda itself runs beside Node. */
const MOST_PEAK_MB = 112;
const MOST_MORE_MB = 24;
const SYMBOLS = symbolsOf(20);
const FAULTS = "quantum:stream:safety.fault";
const INTENTS = "quantum:stream:trade.intent";

// The server takes its time to write gigabytes.
const redis = withRedis({}, { commandTimeout: 120_000 });
const built = duringTests(async () => {
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-memory-"));
  const entry = bundle(join(__dirname, "entries/samples.ts"), folder);
  return { entry, node: deployedNode().file, stop: async () => rmSync(folder, { recursive: true }) };
});

/** Forty slots in a process of their own, on the Node and with the heap that are deployed. */
async function slots(): Promise<SlotsSeen> {
  const { entry, node } = built();
  const { stdout } = await promisify(execFile)(node, [...heapOptions(MEMORY_MB), entry], {
    env: {
      PATH: process.env["PATH"],
      REDIS_URL: redis.server.url,
      SYMBOLS: SYMBOLS.join(","),
      COLLECTORS: "safety,harvest,redis,streams",
    },
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as SlotsSeen;
}

/** So many entries of a stream, written by the server itself; each of so many fields of so many characters. */
async function entries(key: string, count: number, fields: number, characters: number): Promise<void> {
  const script = `local entry = {}
    for field = 1, tonumber(ARGV[2]) do
      entry[#entry + 1] = "field_" .. field
      entry[#entry + 1] = string.rep("x", tonumber(ARGV[3]))
    end
    for _ = 1, tonumber(ARGV[1]) do redis.call("XADD", KEYS[1], "*", unpack(entry)) end`;
  await redis.writer.eval(script, 1, key, count, fields, characters);
}

const text = (key: string, characters: number): Promise<unknown> =>
  redis.writer.eval(`redis.call("SET", KEYS[1], string.rep("1", tonumber(ARGV[1])))`, 1, key, characters);
const field = (key: string, name: string, characters: number): Promise<unknown> =>
  redis.writer.eval(
    `redis.call("HSET", KEYS[1], ARGV[2], string.rep("1", tonumber(ARGV[1])))`,
    1,
    key,
    characters,
    name,
  );

const MB = 1_000_000;
const [SYMBOL] = SYMBOLS;

/** What is written, the key that holds it, and the beginnings of the names of what rests on that key. */
const INPUTS: readonly (readonly [string, string, readonly string[], (times: number) => Promise<unknown>])[] = [
  [
    "one fault entry of 20 MB",
    FAULTS,
    ["quantum_safety_fault", "quantum_safety_last_fault", "quantum_stream_"],
    (times) => entries(FAULTS, 1, 1, 20 * MB * times),
  ],
  [
    "a thousand faults with 500 fields",
    FAULTS,
    ["quantum_safety_fault", "quantum_safety_last_fault", "quantum_stream_"],
    (times) => entries(FAULTS, 1000 * times, 500, 8),
  ],
  [
    "20 intents of 5 MB",
    INTENTS,
    ["quantum_trade_intent", "quantum_stream_"],
    (times) => entries(INTENTS, 20, 1, 5 * MB * times),
  ],
  [
    "a safe-mode value of 20 MB",
    "quantum:safety:safe_mode",
    ["quantum_safety_safe_mode"],
    (times) => text("quantum:safety:safe_mode", 20 * MB * times),
  ],
  [
    "a position with a field of 20 MB",
    `quantum:state:positions:${SYMBOL}`,
    ["quantum_harvest_"],
    (times) => field(`quantum:state:positions:${SYMBOL}`, "quantity", 20 * MB * times),
  ],
  [
    "a proposal with a field of 20 MB",
    `quantum:harvest:proposal:${SYMBOL}`,
    ["quantum_harvest_"],
    (times) => field(`quantum:harvest:proposal:${SYMBOL}`, "kill_score", 20 * MB * times),
  ],
  [
    "every halt with a value that one reply could hold",
    "quantum:kill",
    ["quantum_halts_active"],
    async (times) => {
      for (const { key } of haltsUnder().filter((one) => !one.key.includes("<"))) await text(key, 0.28 * MB * times);
    },
  ],
  [
    "40 hashes with a field that one reply could hold",
    `quantum:state:positions:${SYMBOL}`,
    ["quantum_harvest_"],
    async (times) => {
      for (const symbol of SYMBOLS) {
        await field(`quantum:state:positions:${symbol}`, "quantity", 0.28 * MB * times);
        await field(`quantum:harvest:proposal:${symbol}`, "kill_score", 0.28 * MB * times);
      }
    },
  ],
];

/** The counters of a window live for 12 s, which the writing alone may take. */
const COMES_AND_GOES = /^quantum_safety_rate_/;

/** Kind: what somebody writes into one key takes the memory, and with it the watch of all the others. */
describe("at the memory that is deployed, with 20 symbols, after 40 slots", () => {
  let ordinary: SlotsSeen;

  beforeEach(async () => {
    await fillHealthy(redis.writer, SYMBOLS, Date.now());
  });

  it("ordinary data is published whole", async () => {
    ordinary = await slots();

    process.stdout.write(`peak of ordinary data: ${ordinary.peakMb.toFixed(1)} MB\n`);
    expect(ordinary.published.length).toBeGreaterThan(50);
    expect(ordinary.broken).toEqual([]);
    expect(ordinary.peakMb).toBeLessThan(MOST_PEAK_MB);
  });

  it.each(INPUTS.flatMap((input) => [1, 10].map((times) => [input[0], times, input] as const)))(
    "%s, times %d, costs its own metrics and no memory",
    async (name, times, [, key, own, write]) => {
      await write(times);

      const seen = await slots();

      const lost = ordinary.published.filter((one) => !seen.published.includes(one) && !COMES_AND_GOES.test(one));
      process.stdout.write(
        `peak of ${name}, times ${times}: ${seen.peakMb.toFixed(1)} MB; without ${lost.join(", ")}\n`,
      );
      expect(seen.up).toEqual(ordinary.up);
      expect(lost.filter((one) => !own.some((begin) => one.startsWith(begin)))).toEqual([]);
      if (lost.length > 0) expect(seen.broken).toContain(key);
      expect(seen.peakMb).toBeLessThan(MOST_PEAK_MB);
      expect(seen.peakMb - ordinary.peakMb).toBeLessThanOrEqual(MOST_MORE_MB);
    },
  );
});

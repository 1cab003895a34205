import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";

import { heapOptions, memoryMbFor } from "../lib/collect-size";
import { keysUnder } from "../lib/redis/keys";
import { type EmbeddedRedis, startRedis } from "../local/embedded-redis";
import { bundle } from "./bundle";
import { deployedNode } from "./deployed-node";
import type { FaultFigures } from "./entries/fault-samples";
import { median, type Table } from "./table";

const SIZES = [0, 100, 1000];
/** A sample with a thousand faults in its hour may cost so many times what one without any costs. */
const MAX_RATIO = 2.0;
/** Runs of each size, in turn: the machine's noise hits all alike. */
const RUNS = 3;
const HOUR_MS = 3_600_000;
/** What a function is given that reads no more than the admitted symbols. */
const MEMORY_MB = memoryMbFor(20);

/** CPU of a warm sample of the safety family, by the number of faults in its hour: bundle, Node and options as deployed. */
export async function faultsBench(): Promise<Table> {
  const node = deployedNode();
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-bench-"));
  const redis = await startRedis();
  const writer = new Redis({ host: redis.host, port: redis.port });
  try {
    const entry = bundle(join(__dirname, "entries/fault-samples.ts"), folder);
    const times = new Map<number, number[]>(SIZES.map((size) => [size, []]));
    for (let run = 0; run < RUNS; run++) {
      for (const size of SIZES) {
        const slot = await seed(writer, size);
        const { cpuMs, faults } = await measured(node.file, entry, redis, slot);
        if (faults !== size) throw new Error(`${faults} faults were counted, not ${size}`);
        times.get(size)?.push(...cpuMs);
      }
    }
    return table(node.version, times);
  } finally {
    writer.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

function table(node: string, times: ReadonlyMap<number, readonly number[]>): Table {
  const quiet = median(times.get(0) ?? []);
  const ratio = (size: number): number => median(times.get(size) ?? []) / quiet;
  const most = ratio(Math.max(...SIZES));
  return {
    columns: ["faults in the hour", "CPU ms a sample", "ratio"],
    rows: SIZES.map((size) => [size, median(times.get(size) ?? []).toFixed(3), ratio(size).toFixed(2)]),
    notes: [
      `medians of ${times.get(0)?.length ?? 0} rounds each, in ${RUNS} processes each, in turn; Node ${node}, ${MEMORY_MB} MB`,
      `limit: ${Math.max(...SIZES)} faults cost at most ${MAX_RATIO.toFixed(1)} x none; measured ${most.toFixed(2)}`,
    ],
    isMissed: !(most <= MAX_RATIO),
  };
}

/** Faults as the kernel writes them, evenly over the hour before the slot that is given back, and a calm flow of intents. */
async function seed(writer: Redis, size: number): Promise<number> {
  const { faults, intents } = keysUnder();
  const slot = Math.floor(Date.now() / 60_000) * 60_000;
  await writer.flushall();
  const pipeline = writer.pipeline();
  for (let index = 0; index < size; index++) {
    // None of the first and last minutes: every slot that is taken has all of them in its hour.
    const ms = slot - HOUR_MS + 120_000 + Math.floor((index * (HOUR_MS - 240_000)) / size);
    pipeline.xadd(faults, `${ms}-*`, ...Object.entries(fieldsOf(ms, index)).flat());
  }
  for (let index = 0; index < 240; index++)
    pipeline.xadd(intents, `${slot - 120_000 + index * 500}-*`, "symbol", "BTCUSDT");
  await pipeline.exec();
  return slot;
}

const fieldsOf = (ms: number, index: number): Record<string, string> => ({
  timestamp: String(ms / 1000),
  reason: "SYMBOL_RATE_EXCEEDED",
  symbol: "BTCUSDT",
  side: "BUY",
  global_count: "12",
  symbol_count: "6",
  global_max: "20",
  symbol_max: "5",
  window_sec: "10",
  cooldown_sec: "300",
  router_pid: "4711",
  correlation_id: `c-${index}`,
  trace_id: `t-${index}`,
});

async function measured(node: string, entry: string, redis: EmbeddedRedis, slot: number): Promise<FaultFigures> {
  const env = { REDIS_URL: redis.url, COLLECTORS: "safety" };
  const { stdout } = await promisify(execFile)(node, [...heapOptions(MEMORY_MB), entry, String(slot)], { env });
  return JSON.parse(stdout) as FaultFigures;
}

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";

import { COLLECT_HEAP } from "../lib/collect-heap";
import { MOST_SYMBOLS } from "../lib/redis/key-scan";
import { keysUnder } from "../lib/redis/keys";
import { startRedis } from "../local/embedded-redis";
import { bundle } from "./bundle";
import type { HarvestFigures } from "./entries/harvest-samples";
import { median, type Table } from "./table";

const SIZES = [3, 50, 500, 5000, 10_000, 50_000];
const KEYS_A_WRITE = 1000;

/** Samples of the harvest against a real Redis in a fresh process for each size, bundled as deployed. */
export async function harvestBench(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-bench-"));
  const redis = await startRedis();
  const writer = new Redis({ host: redis.host, port: redis.port });
  try {
    const entry = bundle(join(__dirname, "entries/harvest-samples.ts"), folder);
    const rows: (string | number)[][] = [];
    for (const size of SIZES) {
      await proposals(writer, size);
      const before = await commandsOf(writer);
      const figures = await measured([entry], redis.url, size);
      const commands = ((await commandsOf(writer)) - before) / (figures.wallMs.length + 3);
      const small = size > MOST_SYMBOLS ? undefined : await measured([...COLLECT_HEAP, entry], redis.url, size);
      rows.push(rowOf(size, figures, small, commands));
    }
    return {
      columns: [
        "hashes",
        "commands",
        "p50 ms",
        "p95 ms",
        "CPU ms",
        "CPU µs a hash",
        "RSS MB by default",
        "RSS MB as deployed",
      ],
      rows,
      notes: [
        "required at 5000: under 150 ms, under 128 MB; and cost that grows linearly",
        "each is one turn, as a test shows; the first sample of a process takes about twice as long",
      ],
    };
  } finally {
    writer.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

function rowOf(
  size: number,
  figures: HarvestFigures,
  small: HarvestFigures | undefined,
  commands: number,
): (string | number)[] {
  const { wallMs, cpuMs, rssMb } = figures;
  const p95 = wallMs.toSorted((a, b) => a - b)[Math.floor(wallMs.length * 0.95)] ?? Number.NaN;
  return [
    size,
    Math.round(commands),
    median(wallMs).toFixed(1),
    p95.toFixed(1),
    cpuMs.toFixed(1),
    ((1000 * cpuMs) / size).toFixed(1),
    Math.round(rssMb),
    small ? Math.round(small.rssMb) : `${Math.ceil(size / MOST_SYMBOLS)} functions`,
  ];
}

async function measured(args: string[], url: string, size: number): Promise<HarvestFigures> {
  const env = { REDIS_URL: url, COLLECTORS: "harvest" };
  const { stdout } = await promisify(execFile)(process.execPath, [...args, String(size)], { env });
  return JSON.parse(stdout) as HarvestFigures;
}

async function proposals(writer: Redis, size: number): Promise<void> {
  const { harvestProposal, position } = keysUnder();
  const symbols = Array.from({ length: size }, (_, index) => `C${index}USDT`);
  await writer.flushall();
  for (let from = 0; from < size; from += KEYS_A_WRITE) {
    const pipeline = writer.pipeline();
    for (const [place, symbol] of symbols.slice(from, from + KEYS_A_WRITE).entries()) {
      pipeline.hset(`${harvestProposal}:${symbol}`, fieldsOf(place));
      pipeline.hset(`${position}:${symbol}`, "side", "LONG");
    }
    await pipeline.exec();
  }
}

const fieldsOf = (place: number): Record<string, string> => ({
  kill_score: String(0.42 + place / 10_007),
  k_regime_flip: "0",
  k_sigma_spike: String(0.5 + place / 10_007),
  k_ts_drop: String(place / 20_011),
  k_age_penalty: "0.25",
  R_net: String(7 + place / 10_007),
  new_sl_proposed: String(60_000 + place / 7),
  harvest_action: "PARTIAL_25",
  last_update_epoch: String(Date.now() / 1000),
  computed_at_utc: new Date().toISOString().replace("Z", "000"),
  unrealized_pnl: "12.5",
});

/** Commands that the server has worked off, but for our own INFO. */
async function commandsOf(writer: Redis): Promise<number> {
  const stats = await writer.info("commandstats");
  const calls = Array.from(stats.matchAll(/^cmdstat_(hmget|exists|time):calls=(\d+)/gm), ([, , count]) =>
    Number(count),
  );
  return calls.reduce((sum, count) => sum + count, 0);
}

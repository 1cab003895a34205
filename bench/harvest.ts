import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";

import { heapOptions, memoryMbFor, mostSymbolsIn, vcpusOf } from "../lib/collect-size";
import { startRedis } from "../local/embedded-redis";
import { bundle } from "./bundle";
import { CpuQuota } from "./cpu-quota";
import { type DeployedNode, deployedNode } from "./deployed-node";
import type { HarvestFigures } from "./entries/harvest-samples";
import { fillHealthy, goOn, symbolsOf } from "./healthy-redis";
import { median, percentile, type Table } from "./table";

/** Symbols: a book of ordinary size, what the smallest function is made for, and large universes. */
const SIZES = [20, 2000, 5000, 10_000];
/** A sample of all families takes no longer, for 95 of 100. */
const LIMIT_MS = 1000;
/** Of the memory; the rest is for what Lambda itself runs beside Node. */
const RSS_SHARE = 7 / 8;
/** So many admitted symbols have metrics of their own; the others are found among the keys. */
const ADMITTED = 20;
const WRITES_EVERY_MS = 1000;
/** A sample's rows of all symbols are some MB, of which nothing is printed. */
const MOST_OUTPUT = 2 ** 20;

/**
 * Samples of all families against a healthy Redis with so many symbols, at the memory that the stack gives a function for
 * them: on the Node that is deployed, with its options, under the share of a processor that Lambda gives with the memory.
 */
export async function harvestBench(): Promise<Table> {
  const node = deployedNode();
  // Said before anything is begun.
  CpuQuota.of(vcpusOf(memoryMbFor(0))).remove();
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-bench-"));
  const redis = await startRedis();
  const writer = new Redis({ host: redis.host, port: redis.port });
  try {
    const entry = bundle(join(__dirname, "entries/harvest-samples.ts"), folder);
    const all: Measured[] = [];
    for (const size of SIZES) {
      const symbols = symbolsOf(size);
      let written = Date.now();
      await fillHealthy(writer, symbols, written);
      const writing = setInterval(() => {
        const now = Date.now();
        void goOn(writer, symbols, written, now);
        written = now;
      }, WRITES_EVERY_MS);
      try {
        all.push(await measured({ node, entry, url: redis.url }, symbols));
      } finally {
        clearInterval(writing);
      }
    }
    return table(all, node);
  } finally {
    writer.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

interface Measured {
  readonly size: number;
  readonly memoryMb: number;
  readonly figures: HarvestFigures;
  /** Periods of the quota that ended with the process waiting. */
  readonly throttled: number;
}

async function measured(
  { node, entry, url }: { node: DeployedNode; entry: string; url: string },
  symbols: readonly string[],
): Promise<Measured> {
  const memoryMb = memoryMbFor(symbols.length);
  const env = {
    REDIS_URL: url,
    COLLECTORS: "safety,harvest,redis,streams",
    SYMBOLS: symbols.slice(0, ADMITTED).join(","),
    HARVEST_DISCOVERY: "on",
    HARVEST_MOST_SYMBOLS: String(mostSymbolsIn(memoryMb)),
  };
  const quota = CpuQuota.of(vcpusOf(memoryMb));
  try {
    const { file, args } = quota.within(node.file, [...heapOptions(memoryMb), entry, String(symbols.length)]);
    const { stdout } = await promisify(execFile)(file, args, { env, maxBuffer: MOST_OUTPUT });
    const figures = JSON.parse(stdout) as HarvestFigures;
    return { size: symbols.length, memoryMb, figures, throttled: quota.throttled };
  } finally {
    quota.remove();
  }
}

function table(all: readonly Measured[], { version }: DeployedNode): Table {
  const isMissed = all.some(
    ({ memoryMb, figures }) => !(percentile(figures.wallMs, 0.95) <= LIMIT_MS && figures.rssMb <= RSS_SHARE * memoryMb),
  );
  return {
    columns: [
      "symbols",
      "memory MB",
      "CPU quota",
      "p50 ms",
      "p95 ms",
      "with its lines",
      "CPU ms",
      "µs a symbol",
      "RSS MB",
    ],
    rows: all.map(({ size, memoryMb, figures: { wallMs, wholeMs, cpuMs, rssMb } }) => [
      size,
      memoryMb,
      `${(100 * vcpusOf(memoryMb)).toFixed(1)} %`,
      ...[median(wallMs), percentile(wallMs, 0.95), median(wholeMs)].map(Math.round),
      median(cpuMs).toFixed(1),
      ((1000 * median(cpuMs)) / size).toFixed(1),
      Math.round(rssMb),
    ]),
    isMissed,
    notes: [
      `limits: p95 of ${LIMIT_MS} ms, and RSS of ${RSS_SHARE} of the memory`,
      `all families on Node ${version}, ${all[0]?.figures.wallMs.length} samples of each; throttled in ${all.map(({ throttled }) => throttled).join(", ")} periods`,
      "the first samples of a process take longer and are not counted; a sample is one turn, as a test shows",
    ],
  };
}

import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { Redis } from "ioredis";

import type { Bundling } from "../cdk/bundling";
import { heapOptions, memoryMbFor } from "../lib/collect-size";
import { startRedis } from "../local/embedded-redis";
import { bundle } from "./bundle";
import { CannotRun } from "./cannot-run";
import { deployedNode } from "./deployed-node";
import type { Step } from "./entries/sample-steps";
import { fillHealthy, goOn, renewHarvest, symbolsOf } from "./healthy-redis";
import { median, percentile, type Table } from "./table";

const ROOT = join(__dirname, "..");
const ENTRY = "bench/entries/sample-steps.ts";
/** The revision before the contract was corrected by what production writes. */
const BASE = "7a8d71a";
const SYMBOLS = 20;
/** What today's processor time may be of the base's, by the medians of one run. */
const LIMIT = 1.3;
/** Of a function of ordinary size. */
const MEMORY_MB = memoryMbFor(SYMBOLS);
const SETTINGS = {
  COLLECTORS: "safety,harvest,redis,streams",
  SYMBOLS: symbolsOf(3).join(","),
  HARVEST_SYMBOLS: symbolsOf(SYMBOLS).slice(3).join(","),
};
/** Until the compiler is done with what runs every time. */
const WARM_UP = 60;
const ROUNDS = 240;
const SLOT_MS = 15_000;

/**
 * Processor time of a warm sample with all families: today's code and that of a base revision, each bundled as deployed,
 * take the same slots of the same healthy Redis in turn, each in a process of its own.
 */
export async function sampleBench({ base = BASE }: { readonly base?: string } = {}): Promise<Table> {
  const node = deployedNode();
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-bench-"));
  const redis = await startRedis();
  const writer = new Redis({ host: redis.host, port: redis.port });
  const sides: Side[] = [];
  try {
    const before = await bundleOf(base, folder);
    const now = bundle(join(ROOT, ENTRY), folder);
    const symbols = symbolsOf(SYMBOLS);
    const start = Math.floor(Date.now() / SLOT_MS - WARM_UP - ROUNDS) * SLOT_MS;
    await fillHealthy(writer, symbols, start);
    sides.push(new Side(node.file, before, redis.url), new Side(node.file, now, redis.url));
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const at = start + (round + WARM_UP + 1) * SLOT_MS;
      await goOn(writer, symbols, at - SLOT_MS, at);
      await renewHarvest(writer, symbols, at);
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side.take(at, round >= 0);
    }
    return table(base, node.version, sides);
  } finally {
    for (const side of sides) await side.end();
    writer.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

/** One revision's code at work, and what its samples took. */
class Side {
  readonly reading: number[] = [];
  readonly whole: number[] = [];
  samples = 0;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor(node: string, entry: string, url: string) {
    const env = { ...process.env, REDIS_URL: url, ...SETTINGS };
    this.#process = spawn(node, [...heapOptions(MEMORY_MB), entry], { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async take(at: number, isCounted: boolean): Promise<void> {
    this.#process.stdin.write(`${at}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error("a process that takes samples has ended; what it said stands above");
    const { readUs, linesUs, samples } = JSON.parse(value) as Step;
    this.samples = samples;
    if (!isCounted) return;
    this.reading.push(readUs / 1000);
    this.whole.push((readUs + linesUs) / 1000);
  }

  async end(): Promise<void> {
    const ended = this.#process.exitCode === null ? once(this.#process, "exit") : undefined;
    this.#process.stdin.end();
    await ended;
  }
}

/** The entry bundled with the code of a revision, as that revision says how; its packages are those of today. */
async function bundleOf(revision: string, folder: string): Promise<string> {
  const tree = join(folder, "base");
  mkdirSync(join(tree, "bench/entries"), { recursive: true });
  try {
    const files = execFileSync("git", ["archive", revision, "lib", "cdk", "package.json", "tsconfig.json"], {
      cwd: ROOT,
      maxBuffer: 2 ** 28,
      stdio: ["ignore", "pipe", "pipe"],
    });
    execFileSync("tar", ["-x", "-C", tree], { input: files });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotRun(`the code of ${revision} cannot be had from git: ${why.trim()}`);
  }
  symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"));
  copyFileSync(join(ROOT, ENTRY), join(tree, ENTRY));
  const { bundling } = (await import(join(tree, "cdk/bundling.ts"))) as { bundling: Bundling };
  return bundle(join(tree, ENTRY), folder, bundling);
}

function table(base: string, version: string, [before, now]: readonly Side[]): Table {
  if (before === undefined || now === undefined) throw new Error("a side is missing");
  const ratios = (["reading", "whole"] as const).map((part) => median(now[part]) / median(before[part]));
  const [ofReading = Number.NaN, ofWhole = Number.NaN] = ratios;
  const row = (name: string, { reading, whole, samples }: Side): (string | number)[] => [
    name,
    samples,
    ...[median(reading), percentile(reading, 0.95), median(whole)].map((ms) => ms.toFixed(2)),
  ];
  return {
    columns: ["code", "metrics", "reading: CPU ms, p50", "p95", "with its lines, p50"],
    rows: [row(base, before), row("today", now), ["ratio", "", ofReading.toFixed(2), "", ofWhole.toFixed(2)]],
    isMissed: !ratios.every((ratio) => ratio <= LIMIT),
    notes: [
      `limit: today's medians are at most ${LIMIT} times those of ${base}`,
      `${ROUNDS} samples of each in turn, of all families and ${SYMBOLS} symbols, on Node ${version}`,
    ],
  };
}

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startRedis } from "../local/embedded-redis";
import { bundle } from "./bundle";
import { median, type Table } from "./table";

const RUNS = 21;
const ROOT = join(__dirname, "..");

/** What is allowed: bytes of each function's bundle, and its cold process against `node -e 0`. */
const LIMITS = { emf: { bytes: 250_000, ratio: 2.0 }, api: { bytes: 480_000, ratio: 3.2 } };

/**
 * Bundle sizes as deployed, and whole cold processes side by side in one run: start, connect to a real Redis, one
 * sample, published (EMF lines, or one acknowledged PutMetricData), exit. Ratios of medians; the machine's noise hits
 * all three alike.
 */
export async function coldBench(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-bench-"));
  const redis = await startRedis();
  const api = createServer((request, response) => {
    request
      .resume()
      .on("end", () => response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}"));
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const env = {
    ...process.env,
    REDIS_URL: redis.url,
    // The SDK warns of this machine's Node; Lambda runs a newer one.
    NODE_NO_WARNINGS: "1",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
  };
  try {
    const bytes = (entry: string): number => statSync(bundle(join(ROOT, entry), folder)).size;
    const sizes = { emf: bytes("functions/collect.ts"), api: bytes("functions/collect-api.ts") };
    const emf = [bundle(join(ROOT, "bench/entries/cold-emf.ts"), folder)];
    const apiEntry = [bundle(join(ROOT, "bench/entries/cold-api.ts"), folder)];
    const times = await interleaved({ bare: ["-e", "0"], emf, api: apiEntry }, env);
    return table(sizes, times);
  } finally {
    api.close();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

type Times = Record<"bare" | "emf" | "api", number[]>;

async function interleaved(commands: Record<keyof Times, string[]>, env: NodeJS.ProcessEnv): Promise<Times> {
  const times: Times = { bare: [], emf: [], api: [] };
  for (let run = 0; run <= RUNS; run++) {
    for (const name of ["bare", "emf", "api"] as const) {
      const ms = await wallMs(commands[name], env);
      // The first round warms the file cache and is not counted.
      if (run > 0) times[name].push(ms);
    }
  }
  return times;
}

function wallMs(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve(performance.now() - startedAt) : reject(new Error(`${args.join(" ")} exited with ${code}`)),
    );
  });
}

function table(sizes: { emf: number; api: number }, times: Times): Table {
  const bare = median(times.bare);
  const row = (name: keyof Times, size: number | string): (string | number)[] => {
    const middle = median(times[name]);
    return [name, size, Math.round(middle), (middle / bare).toFixed(2), Math.round(Math.min(...times[name]))];
  };
  return {
    columns: ["process", "bundle bytes", "median ms", "ratio", "min ms"],
    rows: [row("bare", "-"), row("emf", sizes.emf), row("api", sizes.api)],
    isMissed: !(["emf", "api"] as const).every(
      (name) => sizes[name] <= LIMITS[name].bytes && median(times[name]) <= LIMITS[name].ratio * bare,
    ),
    notes: [
      `${RUNS} runs of each, in turn; bare is node -e 0 (${process.version})`,
      `limits: emf ${LIMITS.emf.bytes} bytes and ${LIMITS.emf.ratio} x bare, ` +
        `api ${LIMITS.api.bytes} bytes and ${LIMITS.api.ratio} x bare`,
    ],
  };
}

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { bundle } from "../../bench/bundle";
import { FAMILIES } from "../../lib/collectors";
import { positionKey, proposal, proposalKey } from "../support/harvest-keys";
import {
  duringTests,
  MASTER_NAME,
  SERVER_TIMEOUT_MS,
  startCluster,
  startReplicaWithSentinel,
  withRedis,
} from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const ROOT = join(__dirname, "../..");
/** Two marks of the shortest interval, whenever it starts. */
const RUN_MS = 11_000;
/** Two commands a symbol, which is more than the client's own pipeline is used for. */
const SYMBOLS = Array.from({ length: 60 }, (_, index) => `COIN${index}USDT`);

const folder = duringTests(async () => {
  const path = await mkdtemp(join(tmpdir(), "bundle-"));
  return { path, stop: () => rm(path, { recursive: true }) };
});

/** Runs the bundled handler in a process of its own, as Lambda does, and gives the names of what it published. */
async function publishedBy(variables: Readonly<Record<string, string>>): Promise<Map<string, unknown>> {
  const file = bundle(join(ROOT, "functions/collect.ts"), folder().path);
  const call = `require(${JSON.stringify(file)}).handler({}, {
    getRemainingTimeInMillis: () => Infinity,
    signal: AbortSignal.timeout(${RUN_MS}),
  }).then(() => process.exit())`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", call], {
    env: { PATH: process.env["PATH"], SAMPLE_INTERVAL_SEC: "5", COLLECTORS: FAMILIES.join(","), ...variables },
  });
  const lines = stdout.split("\n").filter((line) => line.includes('"_aws"'));
  return new Map(lines.flatMap((line) => Object.entries(JSON.parse(line) as Record<string, unknown>)));
}

describe("the bundled function, whose client knows a few commands only", () => {
  const cluster = duringTests(() => startCluster(3));
  const watched = duringTests(() => startReplicaWithSentinel());
  const redis = withRedis();

  it("reads a cluster, each of its servers too", async () => {
    const nodes = cluster().nodes.map(({ port }) => `127.0.0.1:${port}`);

    const published = await publishedBy({ REDIS_TOPOLOGY: "cluster", REDIS_NODES: nodes.join(",") });

    expect(published.get("quantum_safety_redis_up")).toBe(1);
    expect(published.get("redis_up")).toBe(1);
    expect(published.get("redis_connected_clients")).toEqual(expect.any(Number));
    expect(published.get("quantum_harvest_exporter_up")).toBe(1);
  });

  it("finds the master that sentinels name", async () => {
    const published = await publishedBy({
      REDIS_TOPOLOGY: "sentinel",
      REDIS_SENTINELS: `127.0.0.1:${watched().sentinel.port}`,
      REDIS_SENTINEL_MASTER: MASTER_NAME,
    });

    expect(published.get("quantum_safety_redis_up")).toBe(1);
    expect(published.get("quantum_safety_safe_mode")).toBe(0);
  });

  it("reads everything else of a large turn in which streams are absent and one hash is refused", async () => {
    for (const symbol of SYMBOLS) {
      await redis.writer.hset(proposalKey(symbol), proposal(Date.now()));
      await redis.writer.hset(positionKey(symbol), { side: "LONG" });
    }
    await redis.writer.set(proposalKey(SYMBOLS[7] ?? ""), "no hash");

    const published = await publishedBy({ REDIS_URL: redis.server.url, HARVEST_SYMBOLS: SYMBOLS.join(",") });

    expect(Object.fromEntries(published)).toMatchObject({
      redis_up: 1,
      redis_connected_clients: expect.any(Number) as number,
      quantum_safety_redis_up: 1,
      quantum_safety_safe_mode: 0,
      quantum_harvest_symbols: SYMBOLS.length - 1,
      quantum_harvest_open_positions: SYMBOLS.length,
    });
    expect(published.has("redis_error")).toBe(false);
  });
});

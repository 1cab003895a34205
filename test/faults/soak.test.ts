import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { bundle } from "../../bench/bundle";
import { deployedNode } from "../../bench/deployed-node";
import { fillHealthy, goOn, renewHarvest, symbolsOf } from "../../bench/healthy-redis";
import { heapOptions } from "../../lib/collect-size";
import { duringTests, withRedis } from "../support/redis-server";
import type { Held } from "./entries/soak";

jest.setTimeout(3_600_000);

const MEMORY_MB = 128;
const SYMBOLS = symbolsOf(20);
const SLOT_MS = 15_000;
const HOUR_MS = 3_600_000;
const HOURS = Number(process.env["SOAK_HOURS"] ?? 24);
/** Of one hour beside another; what leaks takes more in a day. */
const MOST_MORE_MB = 4;

const redis = withRedis({}, { commandTimeout: 60_000 });
const built = duringTests(async () => {
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-soak-"));
  const entry = bundle(join(__dirname, "entries/soak.ts"), folder);
  return { entry, node: deployedNode().file, stop: async () => rmSync(folder, { recursive: true }) };
});

/** One warm sandbox, told slot by slot what time it is. */
function sandbox(): ChildProcess {
  const { entry, node } = built();
  return spawn(node, ["--expose-gc", ...heapOptions(MEMORY_MB), entry], {
    env: {
      REDIS_URL: redis.server.url,
      SYMBOLS: SYMBOLS.join(","),
      COLLECTORS: "safety,harvest,redis,streams",
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

async function asked(child: ChildProcess, message: number | "look"): Promise<unknown> {
  const answered = once(child, "message");
  child.send(message);
  return (await answered)[0];
}

/** Kind: something is kept with every sample, and a sandbox that lives long enough has no memory or no sockets left. */
it(`after ${HOURS} hours of its life a sandbox holds no more than after the first`, async () => {
  const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  await fillHealthy(redis.writer, SYMBOLS, start);
  const child = sandbox();
  const hours: Held[] = [];
  try {
    await once(child, "message");
    for (let t = start; hours.length < HOURS; t += SLOT_MS) {
      await goOn(redis.writer, SYMBOLS, t, t + SLOT_MS);
      await renewHarvest(redis.writer, SYMBOLS, t + SLOT_MS);
      await asked(child, t + SLOT_MS);
      if ((t + SLOT_MS) % HOUR_MS === 0) hours.push((await asked(child, "look")) as Held);
    }
  } finally {
    child.kill("SIGKILL");
  }

  const [first, last] = [hours[0], hours.at(-1)];
  process.stdout.write(`after an hour ${JSON.stringify(first)}, after ${HOURS} ${JSON.stringify(last)}\n`);
  if (first === undefined || last === undefined) throw new Error("SOAK_HOURS is at least 1");
  expect(hours.map(({ up }) => up)).toEqual(hours.map(() => 1));
  expect(last.series).toBeGreaterThan(100);
  expect(last.rssMb - first.rssMb).toBeLessThan(MOST_MORE_MB);
  expect(last.heapMb - first.heapMb).toBeLessThan(MOST_MORE_MB);
  expect(last.files).toBe(first.files);
  expect(last.handles).toBeLessThanOrEqual(first.handles);
});

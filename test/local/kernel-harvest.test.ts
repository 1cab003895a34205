import { setTimeout as delay } from "node:timers/promises";

import type { Clock } from "../../local/clock";
import { HarvestBook, ROUND_MS } from "../../local/kernel/harvest";
import { type Kernel, startKernel } from "../../local/kernel/kernel";
import { SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const STANDING_STILL = 0;

describe("the simulated harvest publisher", () => {
  it("writes a proposal that stands still after 60 s and not before", () => {
    const book = new HarvestBook(["BTCUSDT"], 1, 1, STANDING_STILL);

    const rounds = Array.from({ length: 14 }, (_, round) => book.due(NOON + round * ROUND_MS).size);

    expect(rounds).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
  });

  it("skips symbols without a position", () => {
    const book = new HarvestBook(["BTCUSDT", "ETHUSDT"], 1, 1, STANDING_STILL);

    expect([...book.due(NOON).keys()]).toEqual(["BTCUSDT"]);
    expect([book.open, book.closed]).toEqual([["BTCUSDT"], ["ETHUSDT"]]);
  });

  it("opens and closes positions, never the first three, and is the same for the same seed", () => {
    const books = [7, 7].map(
      (seed) => new HarvestBook(["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "DOTUSDT"], 4, seed),
    );
    const seen = books.map((book) =>
      Array.from({ length: 500 }, () => {
        book.move();
        return book.open.join();
      }),
    );

    expect(seen[0]).toEqual(seen[1]);
    expect(new Set(seen[0]).size).toBeGreaterThan(2);
    expect(seen[0]?.every((open) => open.startsWith("BTCUSDT,ETHUSDT,SOLUSDT"))).toBe(true);
  });
});

describe("the kernel", () => {
  const redis = withRedis();
  const kernels: Kernel[] = [];
  afterEach(async () => {
    for (const kernel of kernels.splice(0)) await kernel.stop();
  });

  it("publishes proposals and positions by its own clock, whatever is played", async () => {
    const time = { ms: NOON };
    const clock: Clock = {
      now: () => time.ms,
      sleep: async (ms, signal) => {
        const due = time.ms + ms;
        while (time.ms < due) await delay(10, undefined, signal ? { signal } : {});
      },
      hold: (work) => work(),
    };
    const kernel = startKernel({
      redis: redis.server,
      scenario: { name: "test", sentence: "Made up.", timeline: [] },
      clock,
    });
    kernels.push(kernel);
    const updated = async (): Promise<string | null> =>
      redis.writer.hget("quantum:harvest:proposal:BTCUSDT", "last_update_epoch");
    await until("the first round is written", async () => (await updated()) !== null);

    await until("the next one is", async () => {
      time.ms += 10_000;
      return (await updated()) !== `${NOON / 1000}.0`;
    });

    const proposal = await redis.writer.hgetall("quantum:harvest:proposal:BTCUSDT");
    await kernel.stop();
    expect(Number(proposal["last_update_epoch"])).toBeGreaterThan(NOON / 1000);
    expect(Number(proposal["last_update_epoch"])).toBeLessThanOrEqual(time.ms / 1000);
    expect(Number(proposal["kill_score"])).toBeGreaterThanOrEqual(0);
    expect(await redis.writer.hgetall("quantum:state:positions:BTCUSDT")).toHaveProperty("quantity");
    expect(await redis.writer.ttl("quantum:harvest:proposal:BTCUSDT")).toBe(-1);
  });
});

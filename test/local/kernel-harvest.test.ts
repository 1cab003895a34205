import { setTimeout as delay } from "node:timers/promises";

import type { Clock } from "../../local/clock";
import { parsePosition, POSITION_FIELDS } from "../../lib/harvest/position";
import { CANDIDATES, HarvestBook, ROUND_MS } from "../../local/kernel/harvest";
import { type Kernel, startKernel } from "../../local/kernel/kernel";
import { SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const STANDING_STILL = 0;

describe("the simulated harvest publisher", () => {
  it("renews every proposal in every round, flat ones at a score that means nothing", () => {
    const book = new HarvestBook(["BTCUSDT", "ETHUSDT"], 1, 1, STANDING_STILL);

    const rounds = Array.from({ length: 4 }, (_, round) => book.proposals(NOON + round * ROUND_MS));

    expect(rounds.map((round) => [...round.keys()])).toEqual(rounds.map(() => ["BTCUSDT", "ETHUSDT"]));
    expect(rounds.map((round) => round.get("ETHUSDT")?.["last_update_epoch"])).toEqual(
      rounds.map((_, round) => `${(NOON + round * ROUND_MS) / 1000}.0`),
    );
    expect(new Set(rounds.map((round) => round.get("ETHUSDT")?.["kill_score"]))).toEqual(new Set(["0.896"]));
    expect(Number(rounds[0]?.get("BTCUSDT")?.["kill_score"])).toBeLessThan(0.6);
  });

  it("has a position for every candidate, and a flat one for each that is closed", () => {
    const book = new HarvestBook(["BTCUSDT", "ETHUSDT"], 2, 1, STANDING_STILL);
    const read = (): unknown[] =>
      [...book.positions(NOON)].map(([symbol, fields]) => [
        symbol,
        parsePosition(
          symbol,
          POSITION_FIELDS.map((name) => fields[name] ?? null),
        ).position,
      ]);
    const before = read();

    book.close("ETHUSDT");

    expect(before).toEqual([
      ["BTCUSDT", "open"],
      ["ETHUSDT", "open"],
    ]);
    expect(read()).toEqual([
      ["BTCUSDT", "open"],
      ["ETHUSDT", "flat"],
    ]);
    expect([book.open, book.flat]).toEqual([["BTCUSDT"], ["ETHUSDT"]]);
  });

  it("proposes no stop-loss more often than one, and is calibrated now and then", () => {
    const book = new HarvestBook(CANDIDATES, CANDIDATES.length, 1);
    const rounds = Array.from({ length: 500 }, () => {
      book.move();
      const proposed = [...book.proposals(NOON).values()].map((fields) => fields["new_sl_proposed"]);
      return { proposed, calibrated: book.calibrated().size };
    });

    const all = rounds.flatMap(({ proposed }) => proposed);
    const none = all.filter((text) => text === "None").length;
    expect(none).toBeGreaterThan(all.length / 2);
    expect(none).toBeLessThan(all.length);
    expect(rounds.filter(({ calibrated }) => calibrated > 0).length).toBeGreaterThan(10);
    expect(CANDIDATES).toHaveLength(20);
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
    const keys = await redis.writer.keys("quantum:state:positions:*");
    const sides = await Promise.all(keys.map((key) => redis.writer.hget(key, "side")));
    expect(sides.filter((side) => side === "LONG")).toHaveLength(5);
    expect(sides.filter((side) => side === "FLAT")).toHaveLength(15);
    expect(await redis.writer.ttl("quantum:state:positions:BTCUSDT")).toBeGreaterThan(3000);
    expect(await redis.writer.ttl("quantum:harvest:proposal:BTCUSDT")).toBe(-1);
  });
});

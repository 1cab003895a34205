import { type Clock, realClock } from "../../local/clock";
import { FastTime } from "../../local/fast-time";
import { startKernel } from "../../local/kernel/kernel";
import { TimeKeeper } from "../../local/kernel/time-keeper";
import { SERVER_TIMEOUT_MS, until, withRedis, writerOf } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const SAFE_MODE = "quantum:safety:safe_mode";
/** How long a busy machine may take between two commands, far below the times that are told apart. */
const SLACK_MS = 5000;

const redis = withRedis();
let now = 0;

/** Goes ahead of real time by what a test says. */
function leaping(): Clock {
  const from = performance.now();
  now = 0;
  return { ...realClock, now: () => performance.now() - from + now };
}

describe("the time keeper", () => {
  it("takes from an expiry what the clock has gained, each time anew", async () => {
    const keeper = new TimeKeeper(redis.writer, leaping());
    await redis.writer.set(SAFE_MODE, "1", "EX", 300);
    const left: number[] = [];

    for (const gained of [60_000, 60_000, 120_000]) {
      now += gained;
      await keeper.turn();
      left.push(await redis.writer.pttl(SAFE_MODE));
    }

    for (const [index, expected] of [240_000, 180_000, 60_000].entries()) {
      expect(left[index]).toBeLessThanOrEqual(expected);
      expect(left[index]).toBeGreaterThan(expected - SLACK_MS);
    }
  });

  it("ends what is over by then and leaves what has no expiry", async () => {
    const keeper = new TimeKeeper(redis.writer, leaping());
    await redis.writer.set("quantum:safety:rate:global:1", "3", "EX", 12);
    await redis.writer.set(SAFE_MODE, "1");

    now += 12_000;
    await keeper.turn();

    expect(await redis.writer.keys("*")).toEqual([SAFE_MODE]);
    expect(await redis.writer.pttl(SAFE_MODE)).toBe(-1);
  });

  it("does not take an outage from what is written after it", async () => {
    const client = writerOf(redis.server);
    const keeper = new TimeKeeper(client, leaping());
    await until("it is connected", () => client.status === "ready");

    await redis.server.kill();
    await until("the server is gone", () => client.status !== "ready");
    now += 600_000;
    await keeper.turn();
    await redis.server.restart();
    await until("it is connected again", () => client.status === "ready");
    await client.set(SAFE_MODE, "1", "EX", 300);
    await keeper.turn();
    const left = await client.pttl(SAFE_MODE);
    client.disconnect();

    expect(left).toBeGreaterThan(300_000 - SLACK_MS);
  });
});

describe("a kernel on a faster time", () => {
  const time = { current: new FastTime(Infinity, 0) };

  afterEach(() => time.current.stop());

  it("has safe mode lift itself after the cooldown of that time, and writes entries at its moments", async () => {
    const start = Date.now() + 3_600_000;
    time.current = new FastTime(Infinity, start);
    time.current.start();
    const burst = { at: 1, does: "burst", symbol: "BTCUSDT", side: "BUY", attempts: 8, everyMs: 1 } as const;

    const kernel = startKernel({
      redis: redis.server,
      scenario: { name: "test", sentence: "Made up.", timeline: [burst] },
      clock: time.current,
    });
    await time.current.sleep(61_000);
    const halfway = await time.current.hold(() => redis.writer.pttl(SAFE_MODE));
    await time.current.sleep(245_000);
    const after = await time.current.hold(() => redis.writer.exists(SAFE_MODE));
    const entries = await redis.writer.xrange("quantum:stream:trade.intent", "-", "+");
    await kernel.stop();

    expect(halfway).toBeLessThanOrEqual(240_100);
    expect(halfway).toBeGreaterThan(240_000 - SLACK_MS);
    expect(after).toBe(0);
    expect(entries.map(([id]) => Number(id.split("-")[0]) - start)).toEqual([1000, 1001, 1002, 1003, 1004]);
  });
});

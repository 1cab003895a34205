import { realClock } from "../../local/clock";
import type { EmbeddedRedis } from "../../local/embedded-redis";
import { type Kernel, startKernel } from "../../local/kernel/kernel";
import type { Step } from "../../local/kernel/scenarios";
import { Traffic } from "../../local/kernel/traffic";
import { SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const INTENTS = "quantum:stream:trade.intent";
const burst = (attempts: number, everyMs: number): Step => {
  return { at: 0, does: "burst", symbol: "BTCUSDT", side: "BUY", attempts, everyMs };
};

const redis = withRedis();
const kernels: Kernel[] = [];
let events: string[] = [];

beforeEach(() => {
  events = [];
});

afterEach(async () => {
  for (const kernel of kernels.splice(0)) await kernel.stop();
});

/** Plays a timeline of the test's own, on a clock that never leaves its window. */
function play(timeline: readonly Step[], seed = 1): Kernel {
  const kernel = startKernel({
    redis: redis.server,
    scenario: { name: "test", sentence: "Made up.", timeline },
    seed,
    clock: { ...realClock, now: () => 1_768_784_101_234 },
    onEvent: (text) => events.push(text),
  });
  kernels.push(kernel);
  return kernel;
}

const told = (text: string): Promise<void> =>
  until(`"${text}" is told`, () => events.some((event) => event.includes(text)));

async function publishedBy(seed: number): Promise<string> {
  await redis.writer.flushall();
  const kernel = play([burst(5, 0)], seed);
  await until("all are published", async () => (await redis.writer.xlen(INTENTS)) === 5);
  await kernel.stop();
  return JSON.stringify((await redis.writer.xrange(INTENTS, "-", "+")).map(([, fields]) => fields));
}

it("tells of the trip, of safe mode and of its end", async () => {
  play([burst(1000, 5)]);

  await told("are blocked");
  await redis.writer.del("quantum:safety:safe_mode", ...(await redis.writer.keys("quantum:safety:rate:*")));
  await told("safe mode is over");

  expect(events).toEqual([
    "a burst of 1000 attempts on BTCUSDT BUY, one every 5 ms",
    "breaker tripped: SYMBOL_RATE_EXCEEDED on BTCUSDT BUY, 6 of 5 in 10 s",
    "safe mode for 300 s",
    "safe mode is on: attempts are blocked",
    expect.stringMatching(/^safe mode is over, \d+ attempts were blocked$/),
  ]);
});

it("publishes at the gaps of the traffic until it is told to stop", async () => {
  // Its first intent comes early, and is on another symbol than the burst.
  const seed = 19;
  const firstSec = new Traffic(seed).gap() / 1000;
  const kernel = play([{ at: 0, does: "publish" }], seed);
  // One more than the first round has.
  await until("something is published", async () => (await redis.writer.xlen(INTENTS)) > 1);
  await kernel.stop();
  await redis.writer.flushall();

  play(
    [
      { at: 0, does: "publish" },
      { at: firstSec / 2, does: "stop-publishing" },
      { ...burst(1, 0), at: 2 * firstSec },
    ],
    seed,
  );
  await until("the later burst is published", async () => (await redis.writer.xlen(INTENTS)) > 1);

  const [, last] = await redis.writer.xrange(INTENTS, "-", "+");
  expect(JSON.stringify(last)).toContain("BTCUSDT");
  expect(await redis.writer.xlen(INTENTS)).toBe(2);
});

it("sets safe mode at the fifth margin failure, without a fault", async () => {
  play([{ at: 0, does: "margin-failures", count: 5, everyMs: 1 }]);

  await told("margin failure: safe mode for 900 s, without a fault entry");

  expect(events).toHaveLength(6);
  expect(await redis.writer.get("quantum:safety:safe_mode")).toBe("1");
  expect(await redis.writer.exists("quantum:stream:safety.fault")).toBe(0);
});

it("goes on when a crashed server is back, which it crashes and restarts itself", async () => {
  const { pid } = redis.server;

  play([burst(1000, 20), { at: 0.2, does: "kill-redis" }, { at: 0.6, does: "restart-redis" }]);
  await told("Redis answers again");

  expect(redis.server.pid).not.toBe(pid);
  expect(events.filter((event) => event.includes("Redis"))).toEqual([
    "Redis crashes",
    expect.stringMatching(/^Redis does not answer: /),
    "Redis is started again",
    expect.stringMatching(/^Redis answers again, \d+ attempts got lost$/),
  ]);
});

it("goes on when a frozen server answers again", async () => {
  play([burst(1000, 20)]);
  await told("a burst");

  redis.server.pause();
  await told("Redis does not answer: Command timed out");
  redis.server.resume();
  await told("breaker tripped");

  expect(events.filter((event) => event.includes("Redis"))).toEqual([
    "Redis does not answer: Command timed out",
    expect.stringMatching(/^Redis answers again, \d+ attempts got lost$/),
  ]);
});

it("publishes the same intents for the same seed", async () => {
  const first = await publishedBy(7);

  const [again, other] = [await publishedBy(7), await publishedBy(8)];

  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

it("writes nothing and holds no connection after stop, in the middle of whatever it was doing", async () => {
  const kernel = play([burst(1000, 1)]);
  await told("are blocked");

  await kernel.stop();
  await redis.writer.flushall();
  const toldBefore = events.length;

  await until("only the writer is connected", async () => (await clients()) === 1);
  expect(await redis.writer.dbsize()).toBe(0);
  expect(events).toHaveLength(toldBefore);
});

async function clients(): Promise<number> {
  return String(await redis.writer.client("LIST"))
    .trim()
    .split("\n").length;
}

it.each([
  ["an address", (server: EmbeddedRedis): unknown => server.url],
  ["an object with the address of a server", ({ host, port, url }: EmbeddedRedis): unknown => ({ host, port, url })],
  ["a server's likeness", (server: EmbeddedRedis): unknown => Object.create(server) as unknown],
])("refuses %s", (_what, made) => {
  const options = { redis: made(redis.server) as EmbeddedRedis, scenario: { name: "", sentence: "", timeline: [] } };

  const start = (): unknown => startKernel(options);

  expect(start).toThrow(TypeError);
});

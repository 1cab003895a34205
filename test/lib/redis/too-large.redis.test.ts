import { type AddressInfo, createServer, type Socket } from "node:net";
import { once } from "node:events";
import type { Sampler } from "../../../lib/sampler";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { valuesOf } from "../../support/schedule";
import { expectOutage, expectUp, INTENTS, SAFE_MODE, sampled, type Timed, withSamplers } from "../../support/sampling";

jest.setTimeout(SERVER_TIMEOUT_MS);

const FAULTS = "quantum:stream:safety.fault";
const MB = 1_000_000;

const samplerFor = withSamplers();
const redis = withRedis();
const proxied = duringTests(() => startProxy(redis.server));

/** The counters of a window live for 12 s: whether a mark still finds them depends on how old it is. */
const COMES_AND_GOES = /^quantum_safety_rate_/;

/** Not at a mark, which may lie before what was written for the test. */
const sampledNow = async (sampler: Sampler): Promise<Timed> => ({
  sampled: await sampler.sample(new Date()),
  tookMs: 0,
});

/** Kind: a reply is read whatever it weighs, so that whoever may write one key stops the watch of all others. */
describe("what is too large to be read", () => {
  beforeEach(async () => {
    await redis.writer.set(SAFE_MODE, "1");
    const now = Date.now();
    await redis.writer.xadd(INTENTS, `${now - 1000}-0`, "symbol", "BTCUSDT", "side", "BUY");
    await redis.writer.xadd(
      FAULTS,
      `${now - 2000}-0`,
      "reason",
      "GLOBAL_RATE_EXCEEDED",
      "timestamp",
      String(now / 1000),
    );
  });

  const FIELDS = Array.from({ length: 500 }, (_, index) => [`field_${index}`, "some text"]).flat();

  it.each<[string, string, readonly string[], () => Promise<unknown>]>([
    [
      "a safe-mode value of 20 MB",
      SAFE_MODE,
      ["quantum_safety_safe_mode", "quantum_safety_safe_mode_no_expiry", "quantum_safety_safe_mode_ttl_seconds"],
      () => redis.writer.set(SAFE_MODE, "1".repeat(20 * MB)),
    ],
    [
      "a fault entry of 20 MB",
      FAULTS,
      ["quantum_safety_fault", "quantum_safety_faults_last", "quantum_safety_last_fault"],
      () => redis.writer.xadd(FAULTS, "*", "reason", "x".repeat(20 * MB)),
    ],
    [
      "20 intents of 5 MB",
      INTENTS,
      ["quantum_trade_intent"],
      async () => {
        for (let left = 20; left > 0; left--) await redis.writer.xadd(INTENTS, "*", "data", "x".repeat(5 * MB));
      },
    ],
    [
      "a thousand faults with 500 fields",
      FAULTS,
      ["quantum_safety_fault", "quantum_safety_faults_last", "quantum_safety_last_fault"],
      async () => {
        for (let left = 1000; left > 0; left--) await redis.writer.xadd(FAULTS, "*", ...FIELDS);
      },
    ],
    [
      "a halt of 20 MB",
      "quantum:kill",
      ["quantum_halts_active"],
      () => redis.writer.set("quantum:kill", "1".repeat(20 * MB)),
    ],
  ])("%s costs its own metrics, and no connection once it is known", async (_, key, own, write) => {
    const sampler = samplerFor({ REDIS_URL: proxied().url });
    const before = valuesOf((await sampledNow(sampler)).sampled.samples);
    await write();

    const first = await sampledNow(sampler);
    await sampledNow(sampler);
    const { opened } = proxied();
    const later = await sampledNow(sampler);

    for (const one of [first, later]) {
      expectUp(one, {});
      const lost = Object.keys(before).filter(
        (name) => !(name in valuesOf(one.sampled.samples)) && !COMES_AND_GOES.test(name),
      );
      expect(lost.filter((name) => !own.some((part) => name.startsWith(part)))).toEqual([]);
      const named = one.sampled.violations.filter((found) => found.key === key).map(({ what }) => what);
      const isRead = lost.length === 0;
      expect(isRead || named.some((what) => /the reply costs \d+ bytes or more|too large/.test(what))).toBe(true);
    }
    expect(proxied().opened).toBe(opened);
  });
});

/** Kind: a page that came short because its entries are heavy is taken for the last one. */
it("heavy intents are all counted, page by page, and none is taken for the last one", async () => {
  const now = Date.now();
  await redis.writer.xadd(INTENTS, `${now - 120_000}-0`, "symbol", "BTCUSDT");
  for (let index = 12; index > 0; index--) {
    await redis.writer.xadd(INTENTS, `${now - index * 1000}-0`, "symbol", `S${index}USDT`, "note", "x".repeat(MB));
  }

  const { sampled: taken } = await sampledNow(samplerFor({ REDIS_URL: redis.server.url }));

  expect(valuesOf(taken.samples)).toMatchObject({ quantum_trade_intent_rate_per_min: 12 });
  expect([taken.properties["symbols_complete"], taken.violations]).toEqual([false, []]);
});

/** A server that answers everything with null, and sends some bytes of its own accord at one moment. */
async function talkingServer(bytes: string) {
  const clients = new Set<Socket>();
  const when: { value: "connect" | "idle" | "answer" | "never" } = { value: "never" };
  const server = createServer((client) => {
    clients.add(client);
    client.on("error", () => undefined).on("close", () => clients.delete(client));
    if (when.value === "connect") client.write(bytes);
    client.on("data", (chunk) => {
      const asked = chunk.toString("latin1").match(/^\*\d+\r$/gm)?.length ?? 0;
      client.write("$-1\r\n".repeat(asked) + (when.value === "answer" ? bytes : ""));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    when,
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    talk: () => clients.forEach((client) => client.write(bytes)),
    get open() {
      return clients.size;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Kind: what nobody asked for reaches a client that throws where nobody can catch it. */
describe.each([
  ["a reply", "+OK\r\n"],
  ["half a reply", "*2\r\n$3\r\n"],
  ["no reply at all", "HTTP/1.1 400 Bad Request\r\n\r\n"],
  ["a push of RESP3", ">1\r\n+x\r\n"],
  ["a text without end", `$${20 * MB}\r\nabc`],
])("%s that nobody asked for", (_, bytes) => {
  const talking = duringTests(() => talkingServer(bytes));

  it.each(["idle", "answer", "connect"] as const)("(%s) ends the connection, not the process", async (when) => {
    const server = talking();
    const sampler = samplerFor({ REDIS_URL: server.url });
    server.when.value = when === "idle" ? "never" : when;
    const first = await sampled(sampler);
    server.talk();
    server.when.value = "never";

    const after = await sampled(sampler);

    // Null is no answer to EXISTS or TIME, so that collectors fail; but Redis is there.
    expect(valuesOf(after.sampled.samples)).toMatchObject({ quantum_safety_redis_up: 1 });
    // While a connection is being made it may come before anything is asked, or after, and then be half of an answer.
    if (when === "answer") expectOutage(first, /./, "unreachable");
    expect(server.open).toBeLessThanOrEqual(1);
  });
});

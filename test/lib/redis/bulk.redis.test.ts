import { Redis } from "ioredis";

import { askInBulk } from "../../../lib/redis/bulk";
import { RedisLink } from "../../../lib/redis/link";
import { readConfig } from "../../../lib/config";
import { SAMPLE_LIMIT_MS } from "../../../lib/redis/limits";
import { RedisSession } from "../../../lib/redis/session";
import { startFakeRedis } from "../../support/fake-redis";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

/** Far more than the client's own pipeline is used for. */
const MANY = 1500;
const KEYS = Array.from({ length: MANY }, (_, index) => `quantum:h:${index}`);
const FIELDS = ["a", "b", "c"];

const redis = withRedis({
  config: ["user watch on >pw ~quantum:* -@all +hmget +get +pttl +time"],
});
const proxied = duringTests(() => startProxy(redis.server));
const links: RedisLink[] = [];

afterEach(() => {
  for (const link of links.splice(0)) link.close();
});

function linkTo(url: string): RedisLink {
  const link = new RedisLink(readConfig({ REDIS_URL: url }).redis);
  links.push(link);
  return link;
}

const sessionOf = (link: RedisLink): RedisSession => new RedisSession(link, SAMPLE_LIMIT_MS);

async function seed(): Promise<void> {
  const pipeline = redis.writer.pipeline();
  for (const [index, key] of KEYS.entries()) {
    if (index % 3 === 0) pipeline.hset(key, { a: String(index), c: "€\r\n" });
    if (index % 3 === 1) pipeline.set(key, "no hash");
  }
  await pipeline.exec();
}

const expectedOf = (index: number): unknown => {
  if (index % 3 === 0) return { known: [String(index), null, "€\r\n"] };
  const key = KEYS[index] ?? "";
  return index % 3 === 1 ? { broken: { key, what: "holds a value of the wrong type" } } : { known: null };
};

it("many keys are answered each in its place, whatever they hold", async () => {
  await seed();

  const session = sessionOf(linkTo(redis.server.url));
  const hashes = await session.hashes(KEYS, FIELDS);

  expect(hashes).toEqual(KEYS.map((_, index) => expectedOf(index)));
  expect(session.health()).toMatchObject({ isUp: true });
});

it("single commands and transactions are answered rightly beside them, and after them", async () => {
  await seed();
  await redis.writer.set("quantum:mode", "1", "EX", 300);
  const link = linkTo(redis.server.url);
  const session = sessionOf(link);

  const [mode, hashes, time] = await Promise.all([
    session.getWithTtl("quantum:mode"),
    session.hashes(KEYS, FIELDS),
    session.time(),
  ]);
  const after = await sessionOf(link).get("quantum:mode");

  expect(mode).toEqual({ value: { known: "1" }, ttlMs: expect.closeTo(300_000, -4) as number });
  expect(hashes[3]).toEqual(expectedOf(3));
  expect(Math.abs(time - Date.now())).toBeLessThan(5000);
  expect(after).toEqual({ known: "1" });
});

it("what the user may not read is unknown, each key by itself, and nothing else", async () => {
  await seed();
  const keys = KEYS.map((key, index) => (index === 7 ? "other:7" : key));

  const hashes = await sessionOf(linkTo(redis.server.url.replace("://", "://watch:pw@"))).hashes(keys, FIELDS);

  expect(hashes[7]).toEqual({ unknown: expect.stringMatching(/^other:7: NOPERM/) as string });
  expect(hashes.toSpliced(7, 1)).toEqual(KEYS.map((_, index) => expectedOf(index)).toSpliced(7, 1));
});

it("a connection that is lost in the middle is replaced once, and the same is asked again", async () => {
  await seed();
  const link = linkTo(proxied().url);
  await sessionOf(link).get("quantum:mode");
  proxied().clear();
  proxied().resetAtTurn = 1;

  const hashes = await sessionOf(link).hashes(KEYS, FIELDS);

  proxied().resetAtTurn = undefined;
  expect(hashes).toEqual(KEYS.map((_, index) => expectedOf(index)));
});

it("what is no reply of this protocol ends the connection and rejects, and the process goes on", async () => {
  const fake = await startFakeRedis("%0");
  const client = new Redis(fake.port, fake.host, { lazyConnect: true, retryStrategy: null, enableReadyCheck: false });
  await client.connect();
  const { stream } = client;
  const before = stream.listeners("data");

  const asking = askInBulk(client, [
    ["GET", "a"],
    ["GET", "b"],
  ]);

  await expect(asking).rejects.toThrow('RESP2 has no type "%"');
  expect([stream.destroyed, stream.listeners("data")]).toEqual([true, before]);
  client.disconnect();
  await fake.stop();
});

it("a server that does not answer any more costs the sample, not the process", async () => {
  await seed();
  const link = linkTo(redis.server.url);
  await sessionOf(link).get("quantum:mode");
  redis.server.pause();

  const session = sessionOf(link);
  const asking = session.hashes(KEYS, FIELDS);

  await expect(asking).rejects.toThrow(/took longer than/);
  redis.server.resume();
  expect(session.health().isUp).toBe(false);
  expect(await sessionOf(link).hashes(KEYS.slice(0, 1), FIELDS)).toEqual([expectedOf(0)]);
});

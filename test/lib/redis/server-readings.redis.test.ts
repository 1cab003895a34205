import { FAMILIES } from "../../../lib/collectors";
import { aclRules } from "../../../lib/redis/read-only";
import { startFakeRedis } from "../../support/fake-redis";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, startCluster, withRedis, writerOf } from "../../support/redis-server";
import { sampled, withSamplers } from "../../support/sampling";
import { valuesOf } from "../../support/schedule";

const RIGHTS = aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES });

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();
const NOON = new Date("2026-03-01T12:00:00Z");

describe("a function with the redis family alone", () => {
  const redis = withRedis({
    config: [
      "user counting on >pw ~* -@all +slowlog|len",
      "user nothing on >pw ~* -@all",
      "user timing on >pw ~* -@all +time",
      "user telling on >pw ~* -@all +time +info +slowlog|len",
    ],
  });
  const as = (user: string, families: string) =>
    samplerFor({ REDIS_URL: redis.server.url.replace("://", `://${user}:pw@`), COLLECTORS: families });

  it("says that Redis is up when INFO is answered, and nothing for the safety family", async () => {
    const sampler = samplerFor({ REDIS_URL: redis.server.url, COLLECTORS: "redis" });

    const values = valuesOf((await sampled(sampler)).sampled.samples);

    expect(values).toMatchObject({ redis_up: 1, redis_connected_clients: 2, "quantum_collector_up{redis-server}": 1 });
    expect(Object.keys(values).filter((name) => name.startsWith("quantum_safety"))).toEqual([]);
  });

  it("says that Redis is down while it is, and no more than that", async () => {
    const sampler = samplerFor({ REDIS_URL: redis.server.url, COLLECTORS: "redis" });
    await sampled(sampler);
    await redis.server.kill();

    const { samples, properties } = (await sampled(sampler)).sampled;

    await redis.server.restart();
    expect(valuesOf(samples)).toEqual({ redis_up: 0, "quantum_collector_up{redis-server}": 0 });
    expect(properties["redis_error"]).toMatch(/ECONNREFUSED|closed/);
  });

  it.each([
    [
      "may ask for the slow log alone",
      "counting",
      { redis_up: 1, redis_slowlog_length: 0, "quantum_collector_up{redis-server}": 1 },
    ],
    ["may only ask the time", "timing", { redis_up: 1, "quantum_collector_up{redis-server}": 1 }],
    ["may ask nothing", "nothing", { redis_up: 1, "quantum_collector_up{redis-server}": 1 }],
  ])("of a user that %s says what that user can see", async (_, user, expected) => {
    const { samples } = (await sampled(as(user, "redis"))).sampled;

    const {
      quantum_contract_violations: _all,
      "quantum_contract_violations{redis-server}": _own,
      ...values
    } = valuesOf(samples);
    expect(values).toEqual(expected);
  });

  it("says once what a user may not ask for", async () => {
    const sampler = as("timing", "redis");

    const [first, second] = [await sampled(sampler), await sampled(sampler)];

    expect(first.sampled.properties["redis_unavailable"]).toMatchObject({
      redis_slowlog_length: expect.stringMatching(/^SLOWLOG LEN: NOPERM/) as string,
      redis_connected_clients: expect.stringMatching(/^INFO clients: NOPERM/) as string,
    });
    expect(first.sampled.properties).not.toHaveProperty("redis_error");
    expect(second.sampled.properties).not.toHaveProperty("redis_unavailable");
    expect(valuesOf(second.sampled.samples)["redis_up"]).toBe(1);
  });

  it.each(["LOADING Redis is loading the dataset in memory", "NOAUTH Authentication required."])(
    "says that Redis is down when all it says is %s",
    async (message) => {
      const fake = await startFakeRedis(`-${message}`);
      const sampler = samplerFor({ REDIS_URL: fake.url, COLLECTORS: "redis" });

      const { samples, properties } = (await sampled(sampler)).sampled;

      await fake.stop();
      expect(valuesOf(samples)["redis_up"]).toBe(0);
      expect(properties["redis_error"]).toBe(message);
    },
  );

  it("is not what decides where keys are asked for too: a kernel that cannot read them fails open", async () => {
    const { samples } = (await sampled(as("telling", "safety,redis"))).sampled;

    expect(valuesOf(samples)).toMatchObject({ redis_up: 0, quantum_safety_redis_up: 0 });
    expect(valuesOf(samples)).not.toHaveProperty("redis_connected_clients");
  });
});

describe("a cluster of three", () => {
  const started = duringTests(() => startCluster(3));

  it("is asked on every primary, beside the keys, and gives one value for all of them", async () => {
    const { nodes, writer } = started();
    const keys = Array.from({ length: 60 }, (_, index) => `quantum:key:${index}`);
    for (const key of keys) await writer.set(key, "1");
    for (const node of nodes) {
      const client = writerOf(node);
      await client.call("ACL", "SETUSER", "watch", "on", ">pw", "~quantum:*", "-@all", ...RIGHTS, "+cluster|slots");
      client.disconnect();
    }
    const user = { REDIS_USERNAME: "watch", REDIS_PASSWORD: "pw", COLLECTORS: "safety,redis,streams" };
    const where = { REDIS_TOPOLOGY: "cluster", REDIS_NODES: `127.0.0.1:${nodes[1]?.port}` };
    let ms = NOON.getTime();
    const sampler = samplerFor({ ...user, ...where }, () => ms);
    const first = await sampler.sample(NOON);
    ms += 15_000;
    for (const key of keys) await writer.get(key);

    const second = await sampler.sample(new Date(NOON.getTime() + 15_000));

    expect(valuesOf(first.samples)).toMatchObject({ redis_up: 1, redis_db_keys: 60, redis_slowlog_length: 0 });
    expect(second.properties["failed"]).toBeUndefined();
    expect(valuesOf(second.samples)).toMatchObject({ redis_db_keys: 60, quantum_safety_redis_up: 1 });
    // Each of the 60 once, over 15 s.
    expect(valuesOf(second.samples)["redis_keyspace_hits_per_second"]).toBe(4);
  });
});

describe("one server", () => {
  const redis = withRedis();

  it("is asked for its numbers in the same turn as the keys, a section of INFO at a time", async () => {
    const proxy = await startProxy(redis.server);
    const sampler = samplerFor({ REDIS_URL: proxy.url, COLLECTORS: "safety,redis,streams" });
    await sampler.sample(NOON);
    proxy.clear();

    await sampler.sample(new Date(NOON.getTime() + 15_000));

    const asked = proxy.commands.map((command) => command.slice(0, 2).join(" "));
    await proxy.stop();
    expect(proxy.turns).toBe(1);
    expect(asked.filter((command) => command.startsWith("INFO"))).toEqual(
      ["server", "clients", "memory", "persistence", "stats", "replication", "keyspace", "commandstats"].map(
        (section) => `INFO ${section}`,
      ),
    );
    expect(asked.filter((command) => /SLOWLOG|XINFO GROUPS/.test(command))).toEqual([
      "SLOWLOG LEN",
      ...Array.from({ length: 4 }, () => "XINFO GROUPS"),
    ]);
  });
});

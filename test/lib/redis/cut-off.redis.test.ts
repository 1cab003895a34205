import { aclRules } from "../../../lib/redis/read-only";
import { FAMILIES } from "../../../lib/collectors";
import { startFakeRedis } from "../../support/fake-redis";
import {
  duringTests,
  SERVER_TIMEOUT_MS,
  startCluster,
  startReplicaWithSentinel,
  until,
  writerOf,
} from "../../support/redis-server";
import { INTENTS, SAFE_MODE, sampled, seed, withSamplers } from "../../support/sampling";
import { valuesOf } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();
const EVERYTHING = FAMILIES.join(",");
/** All that is not read from a key. */
const OF_OURSELVES =
  /^(redis_|quantum_redis_|quantum_clock_|quantum_collector_up|quantum_safety_(exporter|redis|sample)|quantum_harvest_exporter_up)/;

const urlOf = (url: string, user: string): string => url.replace("://", `://${user}:pw@`);

describe("a replica that has lost its primary", () => {
  const redis = duringTests(async () => {
    const group = await startReplicaWithSentinel();
    await group.sentinel.stop();
    await seed(group.master);
    const writer = writerOf(group.replica);
    await until("the replica has it", async () => (await writer.exists(INTENTS)) === 1);
    const rights = aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES }).join(" ");
    for (const [user, rules] of [
      ["watch", rights],
      ["blind", rights.replace("+info", "")],
    ] as const) {
      await writer.call("ACL", "SETUSER", user, "on", ">pw", "~*", "-@all", ...rules.split(" ").filter(Boolean));
    }
    const before = await sampled(samplerFor({ REDIS_URL: urlOf(group.replica.url, "watch") }));
    await group.master.kill();
    await until("the replica notices", async () => /link_status:down/.test(await writer.info("replication")));
    const stop = async (): Promise<void> => {
      writer.disconnect();
      await group.stop();
    };
    return { ...group, writer, before, stop };
  });
  const take = async (user: string, families = EVERYTHING) =>
    (await sampled(samplerFor({ REDIS_URL: urlOf(redis().replica.url, user), COLLECTORS: families }))).sampled;
  const servesStale = (serves: "yes" | "no") => redis().writer.config("SET", "replica-serve-stale-data", serves);

  afterEach(() => servesStale("yes"));

  /** Stands for frozen keys that are taken for what is there now. */
  it("is up and cut off: nothing of its keys is published, nothing failed, and the line says why", async () => {
    const { samples, properties, health, violations } = await take("watch");

    const values = valuesOf(samples);
    expect(valuesOf(redis().before.sampled.samples)).toMatchObject({
      quantum_redis_replica_cut_off: 0,
      quantum_safety_safe_mode: 1,
    });
    expect(health.isUp).toBe(true);
    expect(values).toMatchObject({
      quantum_redis_replica_cut_off: 1,
      quantum_safety_redis_up: 1,
      redis_up: 1,
      redis_master_link_up: 0,
      quantum_safety_exporter_up: 1,
      quantum_harvest_exporter_up: 1,
      quantum_safety_exporter_errors_total: 0,
      quantum_redis_full: 0,
    });
    const collectors = Object.entries(values).filter(([name]) => name.startsWith("quantum_collector_up"));
    expect(collectors.length).toBeGreaterThan(6);
    expect(collectors.filter(([, value]) => value !== 1)).toEqual([]);
    expect(Object.keys(values).filter((name) => !OF_OURSELVES.test(name))).toEqual([]);
    expect(violations).toEqual([]);
    const { redis_cut_off: why, redis_unavailable: _, clock_skew_ms: _skew, unknown, ...others } = properties;
    expect(why).toMatch(/^a replica whose link to its primary 127\.0\.0\.1:\d+ is down/);
    expect(others).toEqual({});
    expect(Object.keys(unknown ?? {}).filter((name) => !OF_OURSELVES.test(name))).toEqual([]);
  });

  it.each(FAMILIES)("withholds the keys of the family %s read alone as well", async (family) => {
    const { samples, properties } = await take("watch", family);

    expect(Object.keys(valuesOf(samples)).filter((name) => !OF_OURSELVES.test(name))).toEqual([]);
    expect(properties["redis_cut_off"]).toBeDefined();
  });

  it.each([
    ["that we may ask for its role", "watch"],
    ["by its own words, where we may not ask", "blind"],
  ])("is the same where it serves no key (MASTERDOWN), %s", async (_, user) => {
    await servesStale("no");

    const { samples, properties, health } = await take(user);

    const values = valuesOf(samples);
    expect(health).toMatchObject({ isUp: true });
    expect(values).toMatchObject({
      quantum_redis_replica_cut_off: 1,
      quantum_safety_redis_up: 1,
      quantum_safety_exporter_errors_total: 0,
    });
    expect(Object.entries(values).filter(([name, up]) => name.startsWith("quantum_collector_up") && up !== 1)).toEqual(
      [],
    );
    expect(Object.keys(values).filter((name) => !OF_OURSELVES.test(name))).toEqual([]);
    expect(properties["redis_cut_off"]).toMatch(user === "watch" ? /^a replica whose link/ : /^MASTERDOWN/);
    expect(properties).not.toHaveProperty("redis_error");
  });

  /** Stands for "not known" that is taken for "cut off". */
  it("is not known to be one without the right to ask, and then nothing is withheld", async () => {
    const { samples, properties } = await take("blind", "safety");

    const values = valuesOf(samples);
    expect(values).toMatchObject({ quantum_safety_safe_mode: 1, quantum_safety_redis_up: 1 });
    expect(values).not.toHaveProperty("quantum_redis_replica_cut_off");
    expect(values).not.toHaveProperty("quantum_redis_full");
    expect(properties["unknown"]).toMatchObject({
      quantum_redis_replica_cut_off: expect.stringMatching(/^INFO replication: NOPERM/) as string,
      quantum_redis_full: expect.stringMatching(/^INFO memory: NOPERM/) as string,
    });
  });

  it("is read again with the first sample that finds the link up", async () => {
    const { master, replica, writer } = redis();
    await master.restart();
    await seed(master);
    await until("the link is up", async () => /link_status:up/.test(await writer.info("replication")));
    await until("the copy has come", async () => (await writer.exists(SAFE_MODE)) === 1);

    const after = await sampled(samplerFor({ REDIS_URL: replica.url }));

    expect(valuesOf(after.sampled.samples)).toMatchObject({
      quantum_redis_replica_cut_off: 0,
      quantum_safety_safe_mode: 1,
    });
    expect(after.sampled.properties).not.toHaveProperty("redis_cut_off");
  });
});

it("a function that reads no key hears it by MASTERDOWN as well", async () => {
  const fake = await startFakeRedis(
    "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  );

  const { samples, properties } = (await sampled(samplerFor({ REDIS_URL: fake.url, COLLECTORS: "redis" }))).sampled;

  await fake.stop();
  expect(valuesOf(samples)).toMatchObject({ redis_up: 1 });
  expect(properties["redis_cut_off"]).toMatch(/^MASTERDOWN/);
});

describe("a cluster", () => {
  const started = duringTests(() => startCluster(3));

  it("is never cut off: its primaries answer for keys, and nobody else", async () => {
    const { nodes, writer } = started();
    await writer.set(SAFE_MODE, "1");

    const { sampled: taken } = await sampled(
      samplerFor({ REDIS_TOPOLOGY: "cluster", REDIS_NODES: `127.0.0.1:${nodes[0]?.port}` }),
    );

    expect(valuesOf(taken.samples)).toMatchObject({
      quantum_redis_replica_cut_off: 0,
      quantum_redis_full: 0,
      quantum_safety_safe_mode: 1,
    });
  });
});

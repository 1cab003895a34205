import { streamsCollector } from "../../../lib/collectors/streams";
import { type Arrangement } from "../../contracts/collector";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { startProxy } from "../../support/proxy";
import { Watched } from "../../support/schedule";
import { idleLonger } from "../../../local/kernel/consumer-times";
import { add, behind, INTENTS, left, NOON, of, read } from "../../support/stream-groups";

jest.setTimeout(SERVER_TIMEOUT_MS);

describe("a consumer that died with entries in hand", () => {
  const redis = withRedis();
  const watch = duringTests(async () => new Watched(streamsCollector, redis.server.url, { GROUPS: "{}" }));
  const LEFT = [
    {
      stream: INTENTS,
      group: "desk",
      consumer: "old_1",
      entries: 3,
      idle_seconds: expect.any(Number),
      oldest_id: `${NOON - 500_000}-0`,
    },
  ];

  it("while another one keeps up, has left what it held, and is named; the oldest entry is as old as it is", async () => {
    await left(redis.writer, NOON);

    const { values, properties, violations } = await watch().takeCold(NOON);

    expect(violations).toEqual([]);
    expect(values).toMatchObject({
      [of("lag", "desk")]: 0,
      [of("pending", "desk")]: 3,
      [of("oldest_pending_seconds", "desk")]: 500,
      [of("stuck", "desk")]: 3,
    });
    expect(properties["stuck_consumers"]).toEqual(LEFT);
    expect((properties["stuck_consumers"] as { idle_seconds: number }[])[0]?.idle_seconds).toBeGreaterThanOrEqual(61);
  });

  it("has left nothing that is stuck where it was idle for less, as any consumer is between two entries", async () => {
    await behind(redis.writer, NOON);
    await idleLonger(redis.writer, INTENTS, ["worker"], 30_000);

    const { values, properties } = await watch().takeCold(NOON);

    expect(values[of("stuck", "desk")]).toBe(0);
    expect(properties).not.toHaveProperty("stuck_consumers");
  });

  // The kind of mistake: a group that does not keep up is taken for one that does, and its alarm is held back.
  it.each<readonly [string, Arrangement]>([
    ["nobody reads what comes", (writer) => idleLonger(writer, INTENTS, ["new_2"], 61_000)],
    ["more waits than a thousand", (writer, t) => add(writer, INTENTS, ...Array.from({ length: 1000 }, () => t - 5))],
    [
      "another consumer holds an entry for more than a minute",
      async (writer) => void (await writer.xclaim(INTENTS, "desk", "new_2", 0, `${NOON - 400_000}-0`)),
    ],
    [
      "others hold more than a thousand",
      async (writer, t) => {
        await add(writer, INTENTS, ...Array.from({ length: 1000 }, () => t - 5));
        await read(writer, INTENTS, "desk", 2000, "new_2");
      },
    ],
  ])("is no excuse for a group of which %s", async (_, arrange) => {
    await left(redis.writer, NOON);
    await add(redis.writer, INTENTS, NOON - 5);
    await arrange(redis.writer, NOON);

    const { values, properties } = await watch().takeCold(NOON);

    expect(values[of("stuck", "desk")]).toBe(0);
    expect(values[of("oldest_pending_seconds", "desk")]).toBe(500);
    expect(properties["stuck_consumers"]).toMatchObject([{ consumer: "old_1" }]);
  });

  it("is told where nothing waits, though nobody reads just now: nothing came for a minute", async () => {
    await left(redis.writer, NOON);
    await idleLonger(redis.writer, INTENTS, ["new_2"], 61_000);

    const { values } = await watch().takeCold(NOON);

    expect(values[of("stuck", "desk")]).toBe(3);
  });

  it("is not known where a list of all consumers would cost more than the sample", async () => {
    await left(redis.writer, NOON);
    for (let count = 0; count < 500; count++) {
      await redis.writer.xgroup("CREATECONSUMER", INTENTS, "desk", `gone_${count}`);
    }

    const { values, properties } = await watch().takeCold(NOON);

    expect(values).not.toHaveProperty([of("stuck", "desk")]);
    expect(values[of("oldest_pending_seconds", "desk")]).toBe(500);
    expect(properties["unknown"]).toMatchObject({ quantum_stream_group_stuck: "502 consumers are more than are read" });
  });

  it("is one of at most twenty that are named, of five a group by their oldest entry", async () => {
    const names = Array.from({ length: 25 }, (_, place) => `old_${place}`);
    await add(redis.writer, INTENTS, ...names.map(() => NOON - 100_000));
    await redis.writer.xgroup("CREATE", INTENTS, "desk", "0");
    for (const name of names) await read(redis.writer, INTENTS, "desk", 1, name);
    await idleLonger(redis.writer, INTENTS, names.slice(0, 9), 61_000);
    await idleLonger(redis.writer, INTENTS, names.slice(10), 61_000);
    await idleLonger(redis.writer, INTENTS, ["old_9"], 61_000);

    const { values, properties } = await watch().takeCold(NOON);

    const named = properties["stuck_consumers"] as { oldest_id?: string }[];
    expect(values[of("stuck", "desk")]).toBe(25);
    expect(named).toHaveLength(20);
    expect(named.filter((one) => one.oldest_id !== undefined)).toHaveLength(5);
    expect(properties["stuck_consumers_left_out"]).toBe(5);
  });

  it("costs a turn less, and commands fewer, than one that is there", async () => {
    const proxy = await startProxy(redis.server);
    const watched = new Watched(streamsCollector, proxy.url, { GROUPS: "{}" });
    const asked = async (arrange: Arrangement): Promise<object> => {
      await arrange(redis.writer, NOON);
      await watched.takeCold(NOON);
      proxy.clear();
      await watched.takeCold(NOON);
      return { turns: proxy.turns, commands: proxy.commands.length };
    };

    const nothing = await asked(async () => undefined);
    const pending = await asked(behind);
    const dead = await asked(left);

    await watched.stop();
    await proxy.stop();
    // Of four streams themselves and their groups; of what is pending the oldest and the consumers; of a dead one its own.
    expect({ nothing, pending, dead }).toEqual({
      nothing: { turns: 1, commands: 8 },
      pending: { turns: 2, commands: 10 },
      dead: { turns: 3, commands: 11 },
    });
  });
});

describe("a user that may not look at consumers", () => {
  const redis = withRedis({ config: ["user part on >pw ~* -@all +xinfo|stream +xinfo|groups +xpending"] });

  it("still gets all but what is stuck, and the collector says that it failed", async () => {
    await left(redis.writer, NOON);
    const watched = new Watched(streamsCollector, redis.server.url.replace("://", "://part:pw@"));

    const { values, failures } = await watched.takeCold(NOON);

    await watched.stop();
    expect(values).toMatchObject({ [of("pending", "desk")]: 3, [of("oldest_pending_seconds", "desk")]: 500 });
    expect(values).not.toHaveProperty([of("stuck", "desk")]);
    expect(failures[0]).toMatch(/^quantum:stream:\S+: NOPERM/);
  });
});

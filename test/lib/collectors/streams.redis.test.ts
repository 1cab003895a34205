import type { Redis } from "ioredis";
import { streamsCollector } from "../../../lib/collectors/streams";
import { idleLonger } from "../../../local/kernel/consumer-times";
import { type Arrangement, describeCollector } from "../../contracts/collector";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { startProxy } from "../../support/proxy";
import { Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const INTENTS = "quantum:stream:trade.intent";
const NOON = Date.parse("2026-03-01T12:00:00Z");

const of = (name: string, group: string, stream = INTENTS): string =>
  `quantum_stream_group_${name}{${stream},${group}}`;

async function add(writer: Redis, stream: string, ...ms: readonly number[]): Promise<void> {
  for (const each of ms) await writer.xadd(stream, `${each}-*`, "symbol", "BTCUSDT");
}

async function read(
  writer: Redis,
  stream: string,
  group: string,
  count: number,
  consumer = "worker",
): Promise<string[]> {
  const replies = (await writer.xreadgroup("GROUP", group, consumer, "COUNT", count, "STREAMS", stream, ">")) as
    | [string, [string, string[]][]][]
    | null;
  return (replies ?? []).flatMap(([, entries]) => entries.map(([id]) => id));
}

/** A group that has read three of the five entries before the slot and acknowledged one. */
const behind: Arrangement = async (writer, t) => {
  await writer.del(INTENTS);
  await add(writer, INTENTS, ...[50, 40, 30, 20, 10].map((seconds) => t - seconds * 1000));
  await writer.xgroup("CREATE", INTENTS, "desk", "0");
  const [first = ""] = await read(writer, INTENTS, "desk", 3);
  await writer.xack(INTENTS, "desk", first);
};

const malformed: Arrangement = async (writer, t) => {
  await behind(writer, t);
  for (const name of ["größe", " ", "x".repeat(256)]) await writer.xgroup("CREATE", INTENTS, name, "$");
};

/** Of five entries a consumer took three and died, and another one took the rest: the group keeps up. */
const left: Arrangement = async (writer, t) => {
  await writer.del(INTENTS);
  await add(writer, INTENTS, ...[500, 400, 300, 20, 10].map((seconds) => t - seconds * 1000));
  await writer.xgroup("CREATE", INTENTS, "desk", "0");
  await read(writer, INTENTS, "desk", 3, "old_1");
  await idleLonger(writer, INTENTS, ["old_1"], 61_000);
  await writer.xack(INTENTS, "desk", ...(await read(writer, INTENTS, "desk", 5, "new_2")));
};

describeCollector(streamsCollector, {
  "a group that is behind": behind,
  "groups without a proper name": malformed,
  "a group with a dead consumer": left,
});

describe("a stream and its groups", () => {
  const redis = withRedis();
  const watch = duringTests(
    async () =>
      new Watched(streamsCollector, redis.server.url, {
        STREAMS: "quantum:stream:orders,quantum:stream:none",
        GROUPS: "{}",
      }),
  );

  it("that is behind has what waits, what is not acknowledged, and since when", async () => {
    await behind(redis.writer, NOON);

    const { values, failures, violations } = await watch().takeCold(NOON);

    expect([failures, violations]).toEqual([[], []]);
    expect(values).toMatchObject({
      [`quantum_stream_length{${INTENTS}}`]: 5,
      [`quantum_stream_last_age_seconds{${INTENTS}}`]: 10,
      [`quantum_stream_groups{${INTENTS}}`]: 1,
      [of("lag", "desk")]: 2,
      [of("pending", "desk")]: 2,
      [of("oldest_pending_seconds", "desk")]: 40,
      [of("consumers", "desk")]: 1,
      [of("lost", "desk")]: 0,
    });
  });

  it("keeps the age of what a redelivery has handed to another consumer", async () => {
    await behind(redis.writer, NOON);
    await redis.writer.xautoclaim(INTENTS, "desk", "second", 0, "0");

    const { values } = await watch().takeCold(NOON);

    expect(values[of("oldest_pending_seconds", "desk")]).toBe(40);
    expect(values[of("consumers", "desk")]).toBe(2);
  });

  it("that has read and acknowledged everything has nothing, which is a value", async () => {
    await add(redis.writer, INTENTS, NOON - 5000);
    await redis.writer.xgroup("CREATE", INTENTS, "desk", "0");
    await redis.writer.xack(INTENTS, "desk", ...(await read(redis.writer, INTENTS, "desk", 10)));

    const { values } = await watch().takeCold(NOON);

    expect(values).toMatchObject({
      [of("lag", "desk")]: 0,
      [of("pending", "desk")]: 0,
      [of("oldest_pending_seconds", "desk")]: 0,
      [of("lost", "desk")]: 0,
    });
  });

  it("that lost entries to trimming says so until it has read on, and does not lag by them for ever", async () => {
    await behind(redis.writer, NOON);
    await redis.writer.xtrim(INTENTS, "MAXLEN", 1);
    const lost = await watch().takeCold(NOON);
    await read(redis.writer, INTENTS, "desk", 10);

    const after = await watch().takeCold(NOON);

    expect(lost.values).toMatchObject({ [of("lag", "desk")]: 1, [of("lost", "desk")]: 1 });
    expect(after.values).toMatchObject({ [of("lag", "desk")]: 0, [of("lost", "desk")]: 0 });
  });

  it("that stands before the first entry has lost nothing when only read entries were trimmed", async () => {
    await behind(redis.writer, NOON);
    await redis.writer.xtrim(INTENTS, "MAXLEN", 2);

    const { values } = await watch().takeCold(NOON);

    expect(values).toMatchObject({ [of("lag", "desk")]: 2, [of("lost", "desk")]: 0 });
  });

  it("whose lag Redis has lost has none, but the most that it can be, and no loss is claimed of deleted entries", async () => {
    await behind(redis.writer, NOON);
    const [, , , fourth = ["", []]] = await redis.writer.xrange(INTENTS, "-", "+");
    await redis.writer.xdel(INTENTS, fourth[0]);

    const { values, properties } = await watch().takeCold(NOON);

    expect(values).not.toHaveProperty([of("lag", "desk")]);
    expect(values[of("lost", "desk")]).toBe(0);
    expect(properties["stream_lag_at_most"]).toEqual({ [INTENTS]: { desk: 3 } });
  });

  it("that is empty, absent or of another type is read as far as it can be", async () => {
    await add(redis.writer, "quantum:stream:orders", NOON - 7000);
    await redis.writer.xgroup("CREATE", "quantum:stream:orders", "fills", "$");
    await redis.writer.xtrim("quantum:stream:orders", "MAXLEN", 0);
    await redis.writer.set(INTENTS, "no stream");

    const { values, violations } = await watch().takeCold(NOON);

    expect(violations).toEqual([{ key: INTENTS, what: "holds a value of the wrong type" }]);
    expect(values).toMatchObject({
      "quantum_stream_length{quantum:stream:orders}": 0,
      "quantum_stream_last_age_seconds{quantum:stream:orders}": 7,
      "quantum_stream_groups{quantum:stream:orders}": 1,
      [of("lag", "fills", "quantum:stream:orders")]: 0,
      [of("lost", "fills", "quantum:stream:orders")]: 0,
      "quantum_stream_length{quantum:stream:none}": 0,
      "quantum_stream_groups{quantum:stream:none}": 0,
    });
    expect(Object.keys(values).filter((name) => name.includes(INTENTS))).toEqual([]);
    expect(values).not.toHaveProperty(["quantum_stream_last_age_seconds{quantum:stream:none}"]);
  });

  it("gives dimensions to twenty groups, by name, and counts the others", async () => {
    await add(redis.writer, INTENTS, NOON - 1000);
    for (let index = 30; index > 5; index--) {
      await redis.writer.xgroup("CREATE", INTENTS, `g${String(index).padStart(2, "0")}`, "0");
    }

    const { values, properties } = await watch().takeCold(NOON);

    const lags = Object.keys(values).filter((name) => name.startsWith("quantum_stream_group_lag"));
    expect(lags).toHaveLength(20);
    expect(lags.at(-1)).toBe(of("lag", "g25"));
    expect(properties["stream_groups_left_out"]).toEqual({ [INTENTS]: 5 });
    expect(values[`quantum_stream_groups{${INTENTS}}`]).toBe(25);
  });

  it("is left out beyond twenty streams, and by name", async () => {
    const many = Array.from({ length: 20 }, (_, index) => `quantum:stream:s${index}`);
    const watched = new Watched(streamsCollector, redis.server.url, { STREAMS: many.join(",") });

    const { values, properties } = await watched.takeCold(NOON);

    await watched.stop();
    expect(Object.keys(values).filter((name) => name.startsWith("quantum_stream_length"))).toHaveLength(20);
    expect(properties["streams_left_out"]).toEqual([
      "quantum:stream:s16",
      "quantum:stream:s17",
      "quantum:stream:s18",
      "quantum:stream:s19",
    ]);
  });

  it("whose name is no dimension's value is a violation that quotes it", async () => {
    await add(redis.writer, INTENTS, NOON - 1000);
    await redis.writer.xgroup("CREATE", INTENTS, "größe\n", "0");
    const watched = new Watched(streamsCollector, redis.server.url, { STREAMS: "straße" });

    const { values, violations } = await watched.takeCold(NOON);

    await watched.stop();
    expect(violations).toEqual([
      { key: "straße", what: "the stream's name \"straße\" cannot be a dimension's value" },
      { key: INTENTS, what: 'the group "größe\\n" cannot be a dimension\'s value' },
    ]);
    expect(Object.keys(values).filter((name) => /ß/.test(name))).toEqual([]);
  });
});

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

const missing = (stream: string, group?: string): string =>
  group === undefined ? `quantum_stream_missing{${stream}}` : of("missing", group, stream);

const missed = (values: Readonly<Record<string, number>>): object =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name.includes("_missing")));

// The kind of mistake: what is gone has no reading, and no alarm on readings speaks of it.
describe("what has to be there", () => {
  const redis = withRedis();
  const BRIDGE = "quantum:group:intent_bridge";
  const RESULTS = "quantum:stream:apply.result";
  const EXECUTION = "quantum:group:execution:trade.intent";
  const watchedWith = (variables: Record<string, string> = {}): Watched<unknown> =>
    new Watched(streamsCollector, redis.server.url, variables);
  const takenWith = async (variables?: Record<string, string>): ReturnType<Watched<unknown>["takeCold"]> => {
    const watched = watchedWith(variables);
    try {
      return await watched.takeCold(NOON);
    } finally {
      await watched.stop();
    }
  };
  it("and is, is not missing: the groups of the contract unless others are named, and the streams of groups", async () => {
    await add(redis.writer, INTENTS, NOON - 5);
    await redis.writer.xgroup("CREATE", INTENTS, BRIDGE, "0");
    await redis.writer.xgroup("CREATE", RESULTS, EXECUTION, "0", "MKSTREAM");

    const { values } = await takenWith();

    expect(missed(values)).toEqual({
      [missing(INTENTS)]: 0,
      [missing(INTENTS, BRIDGE)]: 0,
      [missing(RESULTS)]: 0,
      [missing(RESULTS, EXECUTION)]: 0,
    });
  });

  it("and is gone, is: a group of a stream that goes on", async () => {
    await add(redis.writer, INTENTS, NOON - 10);
    await redis.writer.xgroup("CREATE", INTENTS, BRIDGE, "0");
    await redis.writer.xgroup("DESTROY", INTENTS, BRIDGE);
    await add(redis.writer, INTENTS, NOON - 5);

    const { values } = await takenWith({ GROUPS: JSON.stringify({ [INTENTS]: [BRIDGE, "audit", BRIDGE] }) });

    expect(missed(values)).toEqual({
      [missing(INTENTS)]: 0,
      [missing(INTENTS, BRIDGE)]: 1,
      [missing(INTENTS, "audit")]: 1,
    });
  });

  it("and is in a stream that is gone, is not told: the stream is", async () => {
    const { values } = await takenWith({ STREAMS: "quantum:stream:orders" });

    expect(missed(values)).toEqual({
      [missing("quantum:stream:orders")]: 1,
      [missing(INTENTS)]: 1,
      [missing(RESULTS)]: 1,
    });
  });

  it("and is of another type, is broken and neither there nor gone", async () => {
    await redis.writer.set(INTENTS, "no stream");

    const { values, violations } = await takenWith({ GROUPS: JSON.stringify({ [INTENTS]: [BRIDGE] }) });

    expect(missed(values)).toEqual({});
    expect(violations).toEqual([{ key: INTENTS, what: "holds a value of the wrong type" }]);
  });

  it("is never left out for groups that need not be there", async () => {
    await add(redis.writer, INTENTS, NOON - 5);
    for (let index = 0; index < 25; index++) await redis.writer.xgroup("CREATE", INTENTS, `a${index}`, "0");
    await redis.writer.xgroup("CREATE", INTENTS, "z", "0");

    const { values } = await takenWith({ GROUPS: JSON.stringify({ [INTENTS]: ["z"] }) });

    expect(values).toMatchObject({ [of("lag", "z")]: 1, [missing(INTENTS, "z")]: 0 });
  });
});

// The kind of mistake: an ID that cannot be a time is taken for one.
describe("an entry whose ID cannot be a time", () => {
  const redis = withRedis();
  const watch = duringTests(async () => new Watched(streamsCollector, redis.server.url, { GROUPS: "{}" }));

  it.each([
    ["ahead of the slot by an hour", NOON + 3_600_000],
    ["in seconds", NOON / 1000],
  ])("%s has no age while it is pending, which is a violation", async (_, ms) => {
    await add(redis.writer, INTENTS, ms);
    await redis.writer.xgroup("CREATE", INTENTS, "desk", "0");
    await read(redis.writer, INTENTS, "desk", 1);

    const { values, violations } = await watch().takeCold(NOON);

    expect(values).not.toHaveProperty([of("oldest_pending_seconds", "desk")]);
    expect(values[of("pending", "desk")]).toBe(1);
    expect(violations).toContainEqual({ key: INTENTS, what: expect.stringContaining(`ID ${ms}-0`) });
  });
});

describe("a user that may not look at groups", () => {
  const redis = withRedis({ config: ["user half on >pw ~* -@all +xinfo|stream"] });

  it("still gets the streams, and the collector says that it failed", async () => {
    await behind(redis.writer, NOON);
    const watched = new Watched(streamsCollector, redis.server.url.replace("://", "://half:pw@"));

    const { values, failures } = await watched.takeCold(NOON);

    await watched.stop();
    expect(values).toMatchObject({
      [`quantum_stream_length{${INTENTS}}`]: 5,
      [`quantum_stream_groups{${INTENTS}}`]: 1,
    });
    expect(failures[0]).toMatch(/^quantum:stream:\S+: NOPERM/);
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

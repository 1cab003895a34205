import { streamsCollector } from "../../../lib/collectors/streams";
import { type Arrangement, describeCollector } from "../../contracts/collector";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";
import { add, behind, INTENTS, left, NOON, of, read } from "../../support/stream-groups";

jest.setTimeout(SERVER_TIMEOUT_MS);

const malformed: Arrangement = async (writer, t) => {
  await behind(writer, t);
  for (const name of ["größe", " ", "x".repeat(256)]) await writer.xgroup("CREATE", INTENTS, name, "$");
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

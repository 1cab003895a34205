import { streamsCollector } from "../../../lib/collectors/streams";
import { SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";
import { add, INTENTS, NOON, of } from "../../support/stream-groups";

jest.setTimeout(SERVER_TIMEOUT_MS);

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

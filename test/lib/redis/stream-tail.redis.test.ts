import { readConfig } from "../../../lib/config";
import { SAMPLE_LIMIT_MS } from "../../../lib/redis/limits";
import { RedisLink } from "../../../lib/redis/link";
import type { StreamInfo } from "../../../lib/redis/read-only";
import { RedisSession } from "../../../lib/redis/session";
import { readTail, type StreamTail } from "../../../lib/redis/stream-tail";
import { startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const KEY = "stream";
const NOON = Date.parse("2026-03-01T12:00:00Z");
const FROM = NOON - 3_600_000;
const MAX = 40;

const redis = withRedis();
const reader = duringTests(async () => {
  const proxy = await startProxy(redis.server);
  const link = new RedisLink(readConfig({ REDIS_URL: proxy.url }).redis);
  const stop = async (): Promise<void> => {
    link.close();
    await proxy.stop();
  };
  return { link, proxy, stop };
});

/** What Redis before 7.0 says of a stream. */
function ofSix(info: StreamInfo | null): StreamInfo | null {
  return info && { ...info, entriesAdded: undefined, maxDeletedId: undefined };
}

interface Asked {
  readonly from?: number;
  readonly max?: number;
  /** The server says what one before 7.0 would. */
  readonly isOld?: boolean;
}

const keep = ({ fields }: { fields: ReadonlyMap<string, string> }): string => fields.get("n") ?? "";

async function tail(
  before: StreamTail<string> | undefined,
  { from = FROM, max = MAX, isOld = false }: Asked = {},
): Promise<StreamTail<string>> {
  const session = new RedisSession(reader().link, SAMPLE_LIMIT_MS);
  const asked = {
    newest: session.newest.bind(session),
    stream: async (key: string) => {
      const stream = await session.stream(key);
      return isOld && "known" in stream ? { known: ofSix(stream.known) } : stream;
    },
  };
  const { tail: read } = await readTail(asked, { key: KEY, from, max, keep }, before);
  if (!("known" in read)) throw new Error(JSON.stringify(read));
  return read.known;
}

const seen = ({ entries, isCut }: StreamTail<string>): unknown => [entries.map(({ id, kept }) => [id, kept]), isCut];

/** A small seeded generator, so that a failure can be met again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Anything that may happen to a stream between two readings. */
async function happen(draw: (below: number) => number, now: number, step: number): Promise<void> {
  const put = async (id: string, most = 1000): Promise<unknown> =>
    redis.writer.xadd(KEY, "MAXLEN", most, id, "n", String(step)).catch(() => undefined);
  const dice = draw(100);
  if (dice < 55) await put(`${now + draw(20_000)}-${draw(3)}`);
  else if (dice < 62) await put(`${now}-*`, 1 + draw(30));
  else if (dice < 68) await redis.writer.xtrim(KEY, "MAXLEN", draw(20));
  else if (dice < 86) {
    const all = await redis.writer.xrange(KEY, "-", "+");
    const chosen = all[draw(all.length)]?.[0];
    if (chosen !== undefined) await redis.writer.xdel(KEY, chosen);
  } else if (dice < 92) {
    await redis.writer.del(KEY);
    for (let more = draw(6); more > 0; more--) await put(`${now - draw(9000) * 400}-*`);
  } else if (dice < 96) await put(`${now + 7_200_000}-*`);
  else await redis.writer.xadd(KEY, `${Math.floor(now / 1000)}-${step}`, "n", String(step)).catch(() => undefined);
}

async function add(ids: readonly (string | number)[], length = 20): Promise<void> {
  const pipeline = redis.writer.pipeline();
  for (const [index, id] of ids.entries()) pipeline.xadd(KEY, id, "n", String(index).padStart(length, "0"));
  await pipeline.exec();
}

describe("the tail of a stream", () => {
  // Kind: entries that were deleted, trimmed or of an earlier life go on being counted.
  it.each([[false], [true]])(
    "is the same with and without memory, whatever happens to the stream (before 7.0: %s)",
    async (isOld) => {
      const draw = generator(isOld ? 6 : 7);
      let memory: StreamTail<string> | undefined;
      let compared = 0;
      for (let step = 0, now = NOON; step < 1500; step++, now += draw(30_000)) {
        for (let more = draw(3); more > 0; more--) await happen(draw, now, step);
        const asked = { from: now - 3_600_000, isOld };
        const warm = await tail(memory, asked);
        const cold = await tail(undefined, asked);
        expect({ step, is: seen(warm) }).toEqual({ step, is: seen(cold) });
        if (cold.entries.length > 0) compared += 1;
        memory = warm;
      }
      expect(compared).toBeGreaterThan(500);
    },
  );

  it("asks for nothing twice: of a thousand entries a second reading brings what is new", async () => {
    await add(Array.from({ length: 1000 }, (_, index) => FROM + index * 1000));
    const before = await tail(undefined, { max: 2000 });
    await add([`${NOON}-0`]);
    reader().proxy.clear();

    const now = await tail(before, { max: 2000 });

    expect([before.entries.length, now.entries.length]).toEqual([1000, 1001]);
    expect(reader().proxy.turns).toBe(1);
    expect(reader().proxy.commands[1]).toEqual(["XREVRANGE", KEY, "+", `(${FROM + 999_000}-0`, "COUNT", "1000"]);
  });

  it("asks for nothing twice of a stream that is full and loses an entry for each that comes", async () => {
    await add(Array.from({ length: 1000 }, (_, index) => FROM + index * 1000));
    const before = await tail(undefined, { max: 2000 });
    await redis.writer.xadd(KEY, "MAXLEN", 1000, `${NOON}-0`, "n", "new");
    reader().proxy.clear();

    const now = await tail(before, { max: 2000 });

    expect([now.entries.length, now.entries[0]?.id]).toEqual([1000, `${FROM + 1000}-0`]);
    expect(reader().proxy.turns).toBe(1);
  });

  it("is cut at so many entries, and at so many characters", async () => {
    await add(Array.from({ length: 60 }, (_, index) => FROM + index));
    const byCount = await tail(undefined);
    await redis.writer.del(KEY);
    await add(
      Array.from({ length: 6 }, (_, index) => FROM + index),
      999_999,
    );

    const bySize = await tail(undefined);

    expect([byCount.entries.length, byCount.isCut, byCount.entries.at(-1)?.id]).toEqual([MAX, true, `${FROM + 59}-0`]);
    expect([bySize.entries.length, bySize.isCut, bySize.entries.at(-1)?.id]).toEqual([4, true, `${FROM + 5}-0`]);
  });

  it("holds entries with IDs in seconds until a later entry shows them to be old", async () => {
    await add([`${NOON / 1000 - 7200}-1`, `${NOON / 1000 - 1}-1`]);
    const early = await tail(undefined);
    await add([`${NOON - 1}-0`]);
    const mixed = await tail(early);

    const anHourLater = await tail(mixed, { from: NOON });

    expect([early, mixed, anHourLater].map(({ entries }) => entries.length)).toEqual([2, 3, 0]);
  });

  // Kind: a bound that is just reached, or that cut what is not wanted, is told as a loss.
  it("is whole where it holds as many entries as it may", async () => {
    await add(Array.from({ length: MAX }, (_, index) => FROM + index));

    const { entries, isCut } = await tail(undefined);

    expect([entries.length, isCut]).toEqual([MAX, false]);
  });

  it("is whole where the bound cut only early IDs that a later entry shows to be old", async () => {
    await add(Array.from({ length: MAX + 10 }, (_, index) => `${index + 1}-1`));
    const all = await tail(undefined);
    await add([`${FROM - 1}-0`, `${NOON - 1}-0`]);

    const { entries, isCut } = await tail(undefined);

    expect([all.entries.length, all.isCut]).toEqual([MAX, true]);
    expect([entries.length, isCut]).toEqual([1, false]);
  });
});

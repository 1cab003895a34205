import { setTimeout as delay } from "node:timers/promises";
import { realClock } from "../../local/clock";
import { consumeIntents, EXECUTION_GROUP } from "../../local/kernel/intent-consumer";
import { SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const INTENTS = "quantum:stream:trade.intent";

const redis = withRedis();

interface Group {
  readonly delivered: string | undefined;
  readonly pending: number;
}

async function group(): Promise<Group> {
  const [flat = []] = ((await redis.writer.xinfo("GROUPS", INTENTS).catch(() => [])) as unknown[][]) ?? [];
  const of = (name: string): unknown => flat[flat.indexOf(name) + 1];
  return { delivered: of("last-delivered-id") as string | undefined, pending: Number(of("pending")) };
}

it("reads and acknowledges what is there and what comes, from the first entry on, and again after a loss of all", async () => {
  const end = new AbortController();
  const consuming = consumeIntents(redis.writer, realClock, end.signal);
  await delay(250);
  const before = await redis.writer.exists(INTENTS);
  await redis.writer.xadd(INTENTS, "1-0", "symbol", "BTCUSDT");
  await redis.writer.xadd(INTENTS, "2-0", "symbol", "BTCUSDT");
  await until("both are read", async () => (await group()).delivered === "2-0" && (await group()).pending === 0);
  await redis.writer.flushall();
  await redis.writer.xadd(INTENTS, "3-0", "symbol", "BTCUSDT");
  await until("the next is read", async () => (await group()).delivered === "3-0" && (await group()).pending === 0);

  end.abort();
  await consuming;
  await redis.writer.xadd(INTENTS, "4-0", "symbol", "BTCUSDT");
  await delay(250);

  expect(before).toBe(0);
  expect((await group()).delivered).toBe("3-0");
  expect(EXECUTION_GROUP).toBe("execution");
});

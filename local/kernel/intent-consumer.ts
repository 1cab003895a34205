import type { Redis } from "ioredis";
import { keysUnder } from "../../lib/redis/keys";
import { type Clock, elapse } from "../clock";

/** The consumer group of the simulated execution service. */
export const EXECUTION_GROUP = "execution";
const CONSUMER = "execution-1";
/** Often enough that nothing is seen to wait for a healthy service. */
const POLL_MS = 1000;
const MOST_ENTRIES = 100;

/**
 * Reads the intents and acknowledges them, as the execution service does, until it is told to end. A Redis that does
 * not answer, or comes back empty, is asked again at the next turn.
 */
export async function consumeIntents(
  redis: Redis,
  clock: Clock,
  signal: AbortSignal,
  key = keysUnder().intents,
): Promise<void> {
  do {
    // The attempts of the kernel tell of an outage.
    if (redis.status === "ready") await clock.hold(() => consume(redis, key)).catch(() => undefined);
  } while (await elapse(clock, POLL_MS, signal));
}

async function consume(redis: Redis, key: string): Promise<void> {
  const reading = redis.xreadgroup("GROUP", EXECUTION_GROUP, CONSUMER, "COUNT", MOST_ENTRIES, "STREAMS", key, ">");
  const streams = await reading.catch(async (error: Error) => {
    if (!error.message.startsWith("NOGROUP")) throw error;
    // From the first entry; while there is no stream this is refused, and tried again.
    await redis.xgroup("CREATE", key, EXECUTION_GROUP, "0");
    return null;
  });
  const ids = (streams ?? []).flatMap(([, entries]) => entries.map(([id]) => id));
  if (ids.length > 0) await redis.xack(key, EXECUTION_GROUP, ...ids);
}

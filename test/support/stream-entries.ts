import type { Redis } from "ioredis";

/** The fields of every entry of a stream, oldest first. */
export async function entriesOf(redis: Redis, stream: string): Promise<Record<string, string>[]> {
  const entries = await redis.xrange(stream, "-", "+");
  return entries.map(([, fields]) =>
    Object.fromEntries(fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? ""]] : []))),
  );
}

/** Adds entries that mean nothing, in one round trip. */
export async function fill(redis: Redis, stream: string, entries: number): Promise<void> {
  const pipeline = redis.pipeline();
  for (let entry = 0; entry < entries; entry++) pipeline.xadd(stream, "*", "symbol", "BTCUSDT");
  await pipeline.exec();
}

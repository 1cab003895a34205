import type { Redis } from "ioredis";
import { idleLonger } from "../../local/kernel/consumer-times";
import type { Arrangement } from "../contracts/collector";

export const INTENTS = "quantum:stream:trade.intent";
export const NOON = Date.parse("2026-03-01T12:00:00Z");

/** A metric of a group as a test sees it. */
export const of = (name: string, group: string, stream = INTENTS): string =>
  `quantum_stream_group_${name}{${stream},${group}}`;

/** Adds entries at these epoch milliseconds. */
export async function add(writer: Redis, stream: string, ...ms: readonly number[]): Promise<void> {
  for (const each of ms) await writer.xadd(stream, `${each}-*`, "symbol", "BTCUSDT");
}

/** Lets a consumer read on; gives the IDs of what it got, which nobody has acknowledged. */
export async function read(
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
export const behind: Arrangement = async (writer, t) => {
  await writer.del(INTENTS);
  await add(writer, INTENTS, ...[50, 40, 30, 20, 10].map((seconds) => t - seconds * 1000));
  await writer.xgroup("CREATE", INTENTS, "desk", "0");
  const [first = ""] = await read(writer, INTENTS, "desk", 3);
  await writer.xack(INTENTS, "desk", first);
};

/** Of five entries a consumer took three and died, and another one took the rest: the group keeps up. */
export const left: Arrangement = async (writer, t) => {
  await writer.del(INTENTS);
  await add(writer, INTENTS, ...[500, 400, 300, 20, 10].map((seconds) => t - seconds * 1000));
  await writer.xgroup("CREATE", INTENTS, "desk", "0");
  await read(writer, INTENTS, "desk", 3, "old_1");
  await idleLonger(writer, INTENTS, ["old_1"], 61_000);
  await writer.xack(INTENTS, "desk", ...(await read(writer, INTENTS, "desk", 5, "new_2")));
};

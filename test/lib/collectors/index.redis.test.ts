import type { Collector } from "../../../lib/collector";
import { FAMILIES, families } from "../../../lib/collectors";
import { aclRules } from "../../../lib/redis/read-only";
import type { RedisSource } from "../../../lib/redis/source";
import { type Arrangement, describeCollector } from "../../contracts/collector";
import { SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const WINDOW_MS = 10_000;

/** Streams refuse what they hold already: an arrangement can be carried on from slot to slot. */
async function addAll(writer: Parameters<Arrangement>[0], commands: readonly (readonly string[])[]): Promise<void> {
  const pipeline = writer.pipeline();
  for (const [name = "", ...rest] of commands) pipeline.call(name, ...rest);
  for (const [error] of (await pipeline.exec()) ?? []) if (error && !/ID specified/.test(error.message)) throw error;
}

/** What the trading system has written up to `t`, going by the clock. */
const healthy: Arrangement = async (writer, t) => {
  const since = Date.parse("2026-03-01T11:55:00Z");
  const intents = Array.from({ length: Math.ceil((t - since) / 500) }, (_, index) => String(since + index * 500));
  const [bucket, faultAt] = [Math.floor(t / WINDOW_MS), Date.parse("2026-03-01T11:57:00Z")];
  await addAll(writer, [
    ["SET", "quantum:safety:safe_mode", "1"],
    ["XADD", "quantum:stream:safety.fault", `${faultAt}-0`, "timestamp", String(faultAt / 1000), "symbol", "XRPUSDT"],
    ...intents.map((id) => ["XADD", "quantum:stream:trade.intent", `${id}-0`, "symbol", "ETHUSDT"]),
    ["SET", `quantum:safety:rate:global:${bucket}`, "2"],
    ["SET", `quantum:safety:rate:global:${bucket - 1}`, "11"],
    ["SET", `quantum:safety:rate:symbol:ETHUSDT:${bucket - 1}`, "4"],
    ["SET", `quantum:safety:rate:symbol:XRPUSDT:${bucket - 1}`, "5"],
  ]);
};

const malformed: Arrangement = async (writer, t) => {
  await healthy(writer, t);
  await addAll(writer, [
    ["SET", "quantum:safety:safe_mode", "yes"],
    ["XADD", "quantum:stream:safety.fault", `${t - 100}-0`, "timestamp", "nan", "reason", "None"],
    ["XADD", "quantum:stream:trade.intent", `${t - 100}-0`, "data", "{"],
    ["SET", `quantum:safety:rate:global:${Math.floor(t / WINDOW_MS)}`, "inf"],
    ["SET", `quantum:safety:rate:symbol:ETHUSDT:${Math.floor(t / WINDOW_MS) - 1}`, "None"],
  ]);
};

for (const collector of families.safety.collectors as readonly Collector<RedisSource>[]) {
  describeCollector(collector, { "a healthy system": healthy, "malformed values": malformed });
}

describe("the rights that we ask for", () => {
  const rules = aclRules({ topology: { kind: "cluster" }, db: 1, families: FAMILIES, isDiscovering: true });
  const redis = withRedis({ config: [`user watch on >pw ~* -@all ${rules.join(" ")}`] });

  it("hold no command that writes or administers, and two that only tell of the server", async () => {
    const categories = ["write", "admin", "dangerous", "pubsub", "scripting", "blocking"];
    const lists = await Promise.all(categories.map((name) => redis.writer.call("ACL", "CAT", name)));
    const commands = [...new Set(lists.flat() as string[])];
    const allowed: string[] = [];

    for (const command of commands) {
      const parts = command.split("|");
      for (const given of [[], ["a", "b", "c", "d"]]) {
        const verdict = await redis.writer.call("ACL", "DRYRUN", "watch", ...parts, ...given).catch(String);
        if (verdict === "OK") allowed.push(command);
      }
    }

    expect(commands.length).toBeGreaterThan(100);
    expect([...new Set(allowed)].toSorted()).toEqual(["info", "slowlog|len"]);
  });
});

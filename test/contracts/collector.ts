import type { Redis } from "ioredis";
import type { Collector } from "../../lib/collector";
import { CollectError } from "../../lib/errors";
import { keysUnder } from "../../lib/redis/keys";
import { FAMILIES, type Family, families } from "../../lib/collectors";
import { aclRules } from "../../lib/redis/read-only";
import type { RedisSource } from "../../lib/redis/source";
import { duringTests, withRedis } from "../support/redis-server";
import { Watched } from "../support/schedule";

/** Something that may be found in Redis at the slot `t` (epoch ms); carried on from one slot to the next. */
export type Arrangement = (writer: Redis, t: number) => Promise<void>;

const SLOT = Date.parse("2026-03-01T12:00:30Z");
const SLOT_MS = 15_000;

const nothing: Arrangement = () => Promise.resolve();
const wrongTypes: Arrangement = async (writer) => {
  for (const key of Object.values(keysUnder())) await writer.zadd(key, 1, "member");
};

/** The rights of the collector's family alone. */
function rightsOf(collector: { readonly name: string }): string {
  const own = (family: Family): boolean => families[family].collectors.some(({ name }) => name === collector.name);
  return aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES.filter(own) }).join(" ");
}

/**
 * What every collector that reads Redis keeps to, run as a user with exactly the rights that we ask for. One that reads
 * `"the server"` asks for no key: its numbers move by themselves, and those read by their average need two readings.
 */
export function describeCollector<Memory>(
  collector: Collector<RedisSource, Memory>,
  arrangements: Readonly<Record<string, Arrangement>>,
  reads: "keys" | "the server" = "keys",
): void {
  const isOfKeys = reads === "keys";
  const overTime = new Set(collector.metrics.filter(({ read }) => read === "Average").map(({ name }) => name));
  const comparable = (values: Record<string, number>): unknown =>
    isOfKeys ? values : Object.keys(values).filter((name) => !overTime.has(name));
  const all = Object.entries({ "an empty server": nothing, "keys of the wrong type": wrongTypes, ...arrangements });

  describe(`collector ${collector.name}`, () => {
    const redis = withRedis({
      config: [
        `user watch on >pw ~quantum:* -@all ${rightsOf(collector)}`,
        `user blind on >pw ~other:* -@all ${rightsOf(collector)}`,
      ],
    });
    const watchedBy = (user: string): Watched<Memory> =>
      new Watched(collector, redis.server.url.replace("://", `://${user}:pw@`));
    const watch = duringTests(async () => watchedBy("watch"));

    it.each(all)("reports only what it declares, finite and with exactly its labels, of %s", async (_, arrange) => {
      await arrange(redis.writer, SLOT);

      const { samples } = await watch().takeCold(SLOT);

      for (const { metric, labels, value, at } of samples) {
        expect(collector.metrics).toContain(metric);
        expect(Object.keys(labels).toSorted()).toEqual([...metric.labels].toSorted());
        expect(Number.isFinite(value)).toBe(true);
        expect(at.getTime()).toBeLessThanOrEqual(SLOT);
      }
    });

    it.each(all)("gives the same values with and without memory of %s", async (_, arrange) => {
      const watched = watch();
      watched.memory = undefined;
      for (const t of [SLOT - 2 * SLOT_MS, SLOT - SLOT_MS, SLOT]) {
        await arrange(redis.writer, t);
        if (t < SLOT) await watched.take(t);
      }

      const [warm, cold] = [await watched.take(SLOT), await watched.takeCold(SLOT)];

      expect(comparable(warm.values)).toEqual(comparable(cold.values));
      expect(warm.violations).toEqual(cold.violations);
    });

    it.each(all)("asks nothing that its rights do not cover, of %s", async (_, arrange) => {
      await arrange(redis.writer, SLOT);
      await redis.writer.call("ACL", "LOG", "RESET");

      await watch().takeCold(SLOT);

      expect(await redis.writer.call("ACL", "LOG")).toEqual([]);
    });

    it("fills each metric that it declares from at least one arrangement", async () => {
      const filled = new Set<string>();
      for (const [, arrange] of all) {
        await redis.writer.flushall();
        const watched = watch();
        watched.memory = undefined;
        if (!isOfKeys) await watched.take(SLOT - SLOT_MS);
        await arrange(redis.writer, SLOT);
        for (const { metric } of (await watched.take(SLOT)).samples) filled.add(metric.name);
      }

      expect([...filled].toSorted()).toEqual([...new Set(collector.metrics.map(({ name }) => name))].toSorted());
    });

    if (!isOfKeys) return;
    it("names the key that it may not read, and publishes nothing of it", async () => {
      const blind = watchedBy("blind");

      const { failures, samples } = await blind.takeCold(SLOT).catch((error: unknown) => {
        if (!(error instanceof CollectError)) throw error;
        return { failures: [error.message], samples: [] };
      });

      await blind.stop();
      expect(failures[0]).toMatch(/^quantum:\S+: NOPERM/);
      expect(samples).toEqual([]);
    });
  });
}

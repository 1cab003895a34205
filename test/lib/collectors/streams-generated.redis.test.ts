import * as fc from "fast-check";
import { streamsCollector } from "../../../lib/collectors/streams";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { type Taken, Watched } from "../../support/schedule";
import { StreamModel, type StreamStep } from "../../support/stream-model";

jest.setTimeout(2 * SERVER_TIMEOUT_MS);

const KEYSPACES = 200;
const INTENTS = "quantum:stream:trade.intent";
const NOON = Date.parse("2026-03-01T12:00:00Z");

const number = fc.nat(1000);
const step: fc.Arbitrary<StreamStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant("add" as const), n: number }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("read" as const), group: number, n: number }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("trim" as const, "create" as const), n: number }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("acknowledge" as const), group: number, n: number }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("delete" as const), n: number }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("die" as const), group: number, n: number }) },
);

const redis = withRedis();
const watch = duringTests(async () => new Watched(streamsCollector, redis.server.url));
/** How often a lag and a loss were published that the model could be held against. */
const met = { lags: 0, unknownLags: 0, losses: 0, wholes: 0, stuck: 0, unexcused: 0 };

/** How many entries the dead hold, if those who live deal with everything else: a plain reading of all that is pending. */
function expectedStuck(
  dead: ReadonlyMap<string, boolean>,
  pending: readonly [string, string][],
  waiting: number,
): number {
  const ofDead = pending.filter(([, consumer]) => dead.get(consumer));
  const isHeldLong = pending.some(([id, consumer]) => !dead.get(consumer) && NOON - msOf(id) > 60_000);
  const isRead = [...dead.values()].includes(false);
  return isHeldLong || (waiting > 0 && !isRead) ? 0 : ofDead.length;
}

/** Every consumer of a group, and whether it has been idle for more than a minute. */
async function deadOf(group: string): Promise<Map<string, boolean>> {
  const consumers = (await redis.writer.xinfo("CONSUMERS", INTENTS, group)) as unknown[][];
  return new Map(
    consumers.map((one) => [String(one[one.indexOf("name") + 1]), Number(one[one.indexOf("idle") + 1]) > 60_000]),
  );
}

const msOf = (id: string): number => Number(id.split("-")[0]);

async function expectGroup(model: StreamModel, group: StreamModel["groups"][number], taken: Taken): Promise<void> {
  const value = (name: string): number | undefined =>
    taken.values[`quantum_stream_group_${name}{${INTENTS},${group.name}}`];
  const present = new Set(await model.present());
  const unread = model.added.slice(group.position);
  const waiting = unread.filter(({ id }) => present.has(id)).length;
  const isLost = unread.some(({ id, isDeleted }) => !present.has(id) && !isDeleted);
  const pending = (await redis.writer.xpending(INTENTS, group.name, "-", "+", 1000)) as [string, string][];
  const dead = await deadOf(group.name);
  const oldest = pending.length === 0 ? NOON : msOf(pending[0]?.[0] ?? "");

  expect(value("pending")).toBe(pending.length);
  expect(value("consumers")).toBe(dead.size);
  expect(value("oldest_pending_seconds")).toBe((NOON - oldest) / 1000);
  const lag = value("lag");
  const stuck = expectedStuck(dead, pending, waiting);
  if (lag === waiting) expect(value("stuck")).toBe(stuck);
  // Where Redis cannot count what waits, more may seem to wait than does.
  else expect([0, stuck]).toContain(value("stuck"));
  if (pending.some(([, consumer]) => dead.get(consumer))) met[stuck > 0 ? "stuck" : "unexcused"] += 1;
  const atMost = taken.properties["stream_lag_at_most"] as Record<string, Record<string, number>> | undefined;
  met[lag === undefined ? "unknownLags" : "lags"] += 1;
  if (lag === undefined) expect(atMost?.[INTENTS]?.[group.name]).toBeGreaterThanOrEqual(waiting);
  else if (group.hasSkipped) expect(lag).toBeGreaterThanOrEqual(waiting);
  else expect(lag).toBe(waiting);
  const lost = value("lost");
  if (lost !== undefined && !(group.hasSkipped && !isLost)) {
    met[isLost ? "losses" : "wholes"] += 1;
    expect(lost).toBe(isLost ? 1 : 0);
  }
}

it(`of ${KEYSPACES} random streams what is published is what a plain reading and a long memory give`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 60, size: "max" }), async (steps) => {
      await redis.writer.flushall();
      const model = new StreamModel(redis.writer, INTENTS, NOON - 60_600);
      for (const one of steps) await model.play(one);

      const taken = await watch().takeCold(NOON);

      const last = model.added.at(-1)?.id.split("-")[0];
      expect(taken.values[`quantum_stream_length{${INTENTS}}`]).toBe((await model.present()).length);
      expect(taken.values[`quantum_stream_groups{${INTENTS}}`]).toBe(model.groups.length);
      expect(taken.values[`quantum_stream_last_age_seconds{${INTENTS}}`]).toBe(
        last === undefined ? undefined : (NOON - Number(last)) / 1000,
      );
      for (const group of model.groups) await expectGroup(model, group, taken);
    }),
    { numRuns: KEYSPACES },
  );

  for (const count of Object.values(met)) expect(count).toBeGreaterThan(10);
});

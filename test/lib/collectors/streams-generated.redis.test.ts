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
);

const redis = withRedis();
const watch = duringTests(async () => new Watched(streamsCollector, redis.server.url));
/** How often a lag and a loss were published that the model could be held against. */
const met = { lags: 0, unknownLags: 0, losses: 0, wholes: 0 };

async function expectGroup(model: StreamModel, group: StreamModel["groups"][number], taken: Taken): Promise<void> {
  const value = (name: string): number | undefined =>
    taken.values[`quantum_stream_group_${name}{${INTENTS},${group.name}}`];
  const present = new Set(await model.present());
  const unread = model.added.slice(group.position);
  const waiting = unread.filter(({ id }) => present.has(id)).length;
  const isLost = unread.some(({ id, isDeleted }) => !present.has(id) && !isDeleted);
  const pending = (await redis.writer.xpending(INTENTS, group.name, "-", "+", 1000)) as [string][];
  const consumers = (await redis.writer.xinfo("CONSUMERS", INTENTS, group.name)) as unknown[];
  const oldest = pending.length === 0 ? NOON : Number(pending[0]?.[0].split("-")[0]);

  expect(value("pending")).toBe(pending.length);
  expect(value("consumers")).toBe(consumers.length);
  expect(value("oldest_pending_seconds")).toBe((NOON - oldest) / 1000);
  const lag = value("lag");
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
      const model = new StreamModel(redis.writer, INTENTS, NOON - 100_000);
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

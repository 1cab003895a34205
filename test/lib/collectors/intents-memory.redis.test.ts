import * as fc from "fast-check";
import { age, IntentFlow, INTENTS, MINUTE_MS, NOON, openingRate, rate, SLOT_MS } from "../../support/intent-flow";
import { SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { steadyIds } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const flow = new IntentFlow();
const OPENING = ["symbol", "BTCUSDT", "side", "BUY"];
const EXIT = ["symbol", "BTCUSDT", "side", "SELL", "reduceOnly", "true"];

describe("memory", () => {
  const burst = fc.record({
    kind: fc.constantFrom("burst" as const, "exits" as const),
    count: fc.integer({ min: 1, max: 400 }),
  });
  const trim = fc.record({ kind: fc.constant("trim" as const), count: fc.integer({ min: 0, max: 50 }) });
  const wait = fc.record({ kind: fc.constant("wait" as const), count: fc.integer({ min: 1, max: 8 }) });
  const reset = fc.record({ kind: fc.constant("reset" as const), count: fc.constant(0) });
  const step = fc.oneof(
    { weight: 6, arbitrary: burst },
    { weight: 2, arbitrary: wait },
    { weight: 1, arbitrary: trim },
    { weight: 1, arbitrary: reset },
  );

  it("never changes a value: what is exact is the true count, warm and cold", async () => {
    let compared = 0;
    let mixed = 0;
    const history = async (
      steps: { kind: "burst" | "exits" | "trim" | "wait" | "reset"; count: number }[],
    ): Promise<void> => {
      await flow.writer.flushall();
      const watched = flow.anew();
      const added: { ms: number; isOpening: boolean }[] = [];
      let t = NOON;
      let resetAt = Number.NEGATIVE_INFINITY;
      for (const { kind, count } of steps) {
        const ids = Array.from(
          { length: kind === "burst" || kind === "exits" ? count : 0 },
          (_, index) => t + Math.floor((index * SLOT_MS) / count),
        );
        await flow.add(
          ids.map((ms) => `${ms}-*`),
          ["MAXLEN", "1200"],
          kind === "exits" ? EXIT : OPENING,
        );
        added.push(...ids.map((ms) => ({ ms, isOpening: kind === "burst" })));
        if (kind === "trim") await flow.writer.xtrim(INTENTS, "MAXLEN", count);
        if (kind === "reset") await flow.writer.del(INTENTS);
        t += kind === "wait" ? count * SLOT_MS : SLOT_MS;
        if (kind === "reset") resetAt = t;
        const warm = await watched.take(t);
        const cold = await watched.takeCold(t);
        if (resetAt <= t - MINUTE_MS) {
          const inMinute = added.filter(({ ms }) => ms >= t - MINUTE_MS && ms < t);
          const truth = inMinute.length;
          const opening = inMinute.filter(({ isOpening }) => isOpening).length;
          const isExact = rate(cold) !== undefined && !cold.properties["estimated"];
          if (isExact) expect({ t, warm: rate(warm), cold: rate(cold) }).toEqual({ t, warm: truth, cold: truth });
          const openings = [openingRate(warm), openingRate(cold)];
          expect({ t, openings }).toEqual({ t, openings: isExact ? [opening, opening] : [undefined, undefined] });
          if (isExact && truth > 0) compared += 1;
          if (isExact && opening > 0 && opening < truth) mixed += 1;
        } else if (resetAt === t) {
          expect([rate(warm), rate(cold)]).toEqual([undefined, undefined]);
        }
        expect(age(warm)).toEqual(age(cold));
      }
    };

    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), history), {
      numRuns: 80,
      seed: 480,
    });

    expect(compared).toBeGreaterThan(150);
    expect(mixed).toBeGreaterThan(50);
  });

  it("that is old is of no use and no harm: after 20 minutes of silence between samples the minute is exact", async () => {
    const sandbox = flow.anew();
    await flow.add(steadyIds(NOON - 5 * MINUTE_MS, NOON, 480));
    await sandbox.take(NOON);
    await flow.add(steadyIds(NOON, NOON + 20 * MINUTE_MS, 480));

    const taken = await sandbox.take(NOON + 20 * MINUTE_MS);

    expect([rate(taken), taken.properties]).toEqual([480, {}]);
  });

  it("of a later slot does not change an earlier one", async () => {
    const sandbox = flow.anew();
    await flow.add(steadyIds(NOON - 5 * MINUTE_MS, NOON + MINUTE_MS, 480));
    await sandbox.take(NOON + SLOT_MS);

    const taken = await sandbox.take(NOON);

    expect(rate(taken)).toBe(480);
  });
});

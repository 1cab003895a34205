import { age, IntentFlow, INTENTS, MINUTE_MS, NOON, openingRate, rate, SLOT_MS } from "../../support/intent-flow";
import { SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { steadyIds } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const flow = new IntentFlow();
const KNOWN = ["quantum_trade_intent_stream_length", "quantum_trade_intent_stream_missing"];

// The mistake: IDs are taken for the time of the slot's clock. One that cannot be such a time made a busy stream look
// empty (a rate of 0), or a dead one fresh (an age of 0), or a fresh one 56 years old.
describe("a stream whose newest ID cannot be a time", () => {
  const before = steadyIds(NOON - 5 * MINUTE_MS, NOON, 60);

  it.each([
    ["two minutes ahead of the slot", before, `${NOON + 2 * MINUTE_MS}-0`, "ahead of the slot"],
    ["just over a minute ahead", before, `${NOON + MINUTE_MS + 1}-0`, "ahead of the slot"],
    ["in microseconds", before, `${NOON * 1000}-0`, "no time in milliseconds"],
    ["the last there is", before, "18446744073709551615-18446744073709551615", "refuses every further entry"],
    [
      "in seconds",
      [`${NOON / 1000 - 70}-0`, `${NOON / 1000 - 2}-0`],
      `${NOON / 1000 - 1}-0`,
      "no time in milliseconds",
    ],
  ])("%s has neither age nor rates, and one violation says why", async (_, earlier, newest, why) => {
    await flow.add(earlier);
    await flow.add([newest]);
    const watched = flow.anew();
    await watched.take(NOON - SLOT_MS);

    for (const taken of [await watched.take(NOON), await watched.takeCold(NOON)]) {
      expect(Object.keys(taken.values).toSorted()).toEqual(KNOWN);
      expect(taken.values["quantum_trade_intent_stream_missing"]).toBe(0);
      expect(taken.violations.map(({ key, what }) => [key, what.includes(why)])).toEqual([[INTENTS, true]]);
    }
  });

  it("is known again when the slots have caught up with it", async () => {
    await flow.add(before, [], ["symbol", "BTCUSDT", "side", "BUY"]);
    await flow.add([`${NOON + 2 * MINUTE_MS}-0`]);

    const taken = await flow.anew().take(NOON + MINUTE_MS);

    expect([age(taken), rate(taken), openingRate(taken), taken.violations]).toEqual([0, 0, 0, []]);
  });
});

describe("intents that open", () => {
  it("are counted by themselves among all of the minute", async () => {
    const ids = steadyIds(NOON - 2 * MINUTE_MS, NOON, 60);
    for (const [place, id] of ids.entries()) {
      const exit = place % 3 === 0 ? ["reduceOnly", "true"] : [];
      await flow.add([id], [], ["symbol", "BTCUSDT", "side", "BUY", ...exit]);
    }

    const taken = await flow.anew().take(NOON);

    expect([rate(taken), openingRate(taken)]).toEqual([60, 40]);
  });

  // The mistake: an estimate in place of a count. It cannot tell exits, which are legitimate in a halt.
  it("are not known where the rate is an estimate", async () => {
    await flow.add(steadyIds(NOON - 10_000, NOON, 100_000), ["MAXLEN", "10000"], ["symbol", "BTC", "side", "BUY"]);

    const taken = await flow.anew().take(NOON);

    expect(taken.properties["estimated"]).toBe(true);
    expect(openingRate(taken)).toBeUndefined();
    const reasons = taken.properties["unknown"] as Record<string, string>;
    expect(reasons["quantum_trade_intent_opening_rate_per_min"]).toContain("estimate");
  });

  // The mistake: 0 in place of what nobody knows. A halt that is not obeyed would be an obeyed one.
  it("are at least those that can be read, and unknown where none of these opens", async () => {
    await flow.add([`${NOON - 70_000}-0`, `${NOON - 30_000}-0`], [], ["symbol", "BTC", "side", "BUY"]);
    await flow.add([`${NOON - 20_000}-0`], [], ["symbol", "BTC", "data", "{"]);
    await flow.add([`${NOON - 15_000}-0`], [], ["data", "{"]);
    const watched = flow.anew();

    const [both, cold] = [await watched.take(NOON), await watched.takeCold(NOON + 15_000)];
    const warm = await watched.take(NOON + 15_000);
    const alone = await watched.take(NOON + 35_000);
    const over = await watched.take(NOON + 60_000);

    // The one without a symbol is named where symbols are read.
    const named = [{ key: INTENTS, what: `entry ${NOON - 20_000}-0 has no readable JSON: it may open or close` }];
    expect([both, warm, cold, alone, over].map(openingRate)).toEqual([1, 1, 1, undefined, 0]);
    expect([both, warm, cold, alone, over].map(rate)).toEqual([3, 3, 3, 2, 0]);
    expect([both, warm, cold, alone, over].map(({ violations }) => violations)).toEqual([
      named,
      named,
      named,
      named,
      [],
    ]);
    expect(both.properties["intents_unread"]).toBe(2);
    expect(over.properties).not.toHaveProperty("intents_unread");
  });
});

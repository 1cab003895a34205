import { harvestCollector } from "../../../lib/collectors/harvest";
import { FLAT, position, positionKey, proposal, proposalKey, propose } from "../../support/harvest-keys";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const ALL_ABSENT = {
  "quantum_harvest_present{BTCUSDT}": 0,
  "quantum_harvest_present{ETHUSDT}": 0,
  "quantum_harvest_present{SOLUSDT}": 0,
};
const NO_ACTIONS = Object.fromEntries(
  ["NONE", "PARTIAL_25", "PARTIAL_50", "PARTIAL_75", "FULL_CLOSE_PROPOSED", "UNKNOWN"].map((name) => [
    `quantum_harvest_action_count{${name}}`,
    0,
  ]),
);

const redis = withRedis();
const watch = duringTests(async () => new Watched(harvestCollector, redis.server.url));
const withoutPositions = duringTests(
  async () => new Watched(harvestCollector, redis.server.url, { HARVEST_POSITIONS: "false" }),
);
const further = duringTests(
  async () => new Watched(harvestCollector, redis.server.url, { HARVEST_SYMBOLS: "XRPUSDT,ADAUSDT" }),
);

describe("a deleted hash", () => {
  it("of an open position is reported at the next slot, and takes its kill score with it", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON, { kill_score: "0.95" }));
    await watch().take(NOON);
    await redis.writer.del(proposalKey("BTCUSDT"));

    const { values } = await watch().take(NOON + 15_000);

    expect(values).toEqual({
      ...ALL_ABSENT,
      ...NO_ACTIONS,
      quantum_harvest_symbols: 0,
      quantum_harvest_symbols_retired: 0,
      quantum_harvest_missing_symbols: 1,
      quantum_harvest_open_positions: 1,
      quantum_harvest_unbacked_proposals: 0,
    });
  });
});

// A kind of mistake: a key that is there is taken for a position that is open.
describe("a flat position", () => {
  it("leaves the extremes, the counts by action and the violations; its proposal is only counted", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON - 5000, { kill_score: "0.95", k_ts_drop: "x" }));
    await redis.writer.hset(positionKey("BTCUSDT"), position(FLAT));
    await propose(redis.writer, "ETHUSDT", proposal(NOON - 20_000, { kill_score: "0.3" }));

    const { values, violations, properties } = await watch().take(NOON);

    expect(values).toMatchObject({
      "quantum_harvest_present{BTCUSDT}": 0,
      "quantum_harvest_present{ETHUSDT}": 1,
      quantum_harvest_kill_score_max: 0.3,
      quantum_harvest_age_seconds_max: 20,
      quantum_harvest_symbols: 1,
      quantum_harvest_symbols_retired: 1,
      quantum_harvest_unbacked_proposals: 0,
      "quantum_harvest_action_count{PARTIAL_25}": 1,
    });
    expect(Object.keys(values).filter((name) => name.includes("{BTCUSDT"))).toEqual([
      "quantum_harvest_present{BTCUSDT}",
    ]);
    expect(violations).toEqual([]);
    expect(properties["harvest_1"]).toMatch(/^ETHUSDT,live,open,.*;BTCUSDT,retired,flat,.*;SOLUSDT,nothing,no key$/);
  });

  it("that was the last one leaves nothing in any extreme", async () => {
    for (const symbol of ["BTCUSDT", "ETHUSDT", "SOLUSDT"]) {
      await propose(redis.writer, symbol, proposal(NOON - 600_000, { kill_score: "0.95" }));
      await redis.writer.hset(positionKey(symbol), position(FLAT));
    }

    const { values } = await watch().take(NOON);

    expect(values).toEqual({
      ...ALL_ABSENT,
      ...NO_ACTIONS,
      quantum_harvest_symbols: 0,
      quantum_harvest_symbols_retired: 3,
      quantum_harvest_missing_symbols: 0,
      quantum_harvest_open_positions: 0,
      quantum_harvest_unbacked_proposals: 0,
    });
  });

  it("without a proposal misses none", async () => {
    await redis.writer.hset(positionKey("BTCUSDT"), position(FLAT));

    expect((await watch().take(NOON)).values).toMatchObject({
      "quantum_harvest_present{BTCUSDT}": 0,
      quantum_harvest_missing_symbols: 0,
      quantum_harvest_open_positions: 0,
    });
  });
});

describe("a symbol without any position key", () => {
  it.each([
    ["counts as unbacked where its proposal was renewed in the last minute", 60_000, 1],
    ["does not where it was not: the position was closed, and its key is gone", 60_001, 0],
  ])("%s", async (_, ageMs, count) => {
    await redis.writer.hset(proposalKey("BTCUSDT"), proposal(NOON - ageMs, { kill_score: "0.95" }));

    const { values } = await watch().take(NOON);

    expect(values["quantum_harvest_unbacked_proposals"]).toBe(count);
    expect(values["quantum_harvest_symbols_retired"]).toBe(1);
    expect(values).not.toHaveProperty("quantum_harvest_kill_score_max");
  });
});

// A kind of mistake: what breaks the contract in one place hides what is known elsewhere.
describe("a position that breaks the contract", () => {
  it("in one field is skipped, counted and named, and all else is published", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON - 5000, { kill_score: "0.95" }));
    await redis.writer.hset(positionKey("BTCUSDT"), "quantity", "None");
    await propose(redis.writer, "ETHUSDT", proposal(NOON - 20_000, { kill_score: "0.3" }));
    await redis.writer.hset(positionKey("ETHUSDT"), { quantity: "nan", position_amt: "0.0" });

    const { values, violations, properties } = await watch().take(NOON);

    expect(violations).toEqual([
      { key: positionKey("BTCUSDT"), what: 'field quantity is not a number: "None"' },
      { key: positionKey("ETHUSDT"), what: 'field quantity is not a number: "nan"' },
    ]);
    expect(values).toMatchObject({
      "quantum_harvest_present{BTCUSDT}": 1,
      "quantum_harvest_present{ETHUSDT}": 0,
      quantum_harvest_kill_score_max: 0.95,
      quantum_harvest_symbols: 1,
      quantum_harvest_symbols_retired: 1,
      quantum_harvest_missing_symbols: 0,
      quantum_harvest_open_positions: 1,
      quantum_harvest_unbacked_proposals: 0,
    });
    expect(properties).not.toHaveProperty("unknown");
  });

  it("as it is no hash is a violation, and counts neither as open nor as closed", async () => {
    await redis.writer.hset(proposalKey("BTCUSDT"), proposal(NOON - 5000, { kill_score: "0.95" }));
    await redis.writer.set(positionKey("BTCUSDT"), '{"side":"LONG"}');
    await propose(redis.writer, "ETHUSDT", proposal(NOON - 20_000, { kill_score: "0.3" }));

    const { values, violations, failures, properties } = await watch().take(NOON);

    expect(violations).toEqual([{ key: positionKey("BTCUSDT"), what: "holds a value of the wrong type" }]);
    expect(failures).toEqual([]);
    // What is known of others goes on: no broken key may hide them.
    expect(values).toMatchObject({
      "quantum_harvest_present{ETHUSDT}": 1,
      "quantum_harvest_kill_score{ETHUSDT}": 0.3,
      quantum_harvest_kill_score_max: 0.3,
      quantum_harvest_age_seconds_min: 20,
    });
    const counts = ["symbols", "symbols_retired", "missing_symbols", "open_positions", "unbacked_proposals"];
    for (const count of counts) expect(values).not.toHaveProperty(`quantum_harvest_${count}`);
    expect(values).not.toHaveProperty(["quantum_harvest_present{BTCUSDT}"]);
    expect(properties["harvest_1"]).toMatch(/;BTCUSDT,unread,,/);
  });
});

describe("a position of which nothing says how large it is", () => {
  it.each([
    ["symbol", "BTCUSDT"],
    ["ts_epoch", "1772366400"],
    ["source", "apply_layer"],
  ])("is open, as its hash is there by its %s", async (field, text) => {
    await redis.writer.hset(proposalKey("BTCUSDT"), proposal(NOON - 5000));
    await redis.writer.hset(positionKey("BTCUSDT"), { [field]: text });

    const { values } = await watch().take(NOON);

    expect(values).toMatchObject({
      "quantum_harvest_present{BTCUSDT}": 1,
      quantum_harvest_open_positions: 1,
      quantum_harvest_unbacked_proposals: 0,
    });
  });
});

describe("without position keys", () => {
  it.each([
    ["up to 15 minutes after its last update", 899_999, 1],
    ["no longer after that", 900_000, 0],
  ])("a symbol is live %s", async (_, ageMs, isLive) => {
    await redis.writer.hset(proposalKey("BTCUSDT"), proposal(NOON - ageMs));

    const { values } = await withoutPositions().take(NOON);

    expect(values["quantum_harvest_present{BTCUSDT}"]).toBe(isLive);
    expect(values["quantum_harvest_symbols_retired"]).toBe(1 - isLive);
    expect(values).not.toHaveProperty("quantum_harvest_open_positions");
    expect(values).not.toHaveProperty("quantum_harvest_unbacked_proposals");
  });

  it("nothing is missing, as no position is known to be open", async () => {
    expect((await withoutPositions().take(NOON)).values["quantum_harvest_missing_symbols"]).toBe(0);
  });
});

describe("symbols besides the admitted ones", () => {
  it("are in the aggregates and in the log, and have no metrics of their own", async () => {
    await propose(redis.writer, "XRPUSDT", proposal(NOON - 5000, { kill_score: "0.7" }));
    await redis.writer.hset(positionKey("ADAUSDT"), position());

    const { values, properties } = await further().take(NOON);

    expect(values).toMatchObject({ quantum_harvest_kill_score_max: 0.7, quantum_harvest_missing_symbols: 1 });
    expect(Object.keys(values).filter((name) => name.includes("XRPUSDT"))).toEqual([]);
    expect(properties["harvest_1"]).toBe(
      "XRPUSDT,live,open,0.7,0,0.51,0.12,0.25,7.1,60123.5,PARTIAL_25,5;ADAUSDT,missing,open;" +
        "BTCUSDT,nothing,no key;ETHUSDT,nothing,no key;SOLUSDT,nothing,no key",
    );
  });
});

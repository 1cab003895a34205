import { harvestCollector } from "../../../lib/collectors/harvest";
import { type Arrangement, describeCollector } from "../../contracts/collector";
import { FLAT, heatGated, position, positionKey, proposal, proposalKey, propose } from "../../support/harvest-keys";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const ALL_ABSENT = {
  "quantum_harvest_present{BTCUSDT}": 0,
  "quantum_harvest_present{ETHUSDT}": 0,
  "quantum_harvest_present{SOLUSDT}": 0,
};
const healthy: Arrangement = async (writer, t) => {
  await propose(writer, "BTCUSDT", proposal(t - 12_000));
  await propose(writer, "ETHUSDT", proposal(t - 40_000, { kill_score: "0.1", harvest_action: "NONE" }));
};
const twoWriters: Arrangement = async (writer, t) => {
  await propose(writer, "BTCUSDT", heatGated(t - 4000));
  await propose(writer, "SOLUSDT", proposal(t, { harvest_action: "HOLD", kill_score: "nan", R_net: "None" }));
};
const flat: Arrangement = async (writer, t) => {
  await healthy(writer, t);
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) await writer.hset(positionKey(symbol), position(FLAT));
};
const elsewhere: Arrangement = async (writer, t) => {
  await healthy(writer, t);
  await writer.del(positionKey("BTCUSDT"), positionKey("ETHUSDT"));
};

describeCollector(harvestCollector, {
  "a healthy publisher": healthy,
  "two writers and malformed values": twoWriters,
  "a flat book": flat,
  "positions under other keys": elsewhere,
  "a position without proposal": async (writer) => void (await writer.hset(positionKey("BTCUSDT"), position())),
});

const redis = withRedis();
const watch = duringTests(async () => new Watched(harvestCollector, redis.server.url));
describe("a live symbol", () => {
  it("has every value of its proposal, and its age", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON - 12_500));

    const { values, violations } = await watch().take(NOON);

    expect(values).toMatchObject({
      "quantum_harvest_present{BTCUSDT}": 1,
      "quantum_harvest_kill_score{BTCUSDT}": 0.4231,
      "quantum_harvest_k_regime_flip{BTCUSDT}": 0,
      "quantum_harvest_k_sigma_spike{BTCUSDT}": 0.51,
      "quantum_harvest_k_ts_drop{BTCUSDT}": 0.12,
      "quantum_harvest_k_age_penalty{BTCUSDT}": 0.25,
      "quantum_harvest_r_net{BTCUSDT}": 7.1,
      "quantum_harvest_new_sl{BTCUSDT}": 60_123.5,
      "quantum_harvest_last_update_epoch{BTCUSDT}": NOON / 1000 - 12.5,
      "quantum_harvest_age_seconds{BTCUSDT}": 12.5,
      "quantum_harvest_action{BTCUSDT,NONE}": 0,
      "quantum_harvest_action{BTCUSDT,PARTIAL_25}": 1,
      "quantum_harvest_action{BTCUSDT,FULL_CLOSE_PROPOSED}": 0,
      "quantum_harvest_action_count{PARTIAL_25}": 1,
      quantum_harvest_symbols: 1,
      quantum_harvest_open_positions: 1,
      quantum_harvest_missing_symbols: 0,
      quantum_harvest_unbacked_proposals: 0,
      quantum_harvest_kill_score_max: 0.4231,
      quantum_harvest_age_seconds_max: 12.5,
      quantum_harvest_age_seconds_min: 12.5,
    });
    expect(violations).toEqual([]);
  });

  it("is never of an age below 0, though the publisher's clock is ahead", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON + 900));

    const { values } = await watch().take(NOON);

    expect(values["quantum_harvest_age_seconds{BTCUSDT}"]).toBe(0);
  });

  it("that holds an extreme is named, the first by name among equals", async () => {
    await propose(redis.writer, "SOLUSDT", proposal(NOON - 60_000, { kill_score: "0.9" }));
    await propose(redis.writer, "ETHUSDT", proposal(NOON - 60_000, { kill_score: "0.9" }));
    await propose(redis.writer, "BTCUSDT", proposal(NOON - 1000, { kill_score: "0.2" }));

    const { properties } = await watch().take(NOON);

    expect(properties).toMatchObject({
      kill_score_max_symbol: "ETHUSDT",
      age_seconds_max_symbol: "ETHUSDT",
      age_seconds_min_symbol: "BTCUSDT",
    });
  });

  it("without a kill score has none, and says so", async () => {
    const { kill_score: _, ...rest } = proposal(NOON);
    await propose(redis.writer, "BTCUSDT", rest);

    const { values, properties, violations } = await watch().take(NOON);

    expect(values).not.toHaveProperty(["quantum_harvest_kill_score{BTCUSDT}"]);
    expect(values).not.toHaveProperty("quantum_harvest_kill_score_max");
    expect(properties["unknown"]).toMatchObject({
      quantum_harvest_kill_score: "quantum:harvest:proposal:BTCUSDT has no field kill_score",
    });
    expect(violations).toEqual([]);
  });
});

describe("a proposal of two writers", () => {
  it("has the action that is obeyed, and breaks nothing", async () => {
    await propose(redis.writer, "BTCUSDT", heatGated(NOON - 4000));

    const { values, violations } = await watch().take(NOON);

    expect(values["quantum_harvest_action{BTCUSDT,PARTIAL_50}"]).toBe(1);
    expect(values["quantum_harvest_age_seconds{BTCUSDT}"]).toBe(4);
    expect(violations).toEqual([]);
  });

  it("that is left with its update alone is live, has an age and no score, and breaks nothing", async () => {
    await propose(redis.writer, "BTCUSDT", { last_update_epoch: String(NOON / 1000 - 4) });

    const { values, violations } = await watch().take(NOON);

    expect(values).toMatchObject({
      "quantum_harvest_present{BTCUSDT}": 1,
      "quantum_harvest_age_seconds{BTCUSDT}": 4,
      quantum_harvest_symbols: 1,
    });
    expect(values).not.toHaveProperty("quantum_harvest_kill_score_max");
    expect(violations).toEqual([]);
  });
});

describe("a proposal that breaks the contract", () => {
  it("loses what is broken and nothing else", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON, { kill_score: "inf", k_ts_drop: "None" }));

    const { values, violations } = await watch().take(NOON);

    expect(values).not.toHaveProperty(["quantum_harvest_kill_score{BTCUSDT}"]);
    expect(values["quantum_harvest_r_net{BTCUSDT}"]).toBe(7.1);
    expect(violations.map(({ what }) => what)).toEqual([
      'field kill_score is not a number: "inf"',
      'field k_ts_drop is not a number: "None"',
    ]);
  });

  it("by an unknown action is counted as UNKNOWN, with its words in the log", async () => {
    await propose(redis.writer, "BTCUSDT", proposal(NOON, { harvest_action: "SELL\n" }));

    const { values, violations, properties } = await watch().take(NOON);

    expect(values["quantum_harvest_action_count{UNKNOWN}"]).toBe(1);
    expect(values["quantum_harvest_action{BTCUSDT,NONE}"]).toBe(0);
    expect(violations).toEqual([{ key: proposalKey("BTCUSDT"), what: 'proposes "SELL\\n"' }]);
    expect(properties["harvest_unknown_actions"]).toEqual([{ symbol: "BTCUSDT", action: '"SELL\\n"' }]);
  });

  it("by its type is missing, and a violation", async () => {
    await redis.writer.set(proposalKey("BTCUSDT"), "0.5");
    await redis.writer.hset(positionKey("BTCUSDT"), position());

    const { values, violations } = await watch().take(NOON);

    expect(values).toMatchObject({ ...ALL_ABSENT, quantum_harvest_missing_symbols: 1 });
    expect(violations).toEqual([{ key: proposalKey("BTCUSDT"), what: "holds a value of the wrong type" }]);
  });
});

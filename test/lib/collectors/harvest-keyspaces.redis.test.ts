import type { Redis } from "ioredis";
import { harvestCollector } from "../../../lib/collectors/harvest";
import { FLAT, type Fields, position, positionKey, proposal, proposalKey } from "../../support/harvest-keys";
import { plainHarvest } from "../../support/plain-harvest";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

jest.setTimeout(2 * SERVER_TIMEOUT_MS);

const KEYSPACES = 1000;
const NOON = Date.parse("2026-03-01T12:00:00Z");
const ADMITTED = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
const FURTHER = ["XRPUSDT", "ADAUSDT", "LINKUSDT"];
const SYMBOLS = [...ADMITTED, ...FURTHER];
const TEXTS = ["0", "1", "0.5", "0.25", "1e-05", "7", "-1", "1e308", "nan", "inf", "None", "", "true", " 0.5 ", "0x1"];
const KNOWN_ACTIONS = ["NONE", "PARTIAL_25", "PARTIAL_50", "PARTIAL_75", "FULL_CLOSE_PROPOSED", "FULL_CLOSE"];
const ACTIONS = [...KNOWN_ACTIONS, "HOLD", "None", ""];
const SIZES = ["0", "0.0", "-0.0", "1e-13", "-1e-12", "2e-12", "-0.5", "3", "nan", "None", "", "inf"];
const NUMBERS = ["kill_score", "k_regime_flip", "k_sigma_spike", "k_ts_drop", "k_age_penalty", "R_net", "r_net"];

const OTHERS = ["new_sl_proposed", "harvest_action", "action", "last_update_epoch", "calibrated"];

/** A small seeded generator (mulberry32), so that a failure can be met again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const draw = generator(20_260_301);
const oneOf = <T>(list: readonly T[]): T => list[draw(list.length)] as T;

function someTime(t: number): string {
  return oneOf([String((t - draw(1_000_000)) / 1000), String((t + draw(90_000)) / 1000), String(t), oneOf(TEXTS)]);
}

function fields(t: number): Record<string, string> {
  const drawn: Record<string, string> = { ...proposal(t - draw(200_000)) };
  for (let change = draw(5); change > 0; change--) {
    const name = oneOf([...NUMBERS, ...OTHERS]);
    const isGone = draw(4) === 0;
    if (isGone) delete drawn[name];
    else if (name.endsWith("action")) drawn[name] = oneOf(ACTIONS);
    else if (name === "calibrated") drawn[name] = oneOf(["1", "1", "0", "true", ""]);
    else drawn[name] = name === "last_update_epoch" ? someTime(t) : oneOf(TEXTS);
  }
  if (draw(4) === 0) delete drawn["last_update_epoch"];
  const iso = new Date(t - draw(2_000_000)).toISOString().replace("Z", "456");
  if (draw(3) === 0) drawn["computed_at_utc"] = oneOf([iso, iso, "yesterday", ""]);
  if (draw(10) === 0) delete drawn["computed_at_utc"];
  return drawn;
}

/** A position as one of its writers leaves it, or with one field changed. */
function positionFields(): Fields {
  const whole = oneOf([position(), position(), position({ side: "SHORT", position_amt: "-0.002" }), position(FLAT)]);
  const { position_amt: _, ...ofApplyLayer } = whole;
  const written = draw(4) === 0 ? ofApplyLayer : whole;
  const size = oneOf(draw(8) === 0 ? SIZES : SIZES.slice(0, 8));
  if (draw(3) > 0) return written;
  const { quantity: __, ...withoutQuantity } = written;
  return oneOf([
    { ...written, quantity: size },
    { ...withoutQuantity, position_amt: size },
    { ...withoutQuantity, side: oneOf(["LONG", "flat", ""]) },
  ]);
}

/** A keyspace of its own: each symbol with or without a proposal, a position, or something else in their place. */
async function arrange(redis: Redis, t: number): Promise<void> {
  const pipeline = redis.pipeline().flushall();
  for (const symbol of SYMBOLS) {
    const dice = draw(12);
    if (dice < 9) pipeline.hset(proposalKey(symbol), fields(t));
    else if (dice === 9) pipeline.set(proposalKey(symbol), "0.5");
    const other = draw(60);
    if (other > 12) pipeline.hset(positionKey(symbol), positionFields());
    else if (other === 0) pipeline.set(positionKey(symbol), "LONG");
  }
  await pipeline.exec();
}

describe("a thousand random keyspaces", () => {
  const redis = withRedis();
  const watchers = duringTests(async () => {
    const symbols = { SYMBOLS: ADMITTED.join(","), HARVEST_SYMBOLS: FURTHER.join(",") };
    const { url } = redis.server;
    const all = {
      true: new Watched(harvestCollector, url, symbols),
      false: new Watched(harvestCollector, url, { ...symbols, HARVEST_POSITIONS: "false" }),
    };
    return { all, stop: async () => void (await Promise.all([all.true.stop(), all.false.stop()])) };
  });

  it("give what a plain reading of the same keys gives, value for value", async () => {
    const wrong: unknown[] = [];
    const met = { live: 0, violations: 0, missing: 0, unbacked: 0, uncounted: 0 };

    for (let keyspace = 0; keyspace < KEYSPACES; keyspace++) {
      const t = NOON + keyspace * 15_000;
      await arrange(redis.writer, t);
      const positions = draw(4) > 0;
      const { values, violations } = await watchers().all[`${positions}`].take(t);
      const plain = await plainHarvest(redis.writer, t, { admitted: ADMITTED, further: FURTHER, positions });
      const expected = Object.fromEntries(
        Object.entries(plain.values).map(([name, value]) => [`quantum_harvest_${name}`, value]),
      );
      const names = new Set([...Object.keys(values), ...Object.keys(expected)]);
      const differing = [...names].filter((name) => !Object.is(values[name], expected[name]));
      if (differing.length > 0 || violations.length !== plain.violations) {
        const [told, counted] = [violations.map(({ key, what }) => `${key} ${what}`), plain.violations];
        wrong.push({
          keyspace,
          differing: differing.map((name) => [name, values[name], expected[name]]),
          told,
          counted,
        });
      }
      met.live += values["quantum_harvest_symbols"] ?? 0;
      met.violations += violations.length;
      met.missing += values["quantum_harvest_missing_symbols"] ?? 0;
      met.unbacked += values["quantum_harvest_unbacked_proposals"] ?? 0;
      if (values["quantum_harvest_symbols"] === undefined) met.uncounted += 1;
    }

    expect(wrong.slice(0, 3)).toEqual([]);
    expect(met.live).toBeGreaterThan(1500);
    expect(met.violations).toBeGreaterThan(1000);
    for (const one of [met.missing, met.unbacked, met.uncounted]) expect(one).toBeGreaterThan(50);
  });
});

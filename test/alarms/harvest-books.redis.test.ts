import { AlarmEngine } from "../../lib/alarm-engine/engine";
import { alarmsOf } from "../../lib/alarm-engine/template";
import { harvestCollector } from "../../lib/collectors/harvest";
import { validateEnvironment } from "../../lib/environment";
import { contractViolations, exporterUp, redisUp } from "../../lib/exporter";
import { harvestExporterUp } from "../../lib/harvest/report";
import { NAMESPACE, type Sample, sample } from "../../lib/metric";
import { ARRIVAL_SEC } from "../../lib/rules/latency";
import { CANDIDATES, HarvestBook, ROUND_MS, writePositions, writeProposals } from "../../local/kernel/harvest";
import { knownRules } from "../../local/alarms/known-rules";
import { prod } from "../support/example-environments";
import { positionKey } from "../support/harvest-keys";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";
import { Watched } from "../support/schedule";

jest.setTimeout(2 * SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const SLOT_MS = 15_000;
const MINUTE_MS = 60_000;
const HIGH = 0.896;
const environment = validateEnvironment({ ...prod, harvest: { symbols: CANDIDATES.slice(prod.symbols.length) } });

const redis = withRedis();
const watch = duringTests(
  async () =>
    new Watched(harvestCollector, redis.server.url, {
      SYMBOLS: environment.symbols.join(","),
      HARVEST_SYMBOLS: environment.harvest.symbols.join(","),
    }),
);

function engineAt(ms: number): AlarmEngine {
  const all = knownRules(environment)
    .filter(({ rule }) => rule.runbook === "harvest" || rule.name === "QuantumContractBroken")
    .flatMap(({ alarms }) => alarms);
  const resources = all.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }]);
  return new AlarmEngine(alarmsOf({ Resources: Object.fromEntries(resources) }), { start: ms / 1000 });
}

/** What every run says beside its collectors. */
const beside = (at: Date, violations: number): Sample[] => [
  sample(redisUp, 1, at),
  sample(exporterUp, 1, at),
  sample(harvestExporterUp, 1, at),
  sample(contractViolations, violations, at),
];

interface Played {
  /** The alarms that anybody was told of, by name, in order. */
  readonly told: readonly string[];
  readonly violations: readonly string[];
}

/**
 * Plays position state brain and publisher by the simulated book for so long, against a real Redis, and judges what the
 * collector reads of it; `each` changes the book, or what was written, before each slot.
 */
async function play(
  book: HarvestBook,
  lengthMs: number,
  each: (elapsedMs: number) => Promise<void> | void = () => {},
): Promise<Played> {
  const engine = engineAt(NOON);
  const violations: string[] = [];
  let round = NOON - ROUND_MS;
  for (let t = NOON; t <= NOON + lengthMs; t += SLOT_MS) {
    await writePositions(redis.writer, book, t - 1000);
    for (; round <= t; round += ROUND_MS) {
      book.move();
      await writePositions(redis.writer, book, round);
      await writeProposals(redis.writer, book, round);
    }
    await each(t - NOON);
    const taken = await watch().take(t);
    violations.push(...taken.violations.map(({ key, what }) => `${key} ${what}`));
    for (const { metric, value, labels, at } of [...taken.samples, ...beside(new Date(t), taken.violations.length)]) {
      const key = { namespace: NAMESPACE, name: metric.name, dimensions: { Environment: environment.name, ...labels } };
      if (typeof value === "number") engine.publish(key, at.getTime() / 1000, value, t / 1000 + ARRIVAL_SEC);
    }
    engine.advance(t / 1000);
  }
  const told = engine.notices.filter(({ state }) => state === "ALARM").map(({ alarm }) => alarm);
  return { told, violations };
}

const flatBook = (): HarvestBook => new HarvestBook(CANDIDATES, 0, 1, 0);

// A kind of mistake: what is only written down (a key, a score) is taken for what is at stake.
describe("a book of 20 candidates whose proposals are renewed at 0.896", () => {
  it("tells nobody while all of them are flat, and breaks nothing", async () => {
    const book = flatBook();
    for (const symbol of CANDIDATES) book.close(symbol);

    const { told, violations } = await play(book, 30 * MINUTE_MS);

    expect(await redis.writer.hget("quantum:harvest:proposal:BTCUSDT", "kill_score")).toBe(String(HIGH));
    expect(await redis.writer.hget(positionKey("BTCUSDT"), "side")).toBe("FLAT");
    expect(violations).toEqual([]);
    expect(told).toEqual([]);
  });

  it.each([
    ["ETHUSDT", "prod-QuantumHarvestKillScoreCritical-ETHUSDT"],
    ["ARBUSDT", "prod-QuantumHarvestKillScoreCritical-max"],
  ])("pages for %s alone when that one is bought", async (symbol, alarm) => {
    const book = flatBook();
    for (const one of CANDIDATES) book.close(one);

    const { told } = await play(book, 20 * MINUTE_MS, (elapsedMs) => {
      if (elapsedMs === 10 * MINUTE_MS) book.hold(symbol, HIGH);
    });

    expect(told).toEqual([alarm]);
  });

  it("warns that they are unbacked where there is no position key at all, and of nothing else", async () => {
    const book = flatBook();
    for (const symbol of CANDIDATES) book.hold(symbol, HIGH);

    const { told, violations } = await play(book, 20 * MINUTE_MS, async () => {
      await redis.writer.del(...CANDIDATES.map(positionKey));
    });

    expect(told).toEqual(["prod-QuantumHarvestUnbacked"]);
    expect(violations).toEqual([]);
  });
});

it("the publisher's ordinary state, R_net below 1.5, breaks the contract in no slot of an hour", async () => {
  const book = new HarvestBook(CANDIDATES, 5, 1);
  const stopLosses = new Set<string | null>();

  const { told, violations } = await play(book, 60 * MINUTE_MS, async () => {
    stopLosses.add(await redis.writer.hget("quantum:harvest:proposal:BTCUSDT", "new_sl_proposed"));
  });

  expect(stopLosses).toContain("None");
  expect(violations).toEqual([]);
  expect(told).toEqual([]);
});

import { quantumHarvestPublisherDown } from "../../alarms/harvest";
import { AlarmEngine } from "../../lib/alarm-engine/engine";
import { alarmsOf } from "../../lib/alarm-engine/template";
import { Collection } from "../../lib/collector";
import { validateEnvironment, type ValidatedEnvironment } from "../../lib/environment";
import { redisUp } from "../../lib/exporter";
import { publishAggregates } from "../../lib/harvest/aggregates";
import { age, killScore, present } from "../../lib/harvest/metrics";
import type { Position } from "../../lib/harvest/position";
import { FIELDS, parseProposal, type Proposal } from "../../lib/harvest/proposal";
import { ageAt, standingOf, type SymbolReading } from "../../lib/harvest/standing";
import { NAMESPACE, type Sample } from "../../lib/metric";
import { ifKnown, known } from "../../lib/reading";
import { ARRIVAL_SEC, budgetOf } from "../../lib/rules/latency";
import { knownRules } from "../../local/alarms/known-rules";
import { type HashFields, HarvestBook, ROUND_MS } from "../../local/kernel/harvest";
import { prod } from "../support/example-environments";

const NOON_MS = Date.parse("2026-03-01T12:00:00Z");
const DAY_SEC = 86_400;
/** Hundreds of symbols are read once a minute. */
const slotSec = (count: number): number => (count < 100 ? 15 : 60);
/** 10 s between two rounds of the publisher, and what the round itself takes. */
const EVERY_MS = ROUND_MS + 137;
/** So many symbols can be admitted; the others are read besides. */
const MOST_ADMITTED = 20;
const ABOUT_THE_PUBLISHER = new Set<string>(["QuantumHarvestMetricsStale", "QuantumHarvestPublisherDown"]);
/** From here on a publisher is silent; it has to be for all of so long. */
const SILENT_SEC = 90;
const HELD_SEC = 120;

function withSymbols(count: number): ValidatedEnvironment {
  // Short, as the variables of one function hold all their names.
  const symbols = Array.from({ length: count }, (_, place) => `C${place}`);
  return validateEnvironment({
    ...prod,
    symbols: symbols.slice(0, MOST_ADMITTED),
    harvest: { symbols: symbols.slice(MOST_ADMITTED), intervalSec: slotSec(count) },
  });
}

function engineOf(environment: ValidatedEnvironment): AlarmEngine {
  const all = knownRules(environment)
    .filter(({ rule }) => ABOUT_THE_PUBLISHER.has(rule.name))
    .flatMap(({ alarms }) => alarms);
  const resources = all.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }]);
  return new AlarmEngine(alarmsOf({ Resources: Object.fromEntries(resources) }), { start: NOON_MS / 1000 });
}

/** What the collector publishes of a slot, from proposals that are parsed already. */
function samplesOf(
  proposals: ReadonlyMap<string, Proposal>,
  open: ReadonlySet<string>,
  symbols: readonly string[],
  admitted: readonly string[],
  t: number,
): readonly Sample[] {
  const collection = new Collection(new Date(t));
  const all = symbols.map((symbol): SymbolReading => {
    const proposal = proposals.get(symbol);
    const position = known<Position>(open.has(symbol) ? "open" : "flat");
    const standing = standingOf(known(proposal ?? null), position, t);
    return { symbol, isConfigured: true, standing, position, proposal, violations: [] };
  });
  for (const { symbol, standing, proposal } of all.slice(0, admitted.length)) {
    const labels = { Symbol: symbol };
    const isLive = "known" in standing && standing.known === "live";
    collection.put(present, known(isLive ? 1 : 0), { labels });
    if (!isLive || proposal === undefined) continue;
    collection.put(killScore, proposal.killScore, { labels });
    collection.put(
      age,
      ifKnown(proposal.updatedAt, (updated) => known(ageAt(updated, t))),
      { labels },
    );
  }
  collection.put(redisUp, known(1));
  publishAggregates(collection, all, { part: { number: 1, of: 1 }, found: undefined, positions: true });
  return collection.done().samples;
}

/** Runs a publisher and the alarms about it; `diesAfterSec` after the start it writes nothing more. */
function judged(count: number, lengthSec: number, diesAfterSec = Infinity): AlarmEngine {
  const environment = withSymbols(count);
  const symbols = [...environment.symbols, ...environment.harvest.symbols];
  const engine = engineOf(environment);
  const book = new HarvestBook(symbols, symbols.length, count);
  let written: ReadonlyMap<string, HashFields> = new Map();
  let round = NOON_MS - 5000;
  for (let second = 0; second <= lengthSec; second += slotSec(count)) {
    const t = NOON_MS + second * 1000;
    for (; round <= t; round += EVERY_MS) {
      if (round > NOON_MS + diesAfterSec * 1000) continue;
      book.move();
      written = book.proposals(round);
    }
    const proposals = new Map(
      [...written].map(([symbol, fields]) => [
        symbol,
        parseProposal(
          symbol,
          FIELDS.map((name) => fields[name] ?? null),
          t,
        ),
      ]),
    );
    for (const { metric, value, labels } of samplesOf(proposals, new Set(book.open), symbols, environment.symbols, t)) {
      const dimensions = { Environment: "prod", ...labels };
      const key = { namespace: NAMESPACE, name: metric.name, dimensions };
      if (typeof value === "number") engine.publish(key, t / 1000, value, t / 1000 + ARRIVAL_SEC);
    }
    engine.advance(t / 1000);
    engine.forget(t / 1000 - 600);
  }
  return engine;
}

test.each([3, 30, 300])("a healthy publisher of %i symbols sets off nothing in a day", (count) => {
  const { transitions } = judged(count, DAY_SEC);

  expect(transitions.filter(({ to }) => to === "ALARM")).toEqual([]);
  expect(transitions.filter(({ to }) => to === "OK").length).toBeGreaterThan(Math.min(count, MOST_ADMITTED));
});

test.each([
  [3, 600],
  [30, 611],
  [300, 637],
])("a publisher of %i symbols that dies is one page within its budget, and no word of each symbol", (count, died) => {
  const { transitions, notices } = judged(count, 3600, died);

  const told = notices.filter(({ state }) => state === "ALARM");
  const afterSec = (told[0]?.t ?? Infinity) - (NOON_MS / 1000 + died);
  expect(told.map(({ alarm }) => alarm)).toEqual(["prod-QuantumHarvestPublisherDown"]);
  expect(afterSec).toBeGreaterThan(SILENT_SEC);
  expect(afterSec).toBeLessThanOrEqual(SILENT_SEC + HELD_SEC + budgetOf(quantumHarvestPublisherDown));
  expect(transitions.filter(({ alarm, to }) => to === "ALARM" && alarm.includes("MetricsStale"))).toEqual([]);
});

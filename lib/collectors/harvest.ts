import { Collection, type Collector } from "../collector";
import { publishAggregates } from "../harvest/aggregates";
import {
  action,
  age,
  agePenalty,
  harvestMetrics,
  killScore,
  lastUpdate,
  newStopLoss,
  present,
  regimeFlip,
  rNet,
  sigmaSpike,
  tsDrop,
} from "../harvest/metrics";
import { isInPart } from "../harvest/part";
import { parsePosition, POSITION_FIELDS } from "../harvest/position";
import { ACTIONS, FIELDS, parseProposal } from "../harvest/proposal";
import { rowProperties } from "../harvest/rows";
import { ageAt, is, standingOf, type SymbolReading } from "../harvest/standing";
import { ifKnown, known, type Reading } from "../reading";
import type { RedisSource } from "../redis/source";

export const harvestCollector: Collector<RedisSource> = {
  name: "harvest",
  metrics: harvestMetrics,
  async collect(source, at) {
    const { redis, keys, harvest } = source;
    const { found, part } = harvest;
    const configured = new Set([...source.symbols, ...harvest.symbols].filter((symbol) => isInPart(symbol, part)));
    const symbols = [...new Set([...configured, ...(found?.symbols ?? [])])];
    const proposalKeys = symbols.map((symbol) => `${keys.harvestProposal}:${symbol}`);
    const positionKeys = symbols.map((symbol) => `${keys.position}:${symbol}`);
    const [hashes, positions] = await Promise.all([
      redis.hashes(proposalKeys, FIELDS),
      harvest.positions ? redis.hashes(positionKeys, POSITION_FIELDS) : undefined,
    ]);
    const all = symbols.map((symbol, place) =>
      readingOf(
        { symbol, isConfigured: configured.has(symbol) },
        { key: proposalKeys[place] ?? "", fields: hashes[place] as Fields },
        positions && { key: positionKeys[place] ?? "", fields: positions[place] as Fields },
        at.getTime(),
      ),
    );

    const collection = new Collection(at);
    for (const refusal of refusals([...hashes, ...(positions ?? [])], found?.refusal)) collection.failed(refusal);
    for (const one of all) for (const violation of one.violations) collection.violation(violation);
    const bySymbol = new Map(all.map((one) => [one.symbol, one]));
    for (const symbol of source.symbols) publishSymbol(collection, bySymbol.get(symbol));
    publishAggregates(collection, all, harvest);
    for (const [name, value] of Object.entries(rowProperties(all, at.getTime()))) collection.property(name, value);
    if (found) collection.property("harvest_symbols_complete", found.isComplete);
    return collection.done();
  },
};

/** A hash's fields in the order that they were asked for; null where it has none of them. */
type Fields = Reading<(string | null)[] | null>;

interface Hash {
  readonly key: string;
  readonly fields: Fields;
}

/** What a retired proposal gets wrong breaks no contract: nothing of it is used. */
function readingOf(
  about: Pick<SymbolReading, "symbol" | "isConfigured">,
  { key, fields }: Hash,
  positionHash: Hash | undefined,
  t: number,
): SymbolReading {
  const parsed = ifKnown(fields, (values) => known(values && parseProposal(key, values, t)));
  const held = positionHash && ifKnown(positionHash.fields, (values) => known(parsePosition(positionHash.key, values)));
  const position = held && ifKnown(held, (one) => known(one.position));
  const standing = standingOf(parsed, position, t);
  const proposal = ("known" in parsed && parsed.known) || undefined;
  const isRetired = "known" in standing && standing.known === "retired";
  const violations = [
    ...("broken" in parsed ? [parsed.broken] : []),
    ...(held && "broken" in held ? [held.broken] : []),
    ...(held && "known" in held ? held.known.violations : []),
    ...(isRetired ? [] : (proposal?.violations ?? [])),
  ];
  return { ...about, standing, position, proposal, violations };
}

/** Everything that Redis refused; a server that lets us read nothing refuses every key. */
function refusals(readings: readonly Reading<unknown>[], ofScan: string | undefined): string[] {
  const refused = readings.flatMap((one) => ("unknown" in one ? [one.unknown] : []));
  return ofScan === undefined ? refused : [...refused, ofScan];
}

/** An admitted symbol's own metrics; while it is not live, all that is published of it is that it is not present. */
function publishSymbol(collection: Collection, one: SymbolReading | undefined): void {
  if (one === undefined) return;
  const { symbol, standing, proposal } = one;
  const labels = { Symbol: symbol };
  collection.put(
    present,
    ifKnown(standing, (which) => known(which === "live" ? 1 : 0)),
    { labels },
  );
  if (proposal === undefined || !is(one, "live")) return;
  const t = collection.at.getTime();
  for (const [metric, reading] of [
    [killScore, proposal.killScore],
    [regimeFlip, proposal.regimeFlip],
    [sigmaSpike, proposal.sigmaSpike],
    [tsDrop, proposal.tsDrop],
    [agePenalty, proposal.agePenalty],
    [rNet, proposal.rNet],
    [newStopLoss, proposal.newStopLoss],
    [lastUpdate, proposal.updatedAt],
    [age, ifKnown(proposal.updatedAt, (updated) => known(ageAt(updated, t)))],
  ] as const) {
    collection.put(metric, reading, { labels });
  }
  for (const name of ACTIONS) {
    const chosen = ifKnown(proposal.action, (text) => known(text === name ? 1 : 0));
    collection.put(action, chosen, { labels: { Symbol: symbol, Action: name } });
  }
}

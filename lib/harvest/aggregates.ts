import type { Collection } from "../collector";
import type { Metric } from "../metric";
import { known, type Reading, unknown } from "../reading";
import {
  actionCount,
  ageMax,
  ageMin,
  killScoreMax,
  missingCount,
  ofPart,
  openPositions,
  retiredCount,
  symbolCount,
  unbackedCount,
} from "./metrics";
import { ACTIONS, isAction, type Proposal, UNKNOWN_ACTION } from "./proposal";
import type { HarvestSource, Part } from "./settings";
import { ageAt, is, isUnbacked, type Standing, type SymbolReading } from "./standing";

const NOT_ALL_FOUND = unknown("not every key has been looked at yet: there may be more symbols than those found");

/**
 * What is said of all symbols together. Where one of them is unread counts are not known, and extremes are those of the
 * others; where symbols are looked for nothing is said of all until every one is found, but of the configured ones.
 */
export function publishAggregates(
  collection: Collection,
  all: readonly SymbolReading[],
  { part, found, positions }: Pick<HarvestSource, "part" | "found" | "positions">,
): void {
  const t = collection.at.getTime();
  const unfound = found?.isComplete === false ? NOT_ALL_FOUND : undefined;
  const unread = all.map(({ standing }) => standing).find((standing) => "unknown" in standing);
  const counts = new Counts(collection, unread ?? unfound, part);
  const standing = (which: Standing): SymbolReading[] => all.filter((one) => is(one, which));
  const live = standing("live");
  counts.put(symbolCount, live.length);
  counts.put(retiredCount, standing("retired").length);
  counts.putActions(live);
  const missing = standing("missing").filter(({ isConfigured }) => isConfigured).length;
  new Counts(collection, unread, part).put(missingCount, missing);
  if (positions) {
    counts.put(openPositions, all.filter(isOpen).length);
    counts.put(unbackedCount, all.filter((one) => isUnbacked(one, t)).length);
  }

  const byKillScore = ranked(live, ({ killScore }) => killScore);
  const byAge = ranked(live, ({ updatedAt }) => ("known" in updatedAt ? known(ageAt(updatedAt.known, t)) : updatedAt));
  const extreme = (metric: Metric, property: string, of: Ranked | undefined): void => {
    collection.put(metric, unfound ?? (of ? known(of.value) : unknown("no symbol is live, or none says")));
    if (of && !unfound) collection.property(property, of.symbol);
  };
  extreme(killScoreMax, "kill_score_max_symbol", byKillScore.highest);
  extreme(ageMax, "age_seconds_max_symbol", byAge.highest);
  extreme(ageMin, "age_seconds_min_symbol", byAge.lowest);
}

const isOpen = ({ position }: SymbolReading): boolean =>
  position !== undefined && "known" in position && position.known === "open";

interface Ranked {
  readonly symbol: string;
  readonly value: number;
}

/** The symbols with the highest and the lowest value; of equals the first by name. */
function ranked(
  live: readonly SymbolReading[],
  valueOf: (proposal: Proposal) => Reading<number>,
): { highest?: Ranked; lowest?: Ranked } {
  let highest: Ranked | undefined;
  let lowest: Ranked | undefined;
  for (const { symbol, proposal } of live) {
    const reading = proposal && valueOf(proposal);
    if (reading === undefined || !("known" in reading)) continue;
    const one = { symbol, value: reading.known };
    const isFirst = (other: Ranked): boolean => one.value === other.value && symbol < other.symbol;
    if (highest === undefined || one.value > highest.value || isFirst(highest)) highest = one;
    if (lowest === undefined || one.value < lowest.value || isFirst(lowest)) lowest = one;
  }
  return { ...(highest && { highest }), ...(lowest && { lowest }) };
}

/** Files counts, by part where several functions share the symbols. */
class Counts {
  readonly #collection: Collection;
  readonly #withheld: Reading<number> | undefined;
  readonly #part: Part;

  constructor(collection: Collection, withheld: Reading<unknown> | undefined, part: Part) {
    this.#collection = collection;
    this.#withheld = withheld as Reading<never> | undefined;
    this.#part = part;
  }

  put(count: Metric, value: number, labels: Readonly<Record<string, string>> = {}): void {
    const reading = this.#withheld ?? known(value);
    if (this.#part.of === 1) this.#collection.put(count, reading, { labels });
    else this.#collection.put(ofPart(count), reading, { labels: { ...labels, Part: String(this.#part.number) } });
  }

  putActions(live: readonly SymbolReading[]): void {
    const counts = new Map<string, number>([...ACTIONS, UNKNOWN_ACTION].map((name) => [name, 0]));
    for (const { proposal } of live) {
      if (proposal === undefined || !("known" in proposal.action)) continue;
      const name = isAction(proposal.action.known) ? proposal.action.known : UNKNOWN_ACTION;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const [name, count] of counts) this.put(actionCount, count, { Action: name });
  }
}

import { Collection, type Collector } from "../collector";
import { type LimitsInForce, limitsInForce } from "../faults/limits";
import { metric } from "../metric";
import { broken, type ContractViolation, known, type Reading, ifKnown, unknown } from "../reading";
import { guarded, type Readings } from "../redis/guarded";
import { type RecentSymbols, recentSymbols } from "../redis/recent-symbols";
import type { RedisSource } from "../redis/source";
import { parseNumber } from "../redis/stream-id";

export const rateGlobalCurrent = metric({
  name: "quantum_safety_rate_global_current_window",
  unit: "Count",
  tier: "boarded",
  help: "intents attempted so far in the 10 s window that the slot lies in",
});

export const rateGlobalLast = metric({
  name: "quantum_safety_rate_global_last_window",
  unit: "Count",
  tier: "alarmed",
  help: "intents attempted in the 10 s window that ended last, stamped with its start",
});

export const rateGlobalUtilization = metric({
  name: "quantum_safety_rate_global_utilization",
  unit: "Percent",
  tier: "alarmed",
  help: "attempts in the last window against the kernel's limit for all symbols together, as the newest fault carries it",
});

export const rateSymbolUtilizationMax = metric({
  name: "quantum_safety_rate_symbol_utilization_max",
  unit: "Percent",
  tier: "alarmed",
  help: "attempts of the busiest symbol in the last window against the kernel's limit for one symbol, as the newest fault carries it",
});

/** Where a refusal costs only what was asked for. */
type Source = Omit<RedisSource, "redis"> & { readonly redis: Readings };

interface Memory {
  readonly intents: RecentSymbols;
  readonly faults: RecentSymbols;
  /** The window published last, so that each is published once. */
  readonly published: Published | undefined;
}

/** A window whose counters are published: what was said of it is said again at each mark until the next one has ended. */
interface Published {
  /** Epoch seconds. */
  readonly start: number;
  readonly limits: LimitsInForce;
  readonly violations: readonly ContractViolation[];
}

/** Symbols seen this recently are candidates for the busiest. */
const RECENT_MS = 600_000;
/** Counters live 12 s from their last increment: later than this after a window's end an absent one may have lapsed. */
const OUTLIVES_WINDOW_MS = 2000;
/** A stream full of invented symbols must not make a sample grow without bound. */
const MOST_CANDIDATES = 1000;
const SHOWN = 5;

export const rateWindowsCollector: Collector<RedisSource, Memory> = {
  name: "rate-windows",
  every: 10,
  metrics: [rateGlobalCurrent, rateGlobalLast, rateGlobalUtilization, rateSymbolUtilizationMax],
  async collect(unguarded, at, memory) {
    const collection = new Collection(at);
    const redis = guarded(unguarded.redis, (refusal) => collection.failed(refusal));
    const source: Source = { ...unguarded, redis };
    const t = at.getTime();
    const { windowSec } = source.limits;
    const current = Math.floor(t / 1000 / windowSec);
    if (memory?.published?.start === (current - 1) * windowSec) {
      collection.put(rateGlobalCurrent, await readCount(source, `${source.keys.rateGlobal}:${current}`, known(0)));
      tell(collection, memory.published);
      return collection.done(memory);
    }

    const window = new LastWindow(source, current - 1);
    const candidates = rememberedSymbols(source, memory, t - RECENT_MS);
    const [currentCount, lastCount, counts, intents, faults] = await Promise.all([
      readCount(source, `${source.keys.rateGlobal}:${current}`, known(0)),
      window.count(source.keys.rateGlobal),
      window.countSymbols(candidates),
      recentSymbols(source.redis, source.keys.intents, t, RECENT_MS, memory?.intents),
      recentSymbols(source.redis, source.keys.faults, t, RECENT_MS, memory?.faults),
    ]);
    const seen = new Set([...intents.lastSeen.keys(), ...faults.lastSeen.keys()]);
    const fresh = [...seen].filter((symbol) => !counts.has(symbol)).slice(0, MOST_CANDIDATES - counts.size);
    const all = new Map([...counts, ...(await window.countSymbols(fresh))]);

    collection.put(rateGlobalCurrent, currentCount);
    const limits = limitsInForce(source.keys.faults, faults.newest, source.limits, t);
    publishGlobal(collection, window, lastCount, limits.globalMax);
    publishSymbols(collection, window, all, limits.symbolMax);
    const isComplete = [intents, faults].every(({ coveredFrom }) => coveredFrom <= t - RECENT_MS);
    const allRead = [...seen].every((symbol) => all.has(symbol)) && [...all.values()].every((one) => "known" in one);
    collection.property("symbols_complete", isComplete && allRead);
    const start = window.start.getTime();
    const ofWindow = [...intents.violations, ...faults.violations].flatMap(({ ms, violation }) =>
      ms >= start && ms < start + windowSec * 1000 ? [violation] : [],
    );
    const ofCounters = [...all.values()].flatMap((one) => ("broken" in one ? [one.broken] : []));
    const published = {
      start: start / 1000,
      limits,
      violations: [...ofCounters, ...limits.violations, ...ofWindow],
    };
    tell(collection, published);
    return collection.done({ intents, faults, published: "known" in lastCount ? published : undefined });
  },
};

function tell(collection: Collection, { limits, violations }: Published): void {
  collection.property("limits_from", limits.from);
  if (limits.difference !== undefined) collection.property("limits_difference", limits.difference);
  for (const violation of violations) collection.violation(violation);
}

/** The window that ended last: its counters, each of them final. */
class LastWindow {
  readonly start: Date;
  readonly #source: Source;
  readonly #bucket: number;

  constructor(source: Source, bucket: number) {
    this.#source = source;
    this.#bucket = bucket;
    this.start = new Date(bucket * source.limits.windowSec * 1000);
  }

  count(prefix: string): Promise<Reading<number>> {
    const end = (this.#bucket + 1) * this.#source.limits.windowSec * 1000;
    const absent =
      this.#source.now() - end < OUTLIVES_WINDOW_MS ? known(0) : unknown("read too late: the counter may have lapsed");
    return readCount(this.#source, `${prefix}:${this.#bucket}`, absent);
  }

  async countSymbols(symbols: readonly string[]): Promise<Map<string, Reading<number>>> {
    const counts = await Promise.all(symbols.map((symbol) => this.count(`${this.#source.keys.rateSymbol}:${symbol}`)));
    return new Map(symbols.map((symbol, index) => [symbol, counts[index] ?? unknown("not read")]));
  }
}

async function readCount(source: Source, key: string, absent: Reading<number>): Promise<Reading<number>> {
  const value = await source.redis.get(key);
  return ifKnown(value, (text) => {
    if (text === null) return absent;
    const parsed = parseNumber(key, text, "the counter");
    return ifKnown(parsed, (n) => (Number.isSafeInteger(n) && n >= 0 ? parsed : broken(key, `the counter is ${n}`)));
  });
}

function rememberedSymbols({ symbols }: Source, memory: Memory | undefined, from: number): string[] {
  const remembered = [...(memory?.intents.lastSeen ?? []), ...(memory?.faults.lastSeen ?? [])];
  const seen = remembered.flatMap(([symbol, ms]) => (ms >= from ? [symbol] : []));
  return [...new Set([...symbols, ...seen])].slice(0, MOST_CANDIDATES);
}

function publishGlobal(collection: Collection, window: LastWindow, count: Reading<number>, limit: number): void {
  collection.put(rateGlobalLast, count, { at: window.start });
  collection.put(
    rateGlobalUtilization,
    ifKnown(count, (n) => known((100 * n) / limit)),
    { at: window.start },
  );
}

/** The busiest symbols among those that could be read. */
function publishSymbols(
  collection: Collection,
  window: LastWindow,
  counts: ReadonlyMap<string, Reading<number>>,
  limit: number,
): void {
  const read = [...counts].flatMap(([symbol, one]) => ("known" in one ? [{ symbol, count: one.known }] : []));
  const busiest = read.toSorted((a, b) => b.count - a.count || (a.symbol < b.symbol ? -1 : 1));
  const [top] = busiest;
  const [unread = unknown("no symbol is configured or was seen")] = counts.values();
  collection.put(rateSymbolUtilizationMax, top ? known((100 * top.count) / limit) : unread, { at: window.start });
  if (top && top.count > 0) collection.property("rate_symbol_max", top.symbol);
  collection.property("top_symbols", busiest.filter((one) => one.count > 0).slice(0, SHOWN));
}

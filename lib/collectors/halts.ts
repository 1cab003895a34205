import { Collection, type Collector } from "../collector";
import { metric } from "../metric";
import { broken, ifKnown, known, quoted, type Reading } from "../reading";
import { guarded, type Readings } from "../redis/guarded";
import { EACH_SYMBOL, type Halt } from "../redis/halts";
import type { RedisSource } from "../redis/source";

export const haltsActive = metric({
  name: "quantum_halts_active",
  unit: "Count",
  tier: "alarmed",
  help: "halts of trading besides safe mode that are on, of those that a gate reads, or at least so many where some cannot be read; which, and what each stops, stands in the log line",
});

/** A halt that is on, as it stands in the log line: under `halts` where a gate reads it, else under `halt_signs`. */
export interface ShownHalt {
  readonly key: string;
  readonly stops: string;
  /** As whoever set it wrote it, cut; left out where nothing says why. */
  readonly reason?: string;
}

/** What reading one halt gave. */
interface Found {
  readonly halt: Halt;
  readonly isOn: Reading<boolean>;
  readonly reason: Reading<string | null>;
}

const MAX_REASON_CHARACTERS = 256;
const NO_REASON = known(null);

export const haltsCollector: Collector<RedisSource> = {
  name: "halts",
  metrics: [haltsActive],
  async collect({ redis, halts, symbols }, at) {
    const collection = new Collection(at);
    const reader = guarded(redis, (refusal) => collection.failed(refusal));
    const all = await Promise.all(halts.flatMap((halt) => ofEachSymbol(halt, symbols)).map((one) => read(reader, one)));
    for (const { isOn, reason } of all) {
      for (const one of [isOn, reason]) if ("broken" in one) collection.violation(one.broken);
    }
    collection.put(haltsActive, count(all.filter(({ halt }) => halt.gate)));
    const unread = all.filter(({ isOn }) => !("known" in isOn));
    if (unread.length > 0) {
      collection.property(
        "halts_unread",
        unread.map(({ halt }) => halt.key),
      );
    }
    for (const [property, isGate] of [
      ["halts", true],
      ["halt_signs", false],
    ] as const) {
      const on = all.filter(({ halt, isOn }) => halt.gate === isGate && "known" in isOn && isOn.known);
      if (on.length > 0) collection.property(property, on.map(shown));
    }
    const listed = all.filter(({ isOn }) => "known" in isOn && isOn.known);
    if (listed.length > 0) collection.property("halts_on", JSON.stringify(listed.map(row)));
    return collection.done();
  },
};

function ofEachSymbol(halt: Halt, symbols: readonly string[]): Halt[] {
  if (!halt.key.includes(EACH_SYMBOL)) return [halt];
  return symbols.map((symbol) => ({ ...halt, key: halt.key.replaceAll(EACH_SYMBOL, symbol) }));
}

/** At least those that are known to be on, if there are any; else one that is not known could be. */
function count(gates: readonly Found[]): Reading<number> {
  const readings = gates.map(({ isOn }) => isOn);
  const on = readings.filter((one) => "known" in one && one.known).length;
  if (on > 0) return known(on);
  return readings.find((one) => "unknown" in one) ?? readings.find((one) => "broken" in one) ?? known(0);
}

async function read(redis: Readings, halt: Halt): Promise<Found> {
  const { key, on, reasonKey } = halt;
  const whyAsked = reasonKey === undefined ? NO_REASON : redis.get(reasonKey);
  if (on === "exists") return { halt, isOn: await redis.exists(key), reason: await whyAsked };
  const [text, why] = await Promise.all([redis.get(key), whyAsked]);
  switch (on) {
    case "text":
      // What nobody asks for the value of is set with the reason as its value.
      return { halt, isOn: ifKnown(text, (found) => known(Boolean(found))), reason: reasonKey ? why : text };
    case "json":
      return { halt, ...ofJson(key, text) };
    default: {
      const spelt = (word: string): string => (halt.ignoresCase ? word.toLowerCase() : word);
      const words = new Set(on.map(spelt));
      return { halt, isOn: ifKnown(text, (found) => known(found !== null && words.has(spelt(found)))), reason: why };
    }
  }
}

/** A sign that says in JSON why it was set; it is on also where that cannot be read, as the key is there. */
function ofJson(key: string, text: Reading<string | null>): Pick<Found, "isOn" | "reason"> {
  if (!("known" in text) || text.known === null) return { isOn: ifKnown(text, () => known(false)), reason: NO_REASON };
  try {
    const said: unknown = JSON.parse(text.known);
    const { activated, reason } = (said ?? {}) as { activated?: unknown; reason?: unknown };
    return { isOn: known(activated !== false), reason: known(typeof reason === "string" ? reason : null) };
  } catch {
    return { isOn: known(true), reason: broken(key, `is no JSON: ${quoted(text.known)}`) };
  }
}

/** A row of the board's table, which takes lists apart from a text alone, and where nothing may be absent. */
function row(found: Found): Required<ShownHalt> & { readonly kind: "halt" | "sign" } {
  const { key, stops, reason = "" } = shown(found);
  return { key, kind: found.halt.gate ? "halt" : "sign", stops, reason };
}

function shown({ halt: { key, stops }, reason }: Found): ShownHalt {
  const why = "known" in reason ? reason.known : null;
  return { key, stops, ...(why ? { reason: why.slice(0, MAX_REASON_CHARACTERS) } : {}) };
}

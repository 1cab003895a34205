import { faultsLast1h, lastFaultTimestamp } from "../collectors/faults";
import { haltsActive, type ShownHalt } from "../collectors/halts";
import { intentAge, intentRate, openingRate } from "../collectors/intents";
import { safeMode, safeModeTtl } from "../collectors/safe-mode";
import { redisUp } from "../exporter";
import { ENVIRONMENT_DIMENSION, type Metric } from "../metric";
import { ifKnown, known, type Reading, unknown } from "../reading";
import { idTime } from "../redis/stream-id";
import { REDIS_WHYS, type RedisWhy } from "../redis/why";
import { serverUp } from "../server-report";
import type { CollectorLine } from "./context";
import { type Json, JsonReader } from "./json-reader";

/** A trip of the circuit breaker as the kernel wrote it; texts are from outside. */
export interface Fault {
  /** Undefined where neither its ID nor its timestamp can be a time. */
  readonly at?: Date;
  readonly reason?: string;
  readonly symbol?: string;
  readonly side?: string;
  readonly correlationId?: string;
  /** Counts against limits: `6 of 20 in all`. */
  readonly counts: readonly string[];
  /** Seconds for which the kernel sets safe mode after it. */
  readonly cooldownSec: number;
}

export interface SafeMode {
  readonly isOn: boolean;
  /** When it lifts itself; undefined where it is off, or never does. */
  readonly liftsAt?: Date;
  /** False while it is on and nobody but a person will lift it. */
  readonly hasExpiry: boolean;
}

/** What a sample found of Redis itself. */
export interface RedisSeen {
  readonly isUp: boolean;
  /** Why it does not answer somebody who reads it: us, or another of our functions. */
  readonly why?: RedisWhy;
  /** The same in the words of the server or of the network, which are from outside. */
  readonly said?: string;
  /** In words, where what is read is a replica that is cut off from its primary. */
  readonly cutOff?: string;
  /** In words, where it has no memory left to write with. */
  readonly full?: string;
}

/** Intents of the minute before the slot; left out what could not be counted. */
export interface Intents {
  readonly published?: number;
  /** Of those that open. */
  readonly opening?: number;
}

/** What halts trading; texts are from outside. */
export interface Halts {
  readonly gates: readonly ShownHalt[];
  /** Read by no gate. */
  readonly signs: readonly ShownHalt[];
}

/** What the collectors said last, as far as it is not older than two minutes. */
export interface Facts {
  /** The newest slot in which any of the others was read: rate windows have slots of their own in between. */
  readonly slot: Reading<Date>;
  readonly redis: Reading<RedisSeen>;
  readonly safeMode: Reading<SafeMode>;
  /** Undefined where the stream holds none. */
  readonly lastFault: Reading<Fault | undefined>;
  readonly faultsLastHour: Reading<number>;
  /** Time of the last intent. */
  readonly lastIntent: Reading<Date>;
  readonly intents: Reading<Intents>;
  /** Halts of trading besides safe mode that are on. */
  readonly halts: Reading<Halts>;
  readonly topSymbols: Reading<readonly { readonly symbol: string; readonly count: number }[]>;
}

/** Lines of slots before this say nothing about now. */
export const STALE_MS = 120_000;

/** Nothing is known, for one reason. */
export const NO_FACTS = (why: Reading<never>): Facts => ({
  slot: why,
  redis: why,
  safeMode: why,
  lastFault: why,
  faultsLastHour: why,
  lastIntent: why,
  intents: why,
  halts: why,
  topSymbols: why,
});

interface Slot {
  readonly ms: number;
  readonly reader: JsonReader;
}

/** Reads what is known now off the collectors' lines, the newest first. */
export function factsFrom(lines: readonly CollectorLine[], environment: string | undefined, now: number): Facts {
  const slots = merged(lines.flatMap(({ text }) => lineOf(text, environment)))
    .filter(({ ms }) => ms > now - STALE_MS)
    .toSorted((a, b) => b.ms - a.ms);
  const [newest] = slots;
  if (newest === undefined) return NO_FACTS(unknown("the collectors wrote nothing in the last two minutes"));
  const redis = newestOf(slots, redisOf)?.value;
  // What is withheld now was read before, and says nothing about now.
  const withheld = redis && withheldBecause(redis);
  const read = <T>(what: string, of: (reader: JsonReader, ms: number) => T | undefined): Reading<T> => {
    if (withheld !== undefined) return unknown(withheld);
    const found = newestOf(slots, of);
    return found === undefined ? unknown(`${what} was not read in the last two minutes`) : known(found.value);
  };
  return {
    slot: known(new Date((slots.find(hasFacts) ?? newest).ms)),
    redis: redis === undefined ? unknown("not said in the last two minutes") : known(redis),
    safeMode: read("safe mode", safeModeOf),
    lastFault: ifKnown(read("the fault stream", faultOf), ({ fault }) => known(fault)),
    faultsLastHour: read("the fault stream", (reader) => numberOf(reader, faultsLast1h)),
    lastIntent: read("the last intent", (reader, ms) => {
      const age = numberOf(reader, intentAge);
      return age === undefined ? undefined : new Date(ms - age * 1000);
    }),
    intents: read("the last intent", intentsOf),
    halts: read("what halts trading", haltsOf),
    topSymbols: read("the busiest symbols", topSymbolsOf),
  };
}

/** The safety function decides whether it is up, as most that is told is of its keys. */
function redisOf(reader: JsonReader): RedisSeen | undefined {
  const up = numberOf(reader, redisUp) ?? numberOf(reader, serverUp);
  if (up === undefined) return undefined;
  const why = REDIS_WHYS.find((one) => one === reader.text("redis_why"));
  const texts = Object.entries({
    said: reader.text("redis_error"),
    cutOff: reader.text("redis_cut_off"),
    full: reader.text("redis_full"),
  }).filter(([, text]) => text !== undefined);
  return {
    isUp: up === 1,
    ...(why === undefined ? {} : { why }),
    ...(Object.fromEntries(texts) as Partial<RedisSeen>),
  };
}

function withheldBecause({ isUp, why, cutOff }: RedisSeen): string | undefined {
  if (!isUp) return why === "refused" ? "Redis refuses us" : "Redis does not answer";
  return cutOff === undefined ? undefined : "the replica that is read is cut off from its primary";
}

const hasFacts = ({ reader }: Slot): boolean =>
  [safeMode, faultsLast1h, intentAge].some((one) => numberOf(reader, one) !== undefined);

interface Line {
  readonly ms: number;
  readonly members: Json;
}

function lineOf(text: string, environment: string | undefined): Line[] {
  const members = jsonOf(text);
  const reader = new JsonReader(members);
  const own = reader.text(ENVIRONMENT_DIMENSION);
  const ms = reader.number("_aws", "Timestamp") ?? Date.parse(reader.text("timestamp") ?? "");
  const isOurs = own !== undefined && (environment === undefined || own === environment);
  return isOurs && Number.isFinite(ms) ? [{ ms, members }] : [];
}

/** What is said of one slot stands on several lines where one would be too long. */
function merged(lines: readonly Line[]): Slot[] {
  const slots = new Map<number, object>();
  for (const { ms, members } of lines) slots.set(ms, Object.assign(slots.get(ms) ?? {}, members));
  return Array.from(slots, ([ms, members]) => ({ ms, reader: new JsonReader(members) }));
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function newestOf<T>(
  slots: readonly Slot[],
  of: (reader: JsonReader, ms: number) => T | undefined,
): { value: T } | undefined {
  for (const { ms, reader } of slots) {
    const value = of(reader, ms);
    if (value !== undefined) return { value };
  }
  return undefined;
}

const numberOf = (reader: JsonReader, { name }: Metric): number | undefined => reader.number(name);

function safeModeOf(reader: JsonReader, ms: number): SafeMode | undefined {
  const [on, ttl] = [numberOf(reader, safeMode), numberOf(reader, safeModeTtl)];
  if (on === undefined || ttl === undefined) return undefined;
  const lifts = on === 1 && ttl >= 0 ? { liftsAt: new Date(ms + ttl * 1000) } : {};
  return { isOn: on === 1, ...lifts, hasExpiry: on !== 1 || ttl >= 0 };
}

const STREAM_ID = /^\d+(-\d+)?$/;
/** How long safe mode is set for where the fault does not say. */
const COOLDOWN_SEC = 300;

/** A line that counts the faults and tells of none says that there is none. */
function faultOf(reader: JsonReader, ms: number): { fault: Fault | undefined } | undefined {
  const id = reader.text("last_fault", "id");
  if (id === undefined || !STREAM_ID.test(id))
    return numberOf(reader, faultsLast1h) === undefined ? undefined : { fault: undefined };
  const field = (name: string): string | undefined => reader.text("last_fault", name);
  const count = (is: string, most: string, of: string): string[] => {
    const [found, limit] = [field(is), field(most)];
    return found === undefined ? [] : [`${found}${limit === undefined ? "" : ` of ${limit}`} ${of}`];
  };
  const cooldown = Number(field("cooldown_sec"));
  const time = idTime("", id, ms);
  const own = numberOf(reader, lastFaultTimestamp);
  const at = "known" in time ? time.known : own === undefined ? undefined : own * 1000;
  const named = { reason: field("reason"), symbol: field("symbol"), side: field("side") };
  const texts = { ...named, correlationId: field("correlation_id") };
  return {
    fault: {
      ...(at === undefined ? {} : { at: new Date(at) }),
      ...(Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)) as Partial<Fault>),
      counts: [
        ...count("global_count", "global_max", "in all"),
        ...count("symbol_count", "symbol_max", "for the symbol"),
      ],
      cooldownSec: cooldown > 0 ? cooldown : COOLDOWN_SEC,
    },
  };
}

/** A line that tells the age of the last intent without a count says that the minute could not be counted. */
function intentsOf(reader: JsonReader): Intents | undefined {
  const [published, opening] = [numberOf(reader, intentRate), numberOf(reader, openingRate)];
  if (published === undefined && numberOf(reader, intentAge) === undefined) return undefined;
  return { ...(published === undefined ? {} : { published }), ...(opening === undefined ? {} : { opening }) };
}

/** A line that counts the halts and lists none says that there is none. */
function haltsOf(reader: JsonReader): Halts | undefined {
  if (numberOf(reader, haltsActive) === undefined) return undefined;
  const listed = (name: string): ShownHalt[] =>
    reader.list(name).flatMap((one) => {
      const each = new JsonReader(one);
      const [key, stops, reason] = [each.text("key"), each.text("stops"), each.text("reason")];
      if (key === undefined || stops === undefined) return [];
      return [{ key, stops, ...(reason === undefined ? {} : { reason }) }];
    });
  return { gates: listed("halts"), signs: listed("halt_signs") };
}

function topSymbolsOf(reader: JsonReader): { symbol: string; count: number }[] | undefined {
  if (reader.at("top_symbols") === undefined) return undefined;
  return reader.list("top_symbols").flatMap((one) => {
    const each = new JsonReader(one);
    const [symbol, count] = [each.text("symbol"), each.number("count")];
    return symbol === undefined || count === undefined ? [] : [{ symbol, count }];
  });
}

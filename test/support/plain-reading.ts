import type { Redis } from "ioredis";

export const SLOT_MS = 10_000;
const MINUTE_MS = 60_000;
/** The year 2001: what is before it is no time in milliseconds. */
const FIRST_MS = 978_307_200_000;
const HOUR_MS = 60 * MINUTE_MS;
export const SAFE_MODE = "quantum:safety:safe_mode";
export const FAULTS = "quantum:stream:safety.fault";
export const INTENTS = "quantum:stream:trade.intent";
export const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

export const HUGE = "7".repeat(1_000_000);
export const BYTES = Buffer.from([0xff, 0xfe, 0x00, 0x31]);
/** Texts that Python may leave behind, and whether they are counts; `undefined` for numbers that are no counts. */
export const TEXTS = new Map<string, boolean | undefined>([
  ["0", true],
  ["1", true],
  ["7", true],
  ["12.0", true],
  ["1e1", true],
  ["1.5", undefined],
  ["-3", undefined],
  ["1e308", undefined],
  ["-1e308", undefined],
  ["nan", false],
  ["inf", false],
  ["-inf", false],
  ["None", false],
  ["", false],
  ["true", false],
  ["0x1F", false],
  [BYTES.toString(), false],
  [HUGE, false],
]);

export const globalCounter = (bucket: number): string => `quantum:safety:rate:global:${bucket}`;
export const symbolCounters = (bucket: number): string[] =>
  SYMBOLS.map((one) => `quantum:safety:rate:symbol:${one}:${bucket}`);

/** What a plain reading, key by key and with no regard for turns, says can be known at the slot. */
export interface Plain {
  readonly values: Record<string, number>;
  /** Metrics that must be there, whatever their value. */
  readonly names: Set<string>;
  violations: number;
  /** Intents of the minute that are no JSON, which are violations as well where the minute is counted. */
  unreadIntents: number;
}

/** Reads everything that a sample at `t` reads, one command after the other. */
export async function plainly(redis: Redis, t: number): Promise<Plain> {
  const plain: Plain = { values: {}, names: new Set(), violations: 0, unreadIntents: 0 };
  await plainSafeMode(redis, plain);
  await plainFaults(redis, t, plain);
  await plainIntents(redis, t, plain);
  await plainSymbols(redis, t, plain);
  await plainCounters(redis, t, plain);
  return plain;
}

async function plainSafeMode(redis: Redis, plain: Plain): Promise<void> {
  const kind = await redis.type(SAFE_MODE);
  const value = kind === "string" ? await redis.get(SAFE_MODE) : null;
  const isReadable = kind === "none" || kind === "string";
  plain.names.add("quantum_safety_safe_mode_ttl_seconds");
  if (isReadable) plain.values["quantum_safety_safe_mode"] = value === "1" ? 1 : 0;
  if (isReadable) plain.names.add("quantum_safety_safe_mode_no_expiry");
  if (!isReadable || (value !== null && value !== "1" && value !== "0")) plain.violations += 1;
}

async function entriesOf(
  redis: Redis,
  key: string,
): Promise<{ added: number; fields: Map<string, string> }[] | undefined> {
  const kind = await redis.type(key);
  if (kind !== "stream" && kind !== "none") return undefined;
  return (await redis.xrange(key, "-", "+")).map(([id, flat]) => ({
    added: Number(id.split("-")[0]),
    fields: new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as const] : []))),
  }));
}

async function plainFaults(redis: Redis, t: number, plain: Plain): Promise<void> {
  const all = await entriesOf(redis, FAULTS);
  if (all === undefined) {
    plain.violations += 1;
    return;
  }
  const isTime = (added: number): boolean => added >= FIRST_MS && added <= t + MINUTE_MS;
  const isOld = ({ added }: { added: number }): boolean => added >= FIRST_MS && added < t - HOUR_MS;
  const times = all.slice(all.findLastIndex(isOld) + 1).map(({ added, fields }) => {
    const stamp = fields.get("timestamp") ?? "None";
    const isNumber = TEXTS.has(stamp) ? TEXTS.get(stamp) !== false : true;
    const latest = (isTime(added) ? added : t) + MINUTE_MS;
    const own = isNumber && Number(stamp) >= 1e9 && Number(stamp) * 1000 <= latest ? Number(stamp) * 1000 : undefined;
    const byId = isTime(added) ? added : undefined;
    const isBehind = byId !== undefined && byId >= t && own !== undefined && own < byId - MINUTE_MS;
    const time = byId === undefined || isBehind ? own : Math.min(byId, byId < t ? (own ?? byId) : byId);
    return { time, isUsable: own !== undefined, isTime: byId !== undefined };
  });
  const since = (ms: number): number => times.filter(({ time = 0 }) => time >= t - ms && time < t).length;
  plain.values["quantum_safety_fault_stream_length"] = all.length;
  if (times.every(({ time }) => time !== undefined)) {
    plain.values["quantum_safety_faults_last_1h"] = since(HOUR_MS);
    plain.values["quantum_safety_faults_last_30m"] = since(HOUR_MS / 2);
    plain.values["quantum_safety_faults_last_5m"] = since(HOUR_MS / 12);
  }
  const last = times.findLast(({ time }) => time === undefined || time < t);
  const isHidden = times.length > 0 && last?.time === undefined;
  if (!isHidden) plain.names.add("quantum_safety_last_fault_timestamp");
  const ofHour = times.filter(({ time }) => time === undefined || (time >= t - HOUR_MS && time < t));
  plain.violations += ofHour.filter(({ isUsable }) => !isUsable).length;
  const newest = await newestId(redis, FAULTS);
  const isWrong = (newest !== undefined && !isTime(newest)) || ofHour.some((one) => !one.isTime);
  if (isWrong) plain.violations += 1;
}

/** Milliseconds of the last ID that a stream gave out; undefined where it gave none, or is not there. */
async function newestId(redis: Redis, key: string): Promise<number | undefined> {
  if ((await redis.exists(key)) === 0) return undefined;
  const info = (await redis.xinfo("STREAM", key)) as unknown[];
  const id = String(info[info.indexOf("last-generated-id") + 1]);
  return id === "0-0" ? undefined : Number(id.split("-")[0]);
}

async function plainIntents(redis: Redis, t: number, plain: Plain): Promise<void> {
  const all = await entriesOf(redis, INTENTS);
  if (all === undefined) {
    plain.violations += 1;
    return;
  }
  plain.values["quantum_trade_intent_stream_length"] = all.length;
  const newest = await newestId(redis, INTENTS);
  plain.values["quantum_trade_intent_stream_missing"] = newest === undefined ? 1 : 0;
  if (newest === undefined) return;
  if (newest < FIRST_MS || newest > t + MINUTE_MS) {
    plain.violations += 1;
    return;
  }
  const first = all[0];
  if (first !== undefined && first.added < t - MINUTE_MS) {
    const ofMinute = all.filter(({ added }) => added >= t - MINUTE_MS && added < t);
    plain.values["quantum_trade_intent_rate_per_min"] = ofMinute.length;
    // Without a symbol that can be read each is one already.
    const isUnread = ({ fields }: (typeof all)[number]): boolean => fields.get("data") === "{" && fields.has("symbol");
    plain.unreadIntents = ofMinute.filter(isUnread).length;
  }
  if (all.length > 0) plain.names.add("quantum_trade_intent_last_age_seconds");
}

/** Entries of either stream in the last window whose symbol cannot be read. */
async function plainSymbols(redis: Redis, t: number, plain: Plain): Promise<void> {
  for (const key of [INTENTS, FAULTS]) {
    for (const { added, fields } of (await entriesOf(redis, key)) ?? []) {
      const symbol = fields.get("symbol");
      const isReadable = symbol !== undefined && symbol.length <= 40;
      if (added >= t - SLOT_MS && added < t && !isReadable) plain.violations += 1;
    }
  }
}

async function plainCounters(redis: Redis, t: number, plain: Plain): Promise<void> {
  const count = async (key: string): Promise<number | undefined> => {
    const kind = await redis.type(key);
    const found = kind === "string" ? ((await redis.get(key)) ?? "0") : "0";
    const isCount = (kind === "string" || kind === "none") && TEXTS.get(found) === true;
    if (!isCount) plain.violations += 1;
    return isCount ? Number(found) : undefined;
  };
  const bucket = t / SLOT_MS;
  const [current, last] = [await count(globalCounter(bucket)), await count(globalCounter(bucket - 1))];
  const symbols: number[] = [];
  for (const key of symbolCounters(bucket - 1)) symbols.push((await count(key)) ?? -1);
  if (current !== undefined) plain.values["quantum_safety_rate_global_current_window"] = current;
  if (last !== undefined) plain.values["quantum_safety_rate_global_last_window"] = last;
  if (last !== undefined) plain.values["quantum_safety_rate_global_utilization"] = last * 5;
  if (Math.max(...symbols) >= 0) plain.values["quantum_safety_rate_symbol_utilization_max"] = Math.max(...symbols) * 20;
}

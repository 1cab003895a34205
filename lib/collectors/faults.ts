import { Collection, type Collector } from "../collector";
import { metric } from "../metric";
import { broken, known, type Reading, ifKnown, unknown } from "../reading";
import { guarded } from "../redis/guarded";
import type { Entry, StreamInfo } from "../redis/read-only";
import type { RedisSource } from "../redis/source";
import { idMs, numberField, windowIds } from "../redis/stream-id";

export const faultStreamLength = metric({
  name: "quantum_safety_fault_stream_length",
  unit: "Count",
  tier: "boarded",
  help: "entries in the fault stream, which keeps the last 1000",
});

export const faultsLast1h = metric({
  name: "quantum_safety_faults_last_1h",
  unit: "Count",
  tier: "alarmed",
  help: "circuit-breaker trips in the hour before the slot",
});

export const faultsLast30m = metric({
  name: "quantum_safety_faults_last_30m",
  unit: "Count",
  tier: "alarmed",
  help: "circuit-breaker trips in the 30 minutes before the slot",
});

export const faultsLast5m = metric({
  name: "quantum_safety_faults_last_5m",
  unit: "Count",
  tier: "alarmed",
  help: "circuit-breaker trips in the 5 minutes before the slot",
});

export const lastFaultTimestamp = metric({
  name: "quantum_safety_last_fault_timestamp",
  unit: "Seconds",
  tier: "boarded",
  help: "epoch seconds of the newest fault; 0 if the stream holds none",
});

const HOUR_MS = 3_600_000;
const WINDOWS = [
  { metric: faultsLast1h, ms: HOUR_MS },
  { metric: faultsLast30m, ms: HOUR_MS / 2 },
  { metric: faultsLast5m, ms: HOUR_MS / 12 },
];
/** How far a fault's own timestamp may lie ahead of the moment it was added before it cannot be epoch seconds. */
const MOST_AHEAD_MS = 60_000;
/** September 2001: less is minutes, an offset or a mistake, and would hide the fault from every window. */
const LEAST_EPOCH_SEC = 1_000_000_000;
/** Fields that answer an on-call engineer's first question, in the order they are shown. */
const DETAILS = [
  "reason",
  "symbol",
  "side",
  "correlation_id",
  "trace_id",
  "global_count",
  "symbol_count",
  "global_max",
  "symbol_max",
  "window_sec",
  "cooldown_sec",
] as const;
const MOST_DETAIL_CHARACTERS = 256;

export const faultsCollector: Collector<RedisSource> = {
  name: "faults",
  metrics: [faultStreamLength, faultsLast1h, faultsLast30m, faultsLast5m, lastFaultTimestamp],
  async collect(source, at) {
    const { keys, faultLookbackMax } = source;
    const t = at.getTime();
    const hour = windowIds(t, HOUR_MS);
    const collection = new Collection(at);
    const redis = guarded(source.redis, (refusal) => collection.failed(refusal));
    const [stream, newest] = await Promise.all([
      redis.stream(keys.faults),
      redis.newest(keys.faults, hour.to, hour.from, faultLookbackMax),
    ]);

    collection.put(
      faultStreamLength,
      ifKnown(stream, (info) => known(info?.length ?? 0)),
    );
    const times = ifKnown(newest, (entries) => known(entries.map((entry) => faultTime(keys.faults, entry))));
    if ("known" in times) {
      for (const time of times.known) if ("broken" in time.own) collection.violation(time.own.broken);
    }
    for (const window of WINDOWS) {
      collection.put(
        window.metric,
        ifKnown(times, (all) => known(all.filter(({ added, ms }) => Math.min(added, ms) >= t - window.ms).length)),
      );
    }
    const last = ifKnown(newest, (entries) => (entries[0] ? known(entries[0]) : ifKnown(stream, beforeHour(t))));
    collection.put(
      lastFaultTimestamp,
      ifKnown(last, (entry) => known(entry === undefined ? 0 : faultTime(keys.faults, entry).ms / 1000)),
    );
    if ("known" in last && last.known !== undefined) collection.property("last_fault", details(last.known));
    const cut = ifKnown(stream, (info) => ifKnown(newest, (entries) => truncation(info, entries, t, faultLookbackMax)));
    if ("known" in cut) collection.property("faults_truncated", cut.known);
    return collection.done();
  },
};

/** The last fault where the hour has none; one that came after the slot hides those before it. */
const beforeHour =
  (t: number) =>
  (info: StreamInfo | null): Reading<Entry | undefined> =>
    info?.last !== undefined && idMs(info.last.id) >= t ? unknown("a fault came after the slot") : known(info?.last);

interface FaultTime {
  /** Epoch milliseconds by the entry's ID. */
  readonly added: number;
  /** Epoch milliseconds by the entry's own timestamp where it has a usable one, else by its ID. */
  readonly ms: number;
  readonly own: Reading<number>;
}

function faultTime(key: string, entry: Entry): FaultTime {
  const added = idMs(entry.id);
  const own = ifKnown(numberField(key, entry, "timestamp"), (seconds) =>
    seconds < LEAST_EPOCH_SEC || seconds * 1000 > added + MOST_AHEAD_MS
      ? broken(key, `timestamp ${seconds} of entry ${entry.id} cannot be epoch seconds`)
      : known(seconds * 1000),
  );
  return { added, ms: "known" in own ? own.known : added, own };
}

/** Why the hour's count may be too low, where it may; unknown where it is whole. */
function truncation(info: StreamInfo | null, entries: Entry[], t: number, most: number): Reading<string> {
  if (entries.length >= most) return known(`only the newest ${most} entries of the hour were read`);
  const trimmed = info?.entriesAdded !== undefined && info.entriesAdded > info.length;
  return trimmed && idMs(info.first?.id ?? info.lastGeneratedId) > t - HOUR_MS
    ? known("the stream was trimmed within the hour")
    : unknown("the hour is whole");
}

function details(entry: Entry): Record<string, string> {
  const shown = DETAILS.flatMap((field) => {
    const text = entry.fields.get(field);
    return text === undefined ? [] : [[field, text.slice(0, MOST_DETAIL_CHARACTERS)] as const];
  });
  return { id: entry.id, ...Object.fromEntries(shown) };
}

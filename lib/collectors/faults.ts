import { Collection, type Collector } from "../collector";
import { dated, isLater, ownTime } from "../faults/dated";
import {
  afterListing,
  type DatedFault,
  detailsText,
  dueFaults,
  type KeptFault,
  recordProperties,
} from "../faults/record";
import { metric } from "../metric";
import { known, type Reading, ifKnown, unknown } from "../reading";
import { guarded } from "../redis/guarded";
import type { Entry, StreamInfo } from "../redis/read-only";
import type { RedisSource } from "../redis/source";
import { idMs, idTime, isTime, NEVER_WRITTEN } from "../redis/stream-id";
import { readTail, type StreamTail } from "../redis/stream-tail";

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
  help: "circuit-breaker trips in the hour before the slot; absent while one of them cannot be dated",
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
  help: "epoch seconds of the newest fault; 0 if the stream holds none, absent if neither its ID nor its timestamp can be a time",
});

const HOUR_MS = 3_600_000;
const WINDOWS = [
  { metric: faultsLast1h, ms: HOUR_MS },
  { metric: faultsLast30m, ms: HOUR_MS / 2 },
  { metric: faultsLast5m, ms: HOUR_MS / 12 },
];

type Memory = StreamTail<KeptFault>;

export const faultsCollector: Collector<RedisSource, Memory> = {
  name: "faults",
  metrics: [faultStreamLength, faultsLast1h, faultsLast30m, faultsLast5m, lastFaultTimestamp],
  async collect(source, at, memory) {
    const { keys, faultLookbackMax: max } = source;
    const key = keys.faults;
    const t = at.getTime();
    const collection = new Collection(at);
    const redis = guarded(source.redis, (refusal) => collection.failed(refusal));
    const keep = (entry: Entry): KeptFault => keptOf(key, entry);
    const { stream, tail } = await readTail(redis, { key, from: t - HOUR_MS, max, keep }, memory);
    const faults = ifKnown(tail, ({ entries }) => known(entries.map((entry) => datedFault(key, entry, t))));

    collection.put(
      faultStreamLength,
      ifKnown(stream, (info) => known(info?.length ?? 0)),
    );
    for (const window of WINDOWS) {
      collection.put(
        window.metric,
        ifKnown(faults, (all) => countFrom(all, t - window.ms, t)),
      );
    }
    const last = lastFault(key, faults, stream, t);
    collection.put(
      lastFaultTimestamp,
      ifKnown(last, (fault) => (fault ? ifKnown(fault.when.shown, (ms) => known(ms / 1000)) : known(0))),
    );
    if ("known" in last && last.known) collection.property("last_fault", detailsOf(last.known));
    const cut = ifKnown(tail, (read) => truncation(key, read, t));
    if ("known" in cut) collection.property("faults_truncated", cut.known);
    tellViolations(collection, key, faults, stream);
    if (!("known" in tail) || !("known" in faults)) return collection.done();

    const record = recordProperties(dueFaults(faults.known, memory, t));
    for (const [name, value] of Object.entries(record)) collection.property(name, value);
    return collection.done(afterListing(tail.known, faults.known, t));
  },
};

const keptOf = (key: string, entry: Entry): KeptFault => ({
  own: ownTime(key, entry),
  text: detailsText(entry),
  isListed: false,
});

function datedFault(key: string, entry: DatedFault["entry"], t: number): DatedFault {
  const { id, ms, kept } = entry;
  return { entry, when: kept.when ?? dated(key, { id, ms, own: kept.own }, t) };
}

/** Faults in `[from, t)`; unknown where one of them cannot be dated. */
function countFrom(faults: readonly DatedFault[], from: number, t: number): Reading<number> {
  let count = 0;
  for (const { when } of faults) {
    if (!("known" in when.counted)) return when.counted;
    if (when.counted.known >= from && when.counted.known < t) count += 1;
  }
  return known(count);
}

/** The newest fault before the slot, also where it is older than the hour; undefined where the stream holds none. */
function lastFault(
  key: string,
  faults: Reading<readonly DatedFault[]>,
  stream: Reading<StreamInfo | null>,
  t: number,
): Reading<DatedFault | undefined> {
  return ifKnown(faults, (all) => {
    const newest = all.findLast(({ when }) => !isLater(when, t));
    if (newest !== undefined) return known(newest);
    return ifKnown(stream, (info) => {
      if (info?.last === undefined) return known(undefined);
      const { last } = info;
      const fault = datedFault(key, { id: last.id, ms: idMs(last.id), size: 0, kept: keptOf(key, last) }, t);
      return isLater(fault.when, t) ? unknown("a fault came after the slot") : known(fault);
    });
  });
}

/** The details without the timestamp, which is a metric of its own. */
function detailsOf({ entry }: DatedFault): object {
  const { timestamp: _, ...details } = JSON.parse(entry.kept.text ?? "{}") as Record<string, string>;
  return details;
}

/** Why the hour's count may be too low, where it may; unknown where it is whole. */
function truncation(key: string, { info, entries, isCut }: Memory, t: number): Reading<string> {
  if (isCut) return known(`only the newest ${entries.length} entries of the hour were read`);
  const isTrimmed = info?.entriesAdded !== undefined && info.entriesAdded > info.length;
  if (!isTrimmed) return unknown("the hour is whole");
  const first = idTime(key, info.first?.id ?? info.lastGeneratedId, t);
  if (!("known" in first)) return known("the stream was trimmed; its IDs do not say whether within the hour");
  return first.known > t - HOUR_MS ? known("the stream was trimmed within the hour") : unknown("the hour is whole");
}

/** Timestamps of the hour that cannot be; of the IDs that cannot be, the newest speaks for all. */
function tellViolations(
  collection: Collection,
  key: string,
  faults: Reading<readonly DatedFault[]>,
  stream: Reading<StreamInfo | null>,
): void {
  const t = collection.at.getTime();
  const isOfHour = ({ when: { counted } }: DatedFault): boolean =>
    !("known" in counted) || (counted.known >= t - HOUR_MS && counted.known < t);
  const ofHour = "known" in faults ? faults.known.filter(isOfHour) : [];
  for (const { when } of ofHour) if (when.violation) collection.violation(when.violation);
  const info = "known" in stream ? stream.known : null;
  const last = info && info.lastGeneratedId !== NEVER_WRITTEN ? idTime(key, info.lastGeneratedId, t) : undefined;
  const wrong = ofHour.findLast(({ entry }) => !isTime(entry.ms, t));
  const id = last && "broken" in last ? last : wrong && idTime(key, wrong.entry.id, t);
  if (id && "broken" in id) collection.violation(id.broken);
}

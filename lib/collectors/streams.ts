import { Collection, type Collector } from "../collector";
import { metric } from "../metric";
import { ifKnown, known, quoted, type Reading, unknown } from "../reading";
import { lagAtMost, lagOf, lostOf } from "../redis/group-position";
import { guarded, type Readings } from "../redis/guarded";
import { contractStreams } from "../redis/keys";
import { type Leftover, type Pending, readPending } from "../redis/leftovers";
import type { GroupInfo, StreamInfo } from "../redis/read-only";
import type { RedisSource } from "../redis/source";
import { idTime, lastAge } from "../redis/stream-id";

const perStream = { labels: ["Stream"], tier: "boarded" } as const;
const perGroup = { labels: ["Stream", "Group"], tier: "alarmed" } as const;

export const streamLength = metric({
  ...perStream,
  name: "quantum_stream_length",
  unit: "Count",
  help: "entries in the stream",
});

export const streamAge = metric({
  ...perStream,
  name: "quantum_stream_last_age_seconds",
  unit: "Seconds",
  help: "time since the last entry was added; absent if none ever was",
});

export const streamGroups = metric({
  ...perStream,
  name: "quantum_stream_groups",
  unit: "Count",
  help: "consumer groups",
});

export const streamMissing = metric({
  ...perStream,
  tier: "alarmed",
  name: "quantum_stream_missing",
  unit: "None",
  help: "1 while a stream that has to be there is not; of declared streams only",
});

export const groupMissing = metric({
  ...perGroup,
  name: "quantum_stream_group_missing",
  unit: "None",
  help: "1 while a group that has to be there is not; of declared groups only, absent while their stream is missing",
});

export const groupLag = metric({
  ...perGroup,
  name: "quantum_stream_group_lag",
  unit: "Count",
  help: "entries that wait to be delivered; absent where Redis does not know",
});

export const groupPending = metric({
  ...perGroup,
  name: "quantum_stream_group_pending",
  unit: "Count",
  help: "entries delivered and not acknowledged",
});

export const groupOldestPending = metric({
  ...perGroup,
  name: "quantum_stream_group_oldest_pending_seconds",
  unit: "Seconds",
  help: "age of the oldest entry not acknowledged, since it was added to the stream; 0 without any",
});

export const groupStuck = metric({
  ...perGroup,
  name: "quantum_stream_group_stuck",
  unit: "Count",
  help: "entries left unacknowledged by consumers that have asked for nothing in 60 s, while the group keeps up; 0 while it does not",
});

export const groupConsumers = metric({
  ...perGroup,
  tier: "boarded",
  name: "quantum_stream_group_consumers",
  unit: "Count",
  help: "consumers that the group knows, alive or not",
});

export const groupLost = metric({
  ...perGroup,
  name: "quantum_stream_group_lost",
  unit: "None",
  help: "1 while entries that the group has not read are trimmed away; absent where it cannot be told",
});

/** Every metric of a stream and of a group is billed by itself. */
const MOST_STREAMS = 20;
const MOST_GROUPS = 20;
/** Our own, far below CloudWatch's 1,024 characters: both names stand in every line of the log. */
const MOST_NAME_CHARACTERS = 255;
/** Consumers that died are named in the log line, as many as this, each by so many characters. */
const MOST_LEFTOVERS = 20;
const MOST_CONSUMER_CHARACTERS = 64;

export const streamsCollector: Collector<RedisSource> = {
  name: "streams",
  metrics: [
    streamLength,
    streamAge,
    streamGroups,
    streamMissing,
    groupMissing,
    groupLag,
    groupPending,
    groupOldestPending,
    groupStuck,
    groupConsumers,
    groupLost,
  ],
  async collect(source, at) {
    const { keys, streams, groups } = source;
    const collection = new Collection(at);
    const redis = guarded(source.redis, (refusal) => collection.failed(refusal));
    const declared = new Map([...streams.map((key) => [key, []] as const), ...Object.entries(groups)]);
    const all = [...new Set([...contractStreams(keys), ...declared.keys()])];
    const fit = all.filter((key) => isLabel(collection, key, "the stream's name", key));
    if (fit.length > MOST_STREAMS) collection.property("streams_left_out", fit.slice(MOST_STREAMS));
    const watched = fit.slice(0, MOST_STREAMS);
    const read = await Promise.all(watched.map((key) => readStream(redis, collection, key, declared.get(key))));

    const atMost = read.filter((one) => Object.keys(one.lagAtMost).length > 0);
    if (atMost.length > 0) {
      collection.property("stream_lag_at_most", Object.fromEntries(atMost.map((one) => [one.key, one.lagAtMost])));
    }
    const cut = read.filter((one) => one.leftOut > 0);
    if (cut.length > 0) {
      collection.property("stream_groups_left_out", Object.fromEntries(cut.map((one) => [one.key, one.leftOut])));
    }
    nameLeftovers(
      collection,
      read.flatMap(({ leftovers }) => leftovers),
    );
    return collection.done();
  },
};

/** Who left entries behind: for a table, and for whoever has to claim them. */
function nameLeftovers(collection: Collection, all: readonly GroupLeftover[]): void {
  if (all.length === 0) return;
  // An ID that was not asked for is undefined, and so left out of the line.
  const named = all.slice(0, MOST_LEFTOVERS).map(({ stream, group, consumer, entries, idleSeconds, oldestId }) => ({
    stream,
    group,
    consumer: consumer.slice(0, MOST_CONSUMER_CHARACTERS),
    entries,
    idle_seconds: idleSeconds,
    oldest_id: oldestId,
  }));
  collection.property("stuck_consumers", named);
  if (all.length > named.length) collection.property("stuck_consumers_left_out", all.length - named.length);
}

/** CloudWatch drops a whole line for one dimension value that it does not take. */
function isLabel(collection: Collection, name: string, what: string, key: string): boolean {
  const fits = /^[ -~]+$/.test(name) && name.trim() !== "" && name.length <= MOST_NAME_CHARACTERS;
  if (!fits) collection.violation({ key, what: `${what} ${quoted(name)} cannot be a dimension's value` });
  return fits;
}

interface GroupLeftover extends Leftover {
  readonly stream: string;
  readonly group: string;
}

interface StreamRead {
  readonly key: string;
  /** By group, where Redis does not know the lag itself. */
  readonly lagAtMost: Readonly<Record<string, number>>;
  /** Groups beyond those that get dimensions. */
  readonly leftOut: number;
  readonly leftovers: readonly GroupLeftover[];
}

/** Reads a stream and its groups; `declared` are those that have to be there, undefined where the stream need not be. */
async function readStream(
  redis: Readings,
  collection: Collection,
  key: string,
  declared: readonly string[] | undefined,
): Promise<StreamRead> {
  // The stream first: what is added between the two makes a group look further ahead, never behind.
  const [stream, groups] = await Promise.all([redis.stream(key), redis.groups(key)]);
  putStream(collection, key, stream, declared !== undefined);
  if (declared !== undefined) putMissing(collection, key, { stream, groups, declared });
  const found = "known" in groups ? groups.known.filter(({ name }) => isLabel(collection, name, "the group", key)) : [];
  // Those that have an alarm are never the ones left out.
  const isDeclared = ({ name }: GroupInfo): boolean => declared?.includes(name) === true;
  const shown = [...found.filter(isDeclared), ...found.filter((one) => !isDeclared(one))].slice(0, MOST_GROUPS);
  const pending = await Promise.all(
    shown.map((group) => readPending(redis, key, group, stream, collection.at.getTime())),
  );
  for (const [place, group] of shown.entries()) {
    const held = pending[place];
    if (held) putGroup(collection, key, group, stream, held);
  }
  const info = "known" in stream ? stream.known : null;
  const uncounted = info === null ? [] : shown.filter(({ lag }) => lag === undefined);
  return {
    key,
    lagAtMost: info === null ? {} : Object.fromEntries(uncounted.map((group) => [group.name, lagAtMost(group, info)])),
    leftOut: found.length - shown.length,
    leftovers: pending.flatMap(({ leftovers }, place) => {
      const group = shown[place]?.name ?? "";
      return leftovers.map((one) => ({ ...one, stream: key, group }));
    }),
  };
}

function putStream(collection: Collection, key: string, stream: Reading<StreamInfo | null>, isDeclared: boolean): void {
  const labels = { Stream: key };
  collection.put(
    streamLength,
    mapped(stream, (info) => info?.length ?? 0),
    { labels },
  );
  collection.put(
    streamAge,
    ifKnown(stream, (info) => lastAge(key, info, collection.at.getTime())),
    { labels },
  );
  collection.put(
    streamGroups,
    mapped(stream, (info) => info?.groups ?? 0),
    { labels },
  );
  if (isDeclared) {
    collection.put(
      streamMissing,
      mapped(stream, (info) => (info === null ? 1 : 0)),
      { labels },
    );
  }
}

interface Found {
  readonly stream: Reading<StreamInfo | null>;
  readonly groups: Reading<readonly GroupInfo[]>;
  readonly declared: readonly string[];
}

/** A group is missing from a stream that is there; of one whose stream is missing nothing is said. */
function putMissing(collection: Collection, key: string, { stream, groups, declared }: Found): void {
  const isThere = "known" in stream && stream.known !== null;
  for (const name of [...new Set(declared)].filter((one) => isLabel(collection, one, "the group", key))) {
    const has = (all: readonly GroupInfo[]): boolean => all.some((group) => group.name === name);
    collection.put(
      groupMissing,
      isThere ? mapped(groups, (all) => (has(all) ? 0 : 1)) : unknown("the stream is gone"),
      {
        labels: { Stream: key, Group: name },
      },
    );
  }
}

function putGroup(
  collection: Collection,
  key: string,
  group: GroupInfo,
  stream: Reading<StreamInfo | null>,
  { oldest, stuck }: Pending,
): void {
  const labels = { Stream: key, Group: group.name };
  const t = collection.at.getTime();
  const of = (step: (info: StreamInfo) => Reading<number>): Reading<number> =>
    ifKnown(stream, (info) => (info === null ? unknown("the stream is gone") : step(info)));
  collection.put(
    groupLag,
    of((info) => lagOf(group, info)),
    { labels },
  );
  collection.put(groupPending, known(group.pending), { labels });
  // By its ID, not by its idle time: a redelivery starts the idle time anew, and the entry has waited all the same.
  collection.put(
    groupOldestPending,
    ifKnown(oldest, (entry) => (entry === null ? known(0) : ageOf(key, entry.id, t))),
    { labels },
  );
  collection.put(groupStuck, stuck, { labels });
  collection.put(groupConsumers, known(group.consumers), { labels });
  collection.put(
    groupLost,
    of((info) => lostOf(group, info)),
    { labels },
  );
}

/** Seconds from an ID to the slot `t` (milliseconds), never below 0. */
const ageOf = (key: string, id: string, t: number): Reading<number> =>
  ifKnown(idTime(key, id, t), (ms) => known(Math.max(0, t - ms) / 1000));

const mapped = <T>(reading: Reading<T>, step: (value: T) => number): Reading<number> =>
  ifKnown(reading, (value) => known(step(value)));

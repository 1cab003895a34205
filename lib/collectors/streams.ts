import { Collection, type Collector } from "../collector";
import { metric } from "../metric";
import { ifKnown, known, quoted, type Reading, unknown } from "../reading";
import { lagAtMost, lagOf, lostOf } from "../redis/group-position";
import { guarded, type Readings } from "../redis/guarded";
import type { GroupInfo, StreamInfo } from "../redis/read-only";
import type { RedisSource } from "../redis/source";
import { idMs, lastAge } from "../redis/stream-id";

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

export const streamsCollector: Collector<RedisSource> = {
  name: "streams",
  metrics: [
    streamLength,
    streamAge,
    streamGroups,
    groupLag,
    groupPending,
    groupOldestPending,
    groupConsumers,
    groupLost,
  ],
  async collect(source, at) {
    const { keys, streams } = source;
    const collection = new Collection(at);
    const redis = guarded(source.redis, (refusal) => collection.failed(refusal));
    const all = [...new Set([keys.intents, keys.faults, ...streams])];
    const fit = all.filter((key) => isLabel(collection, key, "the stream's name", key));
    if (fit.length > MOST_STREAMS) collection.property("streams_left_out", fit.slice(MOST_STREAMS));
    const read = await Promise.all(fit.slice(0, MOST_STREAMS).map((key) => readStream(redis, collection, key)));

    const atMost = read.filter((one) => Object.keys(one.lagAtMost).length > 0);
    if (atMost.length > 0) {
      collection.property("stream_lag_at_most", Object.fromEntries(atMost.map((one) => [one.key, one.lagAtMost])));
    }
    const cut = read.filter((one) => one.leftOut > 0);
    if (cut.length > 0) {
      collection.property("stream_groups_left_out", Object.fromEntries(cut.map((one) => [one.key, one.leftOut])));
    }
    return collection.done();
  },
};

/** CloudWatch drops a whole line for one dimension value that it does not take. */
function isLabel(collection: Collection, name: string, what: string, key: string): boolean {
  const fits = /^[ -~]+$/.test(name) && name.trim() !== "" && name.length <= MOST_NAME_CHARACTERS;
  if (!fits) collection.violation({ key, what: `${what} ${quoted(name)} cannot be a dimension's value` });
  return fits;
}

interface StreamRead {
  readonly key: string;
  /** By group, where Redis does not know the lag itself. */
  readonly lagAtMost: Readonly<Record<string, number>>;
  /** Groups beyond those that get dimensions. */
  readonly leftOut: number;
}

async function readStream(redis: Readings, collection: Collection, key: string): Promise<StreamRead> {
  const labels = { Stream: key };
  // The stream first: what is added between the two makes a group look further ahead, never behind.
  const [stream, groups] = await Promise.all([redis.stream(key), redis.groups(key)]);
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
  const found = "known" in groups ? groups.known.filter(({ name }) => isLabel(collection, name, "the group", key)) : [];
  const shown = found.slice(0, MOST_GROUPS);
  const oldest = await Promise.all(
    shown.map(async ({ name, pending }) => (pending > 0 ? redis.oldestPending(key, name) : known(null))),
  );
  for (const [place, group] of shown.entries()) {
    putGroup(collection, key, group, stream, oldest[place] ?? unknown("not asked"));
  }
  const info = "known" in stream ? stream.known : null;
  const uncounted = info === null ? [] : shown.filter(({ lag }) => lag === undefined);
  return {
    key,
    lagAtMost: info === null ? {} : Object.fromEntries(uncounted.map((group) => [group.name, lagAtMost(group, info)])),
    leftOut: found.length - shown.length,
  };
}

function putGroup(
  collection: Collection,
  key: string,
  group: GroupInfo,
  stream: Reading<StreamInfo | null>,
  oldest: Reading<string | null>,
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
    mapped(oldest, (id) => (id === null ? 0 : Math.max(0, t - idMs(id)) / 1000)),
    { labels },
  );
  collection.put(groupConsumers, known(group.consumers), { labels });
  collection.put(
    groupLost,
    of((info) => lostOf(group, info)),
    { labels },
  );
}

const mapped = <T>(reading: Reading<T>, step: (value: T) => number): Reading<number> =>
  ifKnown(reading, (value) => known(step(value)));

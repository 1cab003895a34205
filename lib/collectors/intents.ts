import { Collection, type Collector } from "../collector";
import { metric } from "../metric";
import { ifKnown, known, type Reading, unknown } from "../reading";
import { type CountedEntries, CountedWindow, countBetween, type UnreadEntry } from "../redis/counted-window";
import { guarded } from "../redis/guarded";
import { opens } from "../redis/intent-fields";
import { symbolOf } from "../redis/intent-symbol";
import type { Entry, Page, StreamInfo } from "../redis/read-only";
import type { RedisSource } from "../redis/source";
import {
  excess,
  NO_HISTORY,
  rateFromReadings,
  rateFromSpan,
  remember,
  type StreamHistory,
} from "../redis/stream-history";
import { idMs, idTime, lastAge, NEVER_WRITTEN } from "../redis/stream-id";

export const intentStreamLength = metric({
  name: "quantum_trade_intent_stream_length",
  unit: "Count",
  tier: "boarded",
  help: "entries in the trade-intent stream, which keeps about the last 10000",
});

export const intentRate = metric({
  name: "quantum_trade_intent_rate_per_min",
  unit: "Count",
  tier: "alarmed",
  help: "intents published in the 60 s before the slot; absent while it cannot be known",
});

export const openingRate = metric({
  name: "quantum_trade_intent_opening_rate_per_min",
  unit: "Count",
  tier: "alarmed",
  help: "intents that open, not reduceOnly and with BUY or SELL, published in the 60 s before the slot; at least so many where some cannot be read, absent where none of the others opens, and unless every intent of that minute was counted",
});

export const intentStreamMissing = metric({
  name: "quantum_trade_intent_stream_missing",
  unit: "None",
  tier: "alarmed",
  help: "1 while Redis answers and the trade-intent stream does not exist or was never written; else 0",
});

export const intentAge = metric({
  name: "quantum_trade_intent_last_age_seconds",
  unit: "Seconds",
  tier: "alarmed",
  help: "time since the last intent was published; absent if none ever was",
});

interface Memory {
  readonly history: StreamHistory;
  readonly counted: CountedEntries | undefined;
  /** Whether the stream held less than the window at the last slot: then pages are not worth asking for. */
  readonly outrun: boolean;
}

const WINDOW_MS = 60_000;

export const intentsCollector: Collector<RedisSource, Memory> = {
  name: "intents",
  metrics: [intentStreamLength, intentStreamMissing, intentRate, openingRate, intentAge],
  async collect(source, at, memory = { history: NO_HISTORY, counted: undefined, outrun: false }) {
    const { keys, now } = source;
    const t = at.getTime();
    const collection = new Collection(at);
    const redis = guarded(source.redis, (refusal) => collection.failed(refusal));
    const window = new CountedWindow(redis, keys.intents, t, WINDOW_MS, memory.counted, (entry) =>
      openingOf(keys.intents, entry),
    );
    const [stream, page] = await Promise.all([
      redis.stream(keys.intents),
      memory.outrun ? unknown("the stream holds less than a minute") : window.firstPage(),
    ]);
    collection.put(
      intentStreamLength,
      ifKnown(stream, (info) => known(info?.length ?? 0)),
    );
    collection.put(
      intentStreamMissing,
      ifKnown(stream, (info) => known(wasWritten(info) ? 0 : 1)),
    );
    collection.put(
      intentAge,
      ifKnown(stream, (info) => lastAge(keys.intents, info, t)),
    );
    if (!("known" in stream)) {
      collection.put(intentRate, stream);
      collection.put(openingRate, stream);
      return collection.done();
    }

    const history = remember(memory.history, stream.known, now());
    const rate = await publishRate(stream.known, history, window, page, t);
    collection.put(intentRate, rate.perMinute);
    collection.put(openingRate, rate.opening ?? notExact(rate.perMinute));
    if (rate.estimated) collection.property("estimated", true);
    const unread = rate.unread ?? [];
    if (unread.length > 0) collection.property("intents_unread", unread.length);
    for (const { violation } of unread) if (violation) collection.violation(violation);
    const outrun = stream.known !== null && !holdsWindow(stream.known, t);
    return collection.done({ history, counted: rate.counted, outrun });
  },
};

interface Rate {
  readonly perMinute: Reading<number>;
  /** Of the intents that open; there only where every intent of the minute was counted. */
  readonly opening?: Reading<number>;
  /** Intents of the minute of which nobody can tell whether they open. */
  readonly unread?: readonly UnreadEntry[];
  readonly estimated?: true;
  readonly counted?: CountedEntries;
}

/** Exact where the stream still holds the whole minute, else estimated, else unknown: never 0 for want of data. */
async function publishRate(
  info: StreamInfo | null,
  history: StreamHistory,
  window: CountedWindow,
  page: Reading<Page>,
  t: number,
): Promise<Rate> {
  if (info === null) return { perMinute: unknown("the stream does not exist") };
  if (!wasWritten(info)) return { perMinute: unknown("the stream was never written") };
  // Entries that come after an ID ahead of the clock are ahead as well: the minute before the slot would look empty.
  const newest = idTime(window.key, info.lastGeneratedId, t);
  if (!("known" in newest)) return { perMinute: newest };
  if (history.resetAt !== undefined && history.resetAt > t - WINDOW_MS) {
    return { perMinute: unknown("the stream was deleted or re-created within the minute") };
  }
  if (holdsWindow(info, t)) {
    const first = "known" in page ? page : await window.firstPage();
    const counted = "known" in first ? await window.count(first.known) : first;
    if (!("known" in counted)) return { perMinute: counted };
    const { times, markedTimes, isComplete } = counted.known;
    if (isComplete) {
      const inMinute = (all: readonly number[]): number => countBetween(all, t - WINDOW_MS, t);
      const unread = counted.known.unread.filter(({ ms }) => inMinute([ms]) > 0);
      return {
        perMinute: known(inMinute(times)),
        opening: atLeast(inMinute(markedTimes), unread.length),
        unread,
        counted: counted.known,
      };
    }
    const perMinute = unknown("the minute is still being counted");
    return { perMinute, ...estimate(history, undefined), counted: counted.known };
  }
  // Nothing was trimmed, yet the stream does not reach back a minute: it is young, and what came before is not known.
  if (excess(info) === 0) return { perMinute: unknown("the stream is younger than a minute") };
  return (
    estimate(history, rateFromSpan(info, t)) ?? { perMinute: unknown("the stream holds too little of the minute") }
  );
}

/** Whether an intent opens. One without a readable symbol is named by the rate windows, and no violation again here. */
function openingOf(key: string, entry: Entry): Reading<boolean> {
  const opening = opens(key, entry);
  return "broken" in opening && "broken" in symbolOf(key, entry) ? unknown(opening.broken.what) : opening;
}

/** What cannot be read may open as well: none is known only where all were read. */
const atLeast = (opening: number, unread: number): Reading<number> =>
  opening > 0 || unread === 0 ? known(opening) : unknown(`${unread} intents of the minute cannot be read`);

const wasWritten = (info: StreamInfo | null): boolean => info !== null && info.lastGeneratedId !== NEVER_WRITTEN;

/** Of an estimate nobody knows which of its intents open. */
const notExact = (rate: Reading<number>): Reading<never> =>
  "known" in rate ? unknown("the rate is an estimate, and what was not read may open or close") : rate;

/** True when everything added in the minute before `t` is still in the stream. */
function holdsWindow(info: StreamInfo, t: number): boolean {
  const from = t - WINDOW_MS;
  return idMs(info.lastGeneratedId) < from || (info.first !== undefined && idMs(info.first.id) < from);
}

/** From own readings, else from what the stream itself spans, where that is a minute of it. */
function estimate(history: StreamHistory, fromSpan: number | undefined): Rate | undefined {
  const perMinute = rateFromReadings(history) ?? fromSpan;
  return perMinute === undefined ? undefined : { perMinute: known(perMinute), estimated: true };
}

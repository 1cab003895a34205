import { setMaxListeners } from "node:events";

import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { PublishError } from "../errors";
import { type Level, type Log, makeLog } from "../log";
import { NAMESPACE, type Sample, type Tier } from "../metric";
import { emfPublisher } from "./emf";
import { chunked, dimensionsOf, fitting } from "./fits";
import { MAX_CALL_BYTES, MAX_DATA_PER_CALL, MAX_UNIQUE_VALUES } from "./limits";
import type { Publisher } from "./publisher";
import { byTier } from "./tier";

/** Where samples go and how long that may take. */
export interface CloudwatchOptions {
  readonly environment: string;
  readonly tier: Tier;
  /** Without one, a log is made for `version` and `logLevel`. */
  readonly log?: Log;
  readonly version?: string;
  readonly logLevel?: Level;
  /** Without one, a client is made for `region` and `endpoint` (both from the surroundings unless given). */
  readonly client?: CloudWatchClient;
  readonly region?: string;
  readonly endpoint?: string;
  /** Takes what the API did not acknowledge, what only the log carries, and the properties; by default EMF on stdout. */
  readonly fallback?: Publisher;
  /** Milliseconds for all calls of one slot together. */
  readonly timeLimitMs?: number;
  /** Milliseconds; decides which timestamps CloudWatch would still take. */
  readonly now?: () => number;
}

/** One datum on its way, the (part of a) sample it was made from, and an upper bound of its bytes in a body. */
interface Parcel {
  readonly sample: Sample;
  readonly datum: MetricDatum;
  readonly bytes: number;
}

/** Well within the 5 s that one sample may take. */
const TIME_LIMIT_MS = 3000;

/** A third attempt would hardly end within the time limit, and EMF is there. */
const MAX_ATTEMPTS = 2;

/** Below this a body is smaller than the work of compressing it; the SDK's own default is 10 kB. */
const MIN_COMPRESSION_BYTES = 1024;

/** A number in CBOR, which versions of the SDK other than ours write in place of JSON. */
const CBOR_NUMBER_BYTES = 9;

/** What stands around the data of one body. */
const ENVELOPE_BYTES = Buffer.byteLength(JSON.stringify({ Namespace: NAMESPACE, MetricData: [] }));

/**
 * Publishes by PutMetricData, acknowledged. Samples of calls that were not acknowledged go to the fallback, and no
 * others: publishing fails only when the fallback does, and nothing that was acknowledged is sent twice.
 */
export function cloudwatchPublisher(options: CloudwatchOptions): Publisher {
  const { environment, tier, version = "unknown", logLevel = "INFO", timeLimitMs = TIME_LIMIT_MS } = options;
  const { now = Date.now, log = makeLog({ environment, version, threshold: logLevel }) } = options;
  const client = options.client ?? makeClient(options);
  const fallback = options.fallback ?? emfPublisher({ environment, tier, version, now });
  return {
    async publish(samples, properties, at) {
      const { published, logged } = byTier(samples, tier);
      const { fit, unfit } = fitting(published, environment, now());
      const calls = callsOf(fit.flatMap((sample) => parcelsOf(sample, environment)));
      const { failed, error } = await sendAll(client, calls, timeLimitMs);
      const unacknowledged = failed.flat().map(({ sample }) => sample);
      if (failed.length > 0) {
        const counts = { calls: calls.length, failed_calls: failed.length, samples: unacknowledged.length };
        log.warning("PutMetricData failed; the samples of the failed calls go out as EMF", { ...counts, error });
      }
      const values = valuesOf(
        fit.filter((sample) => !unacknowledged.includes(sample)),
        at,
      );
      const others = [...unacknowledged, ...logged, ...unfit.map(({ sample }) => sample)];
      await fallback.publish(others, { ...values, ...properties }, at);
    },
  };
}

/** What of a slot was acknowledged, for the log: what a page says, and what the boards' tables read, comes from there. */
function valuesOf(acknowledged: readonly Sample[], slot: Date): Readonly<Record<string, number>> {
  return Object.fromEntries(
    acknowledged.flatMap(({ metric, value, labels, at }) => {
      const isPlain = typeof value === "number" && Object.keys(labels).length === 0 && +at === +slot;
      return isPlain ? [[metric.name, value]] : [];
    }),
  );
}

function makeClient({ region, endpoint }: Pick<CloudwatchOptions, "region" | "endpoint">): CloudWatchClient {
  return new CloudWatchClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: MAX_ATTEMPTS,
    requestMinCompressionSizeBytes: MIN_COMPRESSION_BYTES,
  });
}

/** Sends all calls side by side; tells which were not acknowledged in time, and the first reason. */
async function sendAll(
  client: CloudWatchClient,
  calls: readonly Parcel[][],
  timeLimitMs: number,
): Promise<{ failed: Parcel[][]; error: unknown }> {
  const limit = new AbortController();
  // Every call listens; Node takes more than ten listeners for a leak and says so in the log.
  setMaxListeners(0, limit.signal);
  const tooLate = new Promise<never>((_, reject) => {
    limit.signal.addEventListener("abort", () => reject(limit.signal.reason));
  });
  const timer = setTimeout(() => limit.abort(new PublishError(`no answer within ${timeLimitMs} ms`)), timeLimitMs);
  const outcomes = await Promise.allSettled(
    calls.map((call) => {
      const command = new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData: call.map(({ datum }) => datum) });
      // The SDK looks at the signal only while a request is under way, not while it waits for credentials or a retry.
      return Promise.race([client.send(command, { abortSignal: limit.signal }), tooLate]);
    }),
  );
  clearTimeout(timer);
  const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  return { failed: calls.filter((_, i) => outcomes[i]?.status === "rejected"), error: reasons[0] };
}

/** The data of one sample: one, or one for each so many unique values. */
function parcelsOf(sample: Sample, environment: string): Parcel[] {
  return partsOf(sample).map((part) => {
    const { metric, value, at } = part;
    const numbers = typeof value === "number" ? 1 : value.values.length + value.counts.length;
    const datum: MetricDatum = {
      MetricName: metric.name,
      Dimensions: dimensionsOf(sample, environment).map(([Name, Value]) => ({ Name, Value })),
      Timestamp: at,
      Unit: metric.unit,
      StorageResolution: metric.resolution,
      ...(typeof value === "number" ? { Value: value } : { Values: [...value.values], Counts: [...value.counts] }),
    };
    // JSON with the comma after it; the SDK writes the time as a number, which is shorter than the text here.
    const bytes = Buffer.byteLength(JSON.stringify(datum)) + 1 + CBOR_NUMBER_BYTES * numbers;
    return { sample: part, datum, bytes };
  });
}

function partsOf(sample: Sample): Sample[] {
  const { value } = sample;
  if (typeof value === "number") return [sample];
  const occurring = value.values.flatMap((each, i) => {
    const count = value.counts[i] ?? 0;
    return count > 0 ? [{ each, count }] : [];
  });
  const { metric, labels, at } = sample;
  return chunked(occurring, MAX_UNIQUE_VALUES).map((part) => ({
    metric,
    labels,
    at,
    value: { values: part.map(({ each }) => each), counts: part.map(({ count }) => count) },
  }));
}

function callsOf(parcels: readonly Parcel[]): Parcel[][] {
  const calls: Parcel[][] = [];
  let bytes = Infinity;
  for (const parcel of parcels) {
    const last = calls.at(-1);
    if (last !== undefined && last.length < MAX_DATA_PER_CALL && bytes + parcel.bytes <= MAX_CALL_BYTES) {
      last.push(parcel);
      bytes += parcel.bytes;
    } else {
      calls.push([parcel]);
      bytes = ENVELOPE_BYTES + parcel.bytes;
    }
  }
  return calls;
}

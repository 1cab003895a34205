import { readConfig } from "../../lib/config";
import { collectHandler } from "../../lib/handler";
import { makeLog } from "../../lib/log";
import type { Sample } from "../../lib/metric";
import type { Publisher } from "../../lib/publish/publisher";
import { Sampler } from "../../lib/sampler";
import { SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";
import { SimulatedClock } from "../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const mockClock = new SimulatedClock();

jest.mock<object>("node:timers/promises", () => {
  const { setTimeout: really } = jest.requireActual<typeof import("node:timers/promises")>("node:timers/promises");
  return {
    setTimeout: (ms: number, value: unknown, options?: { signal?: AbortSignal }) =>
      mockClock.isRunning ? mockClock.sleep(ms, options?.signal) : really(ms, value, options),
  };
});

const MINUTE = Date.parse("2026-03-01T12:00:00Z");
const MINUTE_MS = 60_000;
const WINDOW_MS = 10_000;
/** Seconds that a counter outlives its last increment, by the kernel's EXPIRE. */
const COUNTER_LIVES_MS = 12_000;

const redis = withRedis();

const ATTEMPTS = [9, 0, 20, 4, 1, 18, 6];

/** Attempts in the window with this number; one in seven has none. */
const attemptsIn = (bucket: number): number => ATTEMPTS[bucket % ATTEMPTS.length] ?? 0;

/** When the attempts of a window were made: spread over it from its start. */
function attemptTimes(bucket: number): number[] {
  const count = attemptsIn(bucket);
  return Array.from({ length: count }, (_, index) => bucket * WINDOW_MS + Math.floor((index * WINDOW_MS) / count));
}

/** The counters as the kernel's INCR and EXPIRE have left them at a moment. */
async function countersAt(ms: number): Promise<void> {
  const now = Math.floor(ms / WINDOW_MS);
  for (let bucket = now - 3; bucket <= now; bucket++) {
    const made = attemptTimes(bucket).filter((time) => time <= ms);
    const isAlive = (made.at(-1) ?? Number.NEGATIVE_INFINITY) + COUNTER_LIVES_MS > ms;
    const key = `quantum:safety:rate:global:${bucket}`;
    await (isAlive ? redis.writer.set(key, made.length) : redis.writer.del(key));
  }
}

const quietLog = makeLog({ environment: "dev", version: "1", write: () => undefined });

/** One run in a sandbox of its own: what it published of a metric, with the time it published it under. */
async function run(scheduledAt: number, lateMs: number, metric: string): Promise<{ after: number; value: unknown }[]> {
  const published: Sample[] = [];
  const publisher: Publisher = { publish: async (samples) => void published.push(...samples) };
  mockClock.start(scheduledAt + lateMs);
  const sampler = new Sampler(readConfig({ REDIS_URL: redis.server.url }));
  const event = { scheduledAt: new Date(scheduledAt).toISOString() };
  try {
    await collectHandler(sampler, publisher, quietLog)(event, { getRemainingTimeInMillis: () => 100_000 });
  } finally {
    sampler.close();
    mockClock.stop();
  }
  return published
    .filter((sample) => sample.metric.name === metric)
    .map(({ at, value }) => ({ after: (at.getTime() - MINUTE) / 1000, value }));
}

const LAST = "quantum_safety_rate_global_last_window";
const windowsFrom = (first: number, last: number): { after: number; value: number }[] =>
  Array.from({ length: (last - first) / 10 + 1 }, (_, index) => {
    const after = first + index * 10;
    return { after, value: attemptsIn((MINUTE + after * 1000) / WINDOW_MS) };
  });

describe("a minute of rate windows", () => {
  it("is published window by window, each once, under its own start and with its full count", async () => {
    mockClock.onWake = countersAt;

    const windows = await run(MINUTE, 300, LAST);

    expect(windows).toEqual(windowsFrom(0, 60));
    expect(windows.map(({ value }) => value)).toContain(0);
  });

  it("is the same from the run before, of which the marks overlap", async () => {
    mockClock.onWake = countersAt;

    const before = await run(MINUTE - MINUTE_MS, 300, LAST);
    const after = await run(MINUTE, 9000, LAST);

    expect(before).toEqual(windowsFrom(-60, 0));
    expect(after).toEqual(windowsFrom(0, 70));
    expect(before.at(-1)).toEqual(after[0]);
  });
});

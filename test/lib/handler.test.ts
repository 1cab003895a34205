import { COLLECT_TIMEOUT_SEC } from "../../lib/collect-timeout";
import { readConfig } from "../../lib/config";
import { PublishError } from "../../lib/errors";
import { collectHandler, PUBLISH_LIMIT_MS, type ScheduleEvent } from "../../lib/handler";
import { makeLog } from "../../lib/log";
import type { Properties, Sample } from "../../lib/metric";
import type { Publisher } from "../../lib/publish/publisher";
import { SAMPLE_LIMIT_MS } from "../../lib/redis/limits";
import { Sampler } from "../../lib/sampler";
import { SimulatedClock, valuesOf } from "../support/schedule";

const mockClock = new SimulatedClock();

jest.mock<object>("node:timers/promises", () => ({
  setTimeout: (ms: number, _: unknown, options: { signal?: AbortSignal }) => mockClock.sleep(ms, options.signal),
}));

const MINUTE = Date.parse("2026-03-01T12:00:00Z");
const FUNCTION_LIMIT_MS = COLLECT_TIMEOUT_SEC * 1000;
const LATE = "quantum_run_late_seconds";
/** Nothing listens there: each sample is an outage, at once. */
const UNREACHABLE = { REDIS_URL: "redis://127.0.0.1:1" };

interface Published {
  readonly after: number;
  readonly readAfterMs: number;
  readonly samples: readonly Sample[];
  readonly properties: Properties;
}

class Recorder implements Publisher {
  readonly published: Published[] = [];
  onPublish: (after: number) => Promise<void> = () => Promise.resolve();

  async publish(samples: readonly Sample[], properties: Properties, at: Date): Promise<void> {
    const after = (at.getTime() - MINUTE) / 1000;
    this.published.push({ after, readAfterMs: mockClock.ms - at.getTime(), samples, properties });
    await this.onPublish(after);
  }

  get marks(): number[] {
    return this.published.map(({ after }) => after);
  }
}

const recorder = { current: new Recorder() };
let lines: string[] = [];
const log = makeLog({ environment: "dev", version: "1", write: (text) => void lines.push(text) });

beforeEach(() => {
  recorder.current = new Recorder();
  lines = [];
});

afterEach(() => {
  mockClock.stop();
});

async function invoked(
  event: ScheduleEvent,
  startedAfterMs: number,
  options: { limitMs?: number; signal?: AbortSignal; variables?: Record<string, string> } = {},
): Promise<{ taken: number }> {
  const endsAt = MINUTE + startedAfterMs + (options.limitMs ?? FUNCTION_LIMIT_MS);
  mockClock.start(MINUTE + startedAfterMs);
  const sampler = new Sampler(readConfig({ ...UNREACHABLE, ...options.variables }));
  const { signal } = options;
  const context = { getRemainingTimeInMillis: () => endsAt - mockClock.ms, ...(signal ? { signal } : {}) };
  try {
    return await collectHandler(sampler, recorder.current, log)(event, context);
  } finally {
    sampler.close();
  }
}

const ON_TIME = { scheduledAt: "2026-03-01T12:00:00Z" };
const ALL_MARKS = [10, 15, 20, 30, 40, 45, 50, 60, 70, 75];

describe("a scheduled run", () => {
  it("takes every mark of its minute and 15 s more, each 200 ms after it, and publishes each", async () => {
    const { taken } = await invoked(ON_TIME, 300);

    const { published, marks } = recorder.current;
    expect(taken).toBe(ALL_MARKS.length);
    expect(marks).toEqual(ALL_MARKS);
    expect(new Set(published.map(({ readAfterMs }) => readAfterMs))).toEqual(new Set([200]));
    for (const { samples } of published) {
      expect(valuesOf(samples)).toMatchObject({ quantum_safety_exporter_up: 1, quantum_safety_redis_up: 0 });
    }
  });

  it("publishes nothing at marks that are only for looking around", async () => {
    const variables = { COLLECTORS: "harvest", HARVEST_INTERVAL_SEC: "60", HARVEST_DISCOVERY: "on" };

    const { taken } = await invoked(ON_TIME, 300, { variables });

    expect([taken, recorder.current.marks]).toEqual([1, [60]]);
    expect(valuesOf(recorder.current.published[0]?.samples ?? [])).toMatchObject({ quantum_harvest_exporter_up: 1 });
  });

  it("marks every sample with its mark and not with the time of reading", async () => {
    await invoked(ON_TIME, 300);

    const times = recorder.current.published.map(({ samples }) =>
      samples.map(({ at }) => (at.getTime() - MINUTE) / 1000),
    );
    expect(times.map((own) => new Set(own))).toEqual(ALL_MARKS.map((mark) => new Set([mark])));
  });

  it.each([
    ["EventBridge's own time field", { time: "2026-03-01T12:00:00Z" }, ALL_MARKS],
    ["the scheduled time before the time", { ...ON_TIME, time: "2026-03-01T13:00:00Z" }, ALL_MARKS],
    ["the minute that is running where nothing is said", {}, ALL_MARKS],
    [
      "the minute that is running where the placeholder was not filled in",
      { scheduledAt: "<aws.scheduler.scheduled-time>" },
      ALL_MARKS,
    ],
    [
      "the time where the placeholder was not filled in",
      { scheduledAt: "<aws.scheduler.scheduled-time>", time: "2026-03-01T11:59:30Z" },
      [10, 15, 20, 30, 40, 45, 50, 60, 70, 75],
    ],
  ])("goes by %s", async (_, event, expected) => {
    await invoked(event, 300);

    expect(recorder.current.marks).toEqual(expected);
  });

  it("takes the same marks again when its trigger is delivered twice", async () => {
    await invoked(ON_TIME, 300);
    await invoked(ON_TIME, 300);

    expect(recorder.current.marks).toEqual([...ALL_MARKS, ...ALL_MARKS]);
  });

  it("takes its marks for 75 s when it starts late, and tells once how late that was", async () => {
    await invoked(ON_TIME, 40_300);

    const { marks, published } = recorder.current;
    expect(marks).toEqual([45, 50, 60, 70, 75, 80, 90, 100, 105, 110]);
    expect(published.map(({ samples }) => valuesOf(samples)[LATE])).toEqual([
      40.3,
      ...marks.slice(1).map(() => undefined),
    ]);
  });

  it("that starts 59 s late ends before its time-out, with every sample as slow as may be", async () => {
    const endsAt = MINUTE + 59_000 + COLLECT_TIMEOUT_SEC * 1000;
    recorder.current.onPublish = async () => void (mockClock.ms += SAMPLE_LIMIT_MS + PUBLISH_LIMIT_MS);

    await invoked(ON_TIME, 59_000);

    expect(mockClock.ms).toBeLessThan(endsAt);
    expect(recorder.current.marks.at(-1)).toBe(130);
  });

  it("knows not how late it is where no time is said", async () => {
    await invoked({}, 40_300);

    expect(recorder.current.published.map(({ samples }) => valuesOf(samples)[LATE])).not.toContainEqual(
      expect.any(Number),
    );
  });

  it("takes nothing and fails not when it starts more than 90 s late, and tells that alone", async () => {
    const { taken } = await invoked(ON_TIME, 90_001);

    const { published } = recorder.current;
    expect(taken).toBe(0);
    expect(published.map(({ samples, properties }) => [valuesOf(samples), properties])).toEqual([
      [{ [LATE]: 90.001 }, {}],
    ]);
  });

  it("begins no mark that it could not read and publish before its time-out", async () => {
    await invoked(ON_TIME, 300, { limitMs: 40_000 });

    const last = 300 + 40_000 - SAMPLE_LIMIT_MS - PUBLISH_LIMIT_MS - 200;
    expect(recorder.current.marks).toEqual(ALL_MARKS.filter((mark) => mark * 1000 <= last));
    expect(recorder.current.marks.at(-1)).toBe(30);
  });

  it("leaves out the marks that went by while one was published for too long", async () => {
    recorder.current.onPublish = async (after) => {
      if (after === 15) mockClock.ms += 19_000;
    };

    await invoked(ON_TIME, 300);

    expect(recorder.current.marks).toEqual([10, 15, 30, 40, 45, 50, 60, 70, 75]);
  });

  it("ends between two marks when it is told to, without an error", async () => {
    const stop = new AbortController();
    recorder.current.onPublish = async (after) => {
      if (after === 20) stop.abort();
    };

    const { taken } = await invoked(ON_TIME, 300, { signal: stop.signal });

    expect([taken, recorder.current.marks]).toEqual([3, [10, 15, 20]]);
  });

  it("goes on after a failure to publish, and throws at the end with the first cause", async () => {
    const refused = new Error("refused at 15");
    recorder.current.onPublish = (after) =>
      after === 15 ? Promise.reject(refused) : after === 45 ? Promise.reject(new Error("later")) : Promise.resolve();

    const outcome: unknown = await invoked(ON_TIME, 300).catch((error: unknown) => error);

    expect(recorder.current.marks).toEqual(ALL_MARKS);
    expect(outcome).toBeInstanceOf(PublishError);
    expect(outcome).toMatchObject({ message: "2 of 10 samples were not published", cause: refused });
  });

  it("goes on after a publisher that throws at once", async () => {
    recorder.current.publish = () => {
      throw new Error("at once");
    };

    const outcome: unknown = await invoked(ON_TIME, 300).catch((error: unknown) => error);

    expect(outcome).toMatchObject({ message: "10 of 10 samples were not published" });
  });
});

/** The warnings in the log, by their number of slots. */
const told = (): unknown[] =>
  lines.map((line) => {
    const { level, message, slots_left_out: count, first, last } = JSON.parse(line) as Record<string, unknown>;
    return { level, message, count, first, last };
  });
const isoAfter = (after: number): string => new Date(MINUTE + after * 1000).toISOString();
const warning = (message: string, count: number, first: number, last: number): object => ({
  level: "WARNING",
  message,
  count,
  first: isoAfter(first),
  last: isoAfter(last),
});

/** A kind of mistake: something is left out and only its absence tells. */
describe("slots that are left out", () => {
  it("are not told where there are none", async () => {
    await invoked(ON_TIME, 300);

    expect(told()).toEqual([]);
  });

  it("are told in one line with their number where they were stale", async () => {
    recorder.current.onPublish = async (after) => {
      if (after === 15) mockClock.ms += 40_000;
    };

    await invoked(ON_TIME, 300);

    expect(told()).toEqual([warning("4 slots left out: they could not begin within 10 s", 4, 20, 45)]);
  });

  it("are told in one line with their number where the whole run came too late", async () => {
    await invoked(ON_TIME, 95_300);

    expect(told()).toEqual([warning("11 slots left out: the run started 95 s after its time", 11, 0, 75)]);
  });

  it("are told also where publishing how late it was fails", async () => {
    recorder.current.onPublish = () => Promise.reject(new Error("refused"));

    await invoked(ON_TIME, 95_300).catch(() => undefined);

    expect(told()).toHaveLength(1);
  });

  it("are told with their number where the run had no time for them", async () => {
    await invoked(ON_TIME, 300, { limitMs: 68_000 });

    expect(told()).toEqual([warning("3 slots left out: the run's time was over", 3, 60, 75)]);
  });

  it("are not told of marks that are only for looking around, nor where the run is told to end", async () => {
    const variables = { COLLECTORS: "harvest", HARVEST_INTERVAL_SEC: "60", HARVEST_DISCOVERY: "on" };
    const stop = new AbortController();
    recorder.current.onPublish = async () => stop.abort();

    await invoked(ON_TIME, 300, { limitMs: 30_000, variables });
    await invoked(ON_TIME, 300, { signal: stop.signal });

    expect(told()).toEqual([warning("1 slot left out: the run's time was over", 1, 60, 60)]);
  });
});

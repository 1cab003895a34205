import { CollectError } from "../../lib/errors";
import { type Level, type Log, makeLog } from "../../lib/log";

const now = () => Date.parse("2026-03-01T12:00:15.250Z");

/** What a log wrote, line by line. */
function written(use: (log: Log) => void, options: { threshold?: Level; correlationId?: string } = {}): string[] {
  const lines: string[] = [];
  use(makeLog({ environment: "prod", version: "1.2.3", write: (text) => void lines.push(text), now, ...options }));
  return lines;
}

test("a line is one JSON object with the fields that all services share", () => {
  const lines = written((log) => log.info("sampled", { symbol: "BTCUSDT", count: 3 }), { correlationId: "c-1" });

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    timestamp: "2026-03-01T12:00:15.250Z",
    level: "INFO",
    message: "sampled",
    service_name: "quantum-watch",
    service_version: "1.2.3",
    environment: "prod",
    correlation_id: "c-1",
    symbol: "BTCUSDT",
    count: 3,
  });
});

test.each<[Level, Level[]]>([
  ["DEBUG", ["DEBUG", "INFO", "WARNING", "ERROR"]],
  ["INFO", ["INFO", "WARNING", "ERROR"]],
  ["WARNING", ["WARNING", "ERROR"]],
  ["ERROR", ["ERROR"]],
])("from the threshold %s on, %p are written", (threshold, expected) => {
  const lines = written(
    (log) => {
      log.debug("said");
      log.info("said");
      log.warning("said");
      log.error("said");
    },
    { threshold },
  );

  expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected);
});

test("a field of the line itself gives way and keeps its value; a correlation id given with the line wins", () => {
  const fields = { level: "mine", timestamp: 1, correlation_id: "c-2" };

  const [line = ""] = written((log) => log.info("said", fields), { correlationId: "c-1" });

  expect(JSON.parse(line)).toMatchObject({ level: "INFO", level_: "mine", timestamp_: 1, correlation_id: "c-2" });
});

test("an error is told with its name, its message and its causes", () => {
  const refused = new AggregateError([
    new Error("connect ECONNREFUSED ::1"),
    new Error("connect ECONNREFUSED 127.0.0.1"),
  ]);
  const error = new CollectError("safety: no answer", { cause: new TypeError("broken pipe", { cause: refused }) });

  const [line = ""] = written((log) => log.error("failed", { error }));

  expect(JSON.parse(line).error).toEqual({
    name: "CollectError",
    message: "safety: no answer",
    cause: {
      name: "TypeError",
      message: "broken pipe",
      cause: {
        name: "AggregateError",
        message: "",
        cause: [
          { name: "Error", message: "connect ECONNREFUSED ::1" },
          { name: "Error", message: "connect ECONNREFUSED 127.0.0.1" },
        ],
      },
    },
  });
});

test("an error that is its own cause is told to a depth", () => {
  const error = new Error("round");
  error.cause = error;

  const [line = ""] = written((log) => log.error("failed", { error }));

  expect(line.match(/"round"/g)).toHaveLength(6);
});

test.each([
  ["redis://quantum:s3cret@cache:6379/0", "redis://***@cache:6379/0"],
  ["rediss://:s3cret@cache", "rediss://***@cache"],
  ["rediss://s3cret@cache", "rediss://***@cache"],
  ["https://u:p%40s3cret@host/a and https://plain/b", "https://***@host/a and https://plain/b"],
  ["redis://u:p@s3cret/@cache", "redis://***@cache"],
  ['redis://u:s3c"ret@cache', "redis://***@cache"],
  ["redis://u:s3c\\ret@cache", "redis://***@cache"],
  ["redis://cache:6379 from me@example.com", "redis://cache:6379 from me@example.com"],
])("what stands before the @ of a URL in %j does not reach the log", (text, expected) => {
  const error = new Error(text, { cause: new Error(text) });

  const [line = ""] = written((log) => log.error(text, { error, [text]: { nested: [text] } }));

  expect(JSON.parse(line)).toMatchObject({
    message: expected,
    error: { message: expected, cause: { message: expected } },
    [expected]: { nested: [expected] },
  });
});

test("a field named _aws never gets into a line, however deep", () => {
  const metrics = { Timestamp: 1, CloudWatchMetrics: [] };

  const [line = ""] = written((log) => log.info("said", { _aws: metrics, inner: { _aws: metrics, kept: 1 } }));

  expect(line).not.toContain("_aws");
  expect(JSON.parse(line)).toMatchObject({ message: "said", inner: { kept: 1 } });
});

test("fields that JSON refuses are a note in a line that is written all the same", () => {
  const circle: Record<string, unknown> = {};
  circle["circle"] = circle;

  const lines = written((log) => {
    log.info("big", { count: 1n });
    log.info("round", circle);
  });

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: "big", fields: expect.stringContaining("BigInt") },
    { message: "round", fields: expect.stringContaining("circular") },
  ]);
});

test("text with newlines stays on its line", () => {
  const lines = written((log) => log.info("one\ntwo", { text: "three\nfour" }));

  expect(lines.join("").split("\n")).toHaveLength(2);
});

import { metric, type Sample } from "../../../lib/metric";
import { cloudwatchPublisher } from "../../../lib/publish/cloudwatch";
import { emfPublisher } from "../../../lib/publish/emf";
import { type Datapoint, MetricApi } from "../../support/metric-api";

const at = new Date(Math.floor(Date.now() / 15_000) * 15_000);
const lag = metric({ name: "lag", unit: "Count", tier: "alarmed", help: "", labels: ["Stream"] });
const lags = (count: number, changed: Partial<Sample> = {}) =>
  Array.from({ length: count }, (_, i): Sample => ({
    metric: lag,
    labels: { Stream: `s${i}` },
    value: i,
    at,
    ...changed,
  }));
const streamsOf = (datapoints: readonly Datapoint[]) => datapoints.map(({ dimensions }) => dimensions[1] ?? "");

let api: MetricApi;
let endpoint: string;
let lines: string[];

beforeAll(() => {
  delete process.env["AWS_PROFILE"];
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" });
});

beforeEach(async () => {
  api = new MetricApi();
  endpoint = await api.listen();
  lines = [];
});

afterEach(async () => {
  await api.close();
});

async function publish(samples: readonly Sample[], properties = {}): Promise<void> {
  const common = { environment: "prod", tier: "boarded" } as const;
  const fallback = emfPublisher({ ...common, write: async (text) => void lines.push(text) });
  const region = "eu-central-1";
  const publisher = cloudwatchPublisher({ ...common, region, endpoint, fallback, timeLimitMs: 20_000 });
  await publisher.publish(samples, properties, at);
}

test("samples arrive with their names, units, resolutions, dimensions and times, and nothing goes to stdout", async () => {
  const spread: Sample = { metric: lag, labels: { Stream: "a" }, at, value: { values: [1.5, -2], counts: [2, 1] } };
  const slow = metric({ name: "slow", unit: "Milliseconds", tier: "boarded", resolution: 60, help: "" });
  const earlier = new Date(at.getTime() - 10_000);

  await publish([spread, { metric: slow, labels: {}, at: earlier, value: 0.1 }]);

  const ofLag = { name: "lag", unit: "Count", resolution: 1, dimensions: ["Environment=prod", "Stream=a"], at: +at };
  const ofSlow = { name: "slow", unit: "Milliseconds", resolution: 60, dimensions: ["Environment=prod"], at: +earlier };
  expect(api.accepted).toEqual([
    { ...ofLag, value: 1.5 },
    { ...ofLag, value: 1.5 },
    { ...ofLag, value: -2 },
    { ...ofSlow, value: 0.1 },
  ]);
  expect(lines).toEqual([]);
});

test("what was acknowledged of the slot stands in the log as well, where pages and tables read it, and is no metric there", async () => {
  const halted = metric({ name: "halted", unit: "None", tier: "alarmed", help: "" });

  await publish([{ metric: halted, labels: {}, at, value: 1 }]);

  expect(api.accepted).toMatchObject([{ name: "halted", value: 1 }]);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ timestamp: at.toISOString(), Environment: "prod", halted: 1 }),
  ]);
  expect(lines.join("")).not.toContain("_aws");
});

test.each([
  [1, false],
  [20, true],
])("a body of %i data is compressed: %p", async (count, expected) => {
  const samples = lags(count);

  await publish(samples);

  expect(api.calls.map(({ isCompressed, bytes }) => [isCompressed, bytes > 1024])).toEqual([[expected, expected]]);
  expect(api.accepted).toHaveLength(count);
});

test.each([
  [1000, [1000]],
  [1001, [1, 1000]],
  [2500, [500, 1000, 1000]],
])("%i data are calls of %p", async (count, expected) => {
  const samples = lags(count);

  await publish(samples);

  expect(api.calls.map(({ data }) => data.length).toSorted((one, other) => one - other)).toEqual(expected);
  expect(streamsOf(api.accepted).toSorted()).toEqual(samples.map((_, i) => `Stream=s${i}`).toSorted());
});

test.each([
  [150, [150]],
  [151, [150, 1]],
  [400, [150, 150, 100]],
])("%i unique values are data of %p", async (count, expected) => {
  const values = Array.from({ length: count }, (_, i) => i);

  await publish(lags(1, { value: { values, counts: values.map(() => 3) } }));

  expect(api.calls.flatMap(({ data }) => data.map(({ Values }) => Values?.length))).toEqual(expected);
  expect(api.accepted.map(({ value }) => value)).toEqual(values.flatMap((value) => [value, value, value]));
});

test("values that never occurred are not sent", async () => {
  const value = { values: [1, 2], counts: [0, 4] };

  await publish(lags(1, { value }));

  expect(api.calls.flatMap(({ data }) => data.map(({ Values }) => Values))).toEqual([[2]]);
});

test("a count too great for EMF is sent as it is", async () => {
  const value = { values: [1, 2], counts: [20_000, 1] };

  await publish(lags(1, { value }));

  expect(api.calls.flatMap(({ data }) => data.map(({ Counts }) => Counts))).toEqual([[20_000, 1]]);
  expect(lines).toEqual([]);
});

const thirds = Array.from({ length: 150 }, (_, i) => -1 / (i + 3));
const wide = Object.fromEntries(Array.from({ length: 28 }, (_, i) => [`L${i}`, '"\\'.repeat(200)]));

test.each<[string, Partial<Sample>]>([
  ["values", { value: { values: thirds, counts: thirds.map(() => 1) } }],
  ["labels", { labels: wide }],
])("bodies full of long %s keep below 1 MB and waste less than half of it", async (_, changed) => {
  const samples = lags(400, changed);

  await publish(samples);

  const sizes = api.calls.map(({ bytes }) => bytes).toSorted((one, other) => other - one);
  expect(sizes.length).toBeGreaterThan(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
  expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(500_000);
  expect(api.calls.flatMap(({ data }) => data)).toHaveLength(400);
});

test("properties and what the tier only logs are one plain line on stdout", async () => {
  const quiet = metric({ ...lag, name: "quiet", tier: "logged" });

  await publish([...lags(1), { metric: quiet, labels: { Stream: "a" }, value: 5, at }], { reason: "RATE_EXCEEDED" });

  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      timestamp: at.toISOString(),
      Environment: "prod",
      "quiet{Stream=a}": 5,
      reason: "RATE_EXCEEDED",
      service: "quantum-watch",
      version: "unknown",
    },
  ]);
  expect(api.accepted.map(({ name }) => name)).toEqual(["lag"]);
});

test("a sample beyond a limit does not spoil the call; it is named in the plain line", async () => {
  const unfit = lags(1, { labels: { Stream: "Ä" } });

  await publish([...unfit, ...lags(2)]);

  expect(streamsOf(api.accepted)).toEqual(["Stream=s0", "Stream=s1"]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ left_out: { count: 1, metrics: [{ name: "lag" }] } }]);
});

test("without samples nothing is called", async () => {
  await publish([], { reason: "RATE_EXCEEDED" });

  expect(api.calls).toEqual([]);
  expect(lines).toHaveLength(1);
});

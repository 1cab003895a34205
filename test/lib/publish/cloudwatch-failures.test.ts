import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";

import { makeLog } from "../../../lib/log";
import { metric, type Sample } from "../../../lib/metric";
import { type CloudwatchOptions, cloudwatchPublisher } from "../../../lib/publish/cloudwatch";
import { emfPublisher } from "../../../lib/publish/emf";
import type { Publisher } from "../../../lib/publish/publisher";
import { type Answer, type Call, type Datapoint, datapointsOfLine, MetricApi } from "../../support/metric-api";

const at = new Date(Math.floor(Date.now() / 15_000) * 15_000);
const lag = metric({ name: "lag", unit: "Count", tier: "alarmed", help: "" });
const lags = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i): Sample => ({ metric: lag, labels: { I: `${i}` }, value: from + i, at }));
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const valuesOf = (datapoints: readonly Datapoint[]) =>
  datapoints.map(({ value }) => value).toSorted((one, other) => one - other);
const thousandOf = ({ datapoints }: Call) => Math.floor((datapoints[0]?.value ?? 0) / 1000);

let apis: MetricApi[] = [];
let lines: string[];
let said: { level: string; message: string }[];

beforeAll(() => {
  delete process.env["AWS_PROFILE"];
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" });
});

afterEach(async () => {
  for (const api of apis) await api.close();
  apis = [];
});

async function before(
  answer: (call: Call) => Answer,
  options: Partial<CloudwatchOptions> = {},
): Promise<{ api: MetricApi; publisher: Publisher }> {
  const api = new MetricApi(answer);
  apis.push(api);
  [lines, said] = [[], []];
  const common = { environment: "prod", tier: "boarded", region: "eu-central-1", timeLimitMs: 20_000 } as const;
  const log = makeLog({ environment: "prod", version: "1", write: (text) => void said.push(JSON.parse(text)) });
  const fallback = emfPublisher({ ...common, write: async (text) => void lines.push(text) });
  return {
    api,
    publisher: cloudwatchPublisher({ ...common, log, fallback, endpoint: await api.listen(), ...options }),
  };
}

test.each<[Answer, string, number]>([
  ["fail", "InternalServiceFault", 2],
  ["refuse", "refused", 1],
  ["reset", "ECONNRESET", 2],
  ["hang", "no answer within 500 ms", 1],
])("when the API does %s, the same samples go out as EMF and one line says so", async (answer, why, attempts) => {
  const { api, publisher } = await before(() => answer, answer === "hang" ? { timeLimitMs: 500 } : {});

  await publisher.publish(lags(0, 3), { reason: "kept" }, at);

  expect(valuesOf(lines.flatMap(datapointsOfLine))).toEqual([0, 1, 2]);
  expect(lines.filter((line) => line.includes('"reason":"kept"'))).toHaveLength(1);
  expect(said).toMatchObject([{ level: "WARNING", calls: 1, failed_calls: 1, samples: 3 }]);
  expect(JSON.stringify(said)).toContain(why);
  expect(api.calls).toHaveLength(attempts);
});

test("an endpoint that nobody listens on costs no sample", async () => {
  const { api, publisher } = await before(() => "accept");
  await api.close();

  await publisher.publish(lags(0, 3), {}, at);

  expect(valuesOf(lines.flatMap(datapointsOfLine))).toEqual([0, 1, 2]);
  expect(JSON.stringify(said)).toContain("ECONNREFUSED");
});

test("a call that fails once and then succeeds sends nothing to stdout", async () => {
  let attempts = 0;
  const { api, publisher } = await before(() => {
    attempts += 1;
    return attempts === 1 ? "fail" : "accept";
  });

  await publisher.publish(lags(0, 3), {}, at);

  expect(valuesOf(api.accepted)).toEqual([0, 1, 2]);
  expect([lines, said]).toEqual([[], []]);
});

test("when the second of three calls fails, exactly its samples go out as EMF", async () => {
  const { api, publisher } = await before((call) => (thousandOf(call) === 1 ? "fail" : "accept"));

  await publisher.publish(lags(0, 2500), {}, at);

  expect(valuesOf(lines.flatMap(datapointsOfLine))).toEqual(numbers(1000, 2000));
  expect(valuesOf(api.accepted)).toEqual([...numbers(0, 1000), ...numbers(2000, 2500)]);
  expect(said).toMatchObject([{ calls: 3, failed_calls: 1, samples: 1000 }]);
});

test.each<[Answer, Answer, Answer]>([
  ["fail", "accept", "reset"],
  ["accept", "refuse", "fail"],
  ["reset", "reset", "accept"],
  ["refuse", "fail", "reset"],
])("when three calls end in %s, %s, %s, every number goes out exactly once", async (...answers) => {
  const { api, publisher } = await before((call) => answers[thousandOf(call)] ?? "accept");

  await publisher.publish(lags(0, 3000), {}, at);

  expect(valuesOf([...api.accepted, ...lines.flatMap(datapointsOfLine)])).toEqual(numbers(0, 3000));
  expect(api.accepted).toHaveLength(answers.filter((answer) => answer === "accept").length * 1000);
});

test("the time limit costs only the calls that were not answered in time", async () => {
  const { api, publisher } = await before((call) => (thousandOf(call) === 1 ? "hang" : "accept"), {
    timeLimitMs: 2000,
  });

  await publisher.publish(lags(0, 3000), {}, at);

  expect(valuesOf(lines.flatMap(datapointsOfLine))).toEqual(numbers(1000, 2000));
  expect(api.accepted).toHaveLength(2000);
});

test("of a distribution that two calls share, only the part of the failed call goes out as EMF", async () => {
  const { api, publisher } = await before((call) => (thousandOf(call) === 0 ? "accept" : "fail"));
  const values = numbers(5000, 5400);
  const spread: Sample = { metric: lag, labels: {}, at, value: { values, counts: values.map(() => 2) } };

  await publisher.publish([...lags(0, 999), spread], {}, at);

  const twice = (from: number, to: number) => numbers(from, to).flatMap((value) => [value, value]);
  expect(valuesOf(api.accepted)).toEqual([...numbers(0, 999), ...twice(5000, 5150)]);
  expect(valuesOf(lines.flatMap(datapointsOfLine))).toEqual(twice(5150, 5400));
});

test("a call that was given up sends nothing later", async () => {
  const waiting: (() => void)[] = [];
  const late = { accessKeyId: "key", secretAccessKey: "secret" };
  const api = new MetricApi();
  const client = new CloudWatchClient({
    region: "eu-central-1",
    endpoint: await api.listen(),
    credentials: () => new Promise((resolve) => waiting.push(() => resolve(late))),
  });
  const { publisher } = await before(() => "accept", { client, timeLimitMs: 300 });
  apis.push(api);

  await publisher.publish(lags(0, 3), {}, at);
  for (const give of waiting) give();
  await new Promise((resolve) => setTimeout(resolve, 200));

  expect(valuesOf(lines.flatMap(datapointsOfLine))).toEqual([0, 1, 2]);
  expect([waiting.length, api.calls]).toEqual([1, []]);
});

test("a fallback that fails is the publisher's failure", async () => {
  const fallback: Publisher = { publish: () => Promise.reject(new Error("stdout is gone")) };
  const { publisher } = await before(() => "refuse", { fallback });

  const publishing = publisher.publish(lags(0, 1), {}, at);

  await expect(publishing).rejects.toThrow("stdout is gone");
});

import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

import { PublishError } from "../../../lib/errors";
import { metric, type Properties, type Sample } from "../../../lib/metric";
import { emfPublisher } from "../../../lib/publish/emf";
import { emfLines } from "../../../lib/publish/emf-lines";
import { datapointsOfLine } from "../../support/metric-api";

const slot = new Date("2026-03-01T12:00:15Z");
const heartbeat = metric({ name: "up", unit: "None", tier: "alarmed", help: "" });
const beat: Sample = { metric: heartbeat, value: 1, labels: {}, at: slot };

function linesOf(samples: readonly Sample[], properties: Properties = {}): string[] {
  return emfLines({ environment: "prod", samples, properties: [properties], at: slot, now: slot.getTime() });
}

test("samples of one time and dimension set share a line, others have their own", () => {
  const lag = metric({ name: "lag", unit: "Count", tier: "alarmed", help: "", labels: ["Stream", "Group"] });
  const of = (labels: Record<string, string>, at: Date): Sample => ({ metric: lag, value: 2, labels, at });
  const earlier = new Date(slot.getTime() - 15_000);

  const lines = linesOf([
    beat,
    { ...beat, metric: metric({ ...heartbeat, name: "also_up" }) },
    of({ Stream: "a", Group: "g" }, slot),
    of({ Group: "g", Stream: "a" }, slot),
    of({ Group: "g", Stream: "b" }, slot),
    of({ Group: "g", Stream: "b" }, earlier),
  ]);

  expect(lines.map((line) => datapointsOfLine(line).length)).toEqual([2, 2, 1, 1]);
});

test("Environment is the first dimension, and its value and those of the labels are strings at the root", () => {
  const lag = metric({ name: "lag", unit: "Count", tier: "alarmed", help: "", labels: ["Account"] });

  const [line = ""] = linesOf([{ metric: lag, value: 2, labels: { Account: "7" }, at: slot }]);

  expect(JSON.parse(line)).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Dimensions: [["Environment", "Account"]] }] },
    Environment: "prod",
    Account: "7",
    lag: 2,
  });
});

test("properties ride on the line of the environment at the slot", () => {
  const earlier = { ...beat, at: new Date(slot.getTime() - 10_000) };

  const lines = linesOf([earlier, beat], { top_symbols: [{ symbol: "BTCUSDT", count: 4 }] });

  expect(lines.map((line) => JSON.parse(line).top_symbols)).toEqual([undefined, [{ symbol: "BTCUSDT", count: 4 }]]);
});

test("properties without a line to ride on have a plain one, which is no embedded metric", () => {
  const lines = linesOf([], { reason: "GLOBAL_RATE_EXCEEDED" });

  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { timestamp: slot.toISOString(), Environment: "prod", reason: "GLOBAL_RATE_EXCEEDED" },
  ]);
});

test("a property that claims a taken name gets an underscore", () => {
  const [line = ""] = linesOf([beat], { _aws: 1, Environment: 2, up: 3 });

  expect(JSON.parse(line)).toMatchObject({ Environment: "prod", up: 1, _aws_: 1, Environment_: 2, up_: 3 });
});

test("a property that JSON refuses becomes a note and costs nothing else", () => {
  const [line = ""] = linesOf([beat], { big: 1n, nothing: undefined, small: 1 });

  expect(JSON.parse(line)).toMatchObject({ up: 1, big: expect.stringContaining("BigInt"), small: 1 });
});

test("without samples and properties there are no lines", () => {
  const lines = linesOf([]);

  expect(lines).toEqual([]);
});

test("what lies below the environment's tier travels as properties", async () => {
  const written: string[] = [];
  const write = async (text: string) => void written.push(text);
  const quiet = metric({ name: "quiet", unit: "Count", tier: "boarded", help: "" });
  const publisher = emfPublisher({ environment: "dev", tier: "alarmed", write, now: () => slot.getTime() });

  await publisher.publish([beat, { ...beat, metric: quiet, value: 5 }], { quiet: "mine" }, slot);

  expect(written).toHaveLength(1);
  expect(datapointsOfLine(written[0] ?? "").map((each) => each.name)).toEqual(["up"]);
  expect(JSON.parse(written[0] ?? "")).toMatchObject({ quiet: 5, quiet_: "mine" });
});

test("an output that fails is a PublishError with its cause", async () => {
  const cause = new Error("EPIPE");
  const publisher = emfPublisher({ environment: "dev", tier: "alarmed", write: () => Promise.reject(cause) });

  const publishing = publisher.publish([{ ...beat, at: new Date() }], {}, new Date());

  await expect(publishing).rejects.toThrow(PublishError);
  await expect(publishing).rejects.toMatchObject({ cause });
});

test("lines go to stdout itself, past a console that decorates what it prints", async () => {
  const code = `
    console.log = (text) => process.stdout.write("INFO " + text);
    const at = new Date();
    const metric = { name: "up", unit: "None", resolution: 1, tier: "alarmed" };
    require("./lib/publish/emf").emfPublisher({ environment: "prod", tier: "alarmed" })
      .publish([{ metric, value: 1, labels: {}, at }], {}, at).then(() => process.exit());`;
  const cwd = resolve(__dirname, "../../..");

  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", code], { cwd });

  expect(stdout).toMatch(/^\{"_aws".*\}\n$/);
  expect(datapointsOfLine(stdout)).toMatchObject([{ name: "up", value: 1, dimensions: ["Environment=prod"] }]);
});

test("a stdout that takes nothing fails the slot within a second or so, and does not hold up the run", async () => {
  const publisher = emfPublisher({ environment: "prod", tier: "boarded", write: () => new Promise(() => {}) });

  const publishing = publisher.publish([], { reason: "RATE_EXCEEDED" }, new Date());

  await expect(publishing).rejects.toThrow(PublishError);
});

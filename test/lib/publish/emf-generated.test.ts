import { Ajv } from "ajv";
import * as fc from "fast-check";

import type { Distribution, Properties, Sample } from "../../../lib/metric";
import { emfLines } from "../../../lib/publish/emf-lines";
import { MAX_LINE_BYTES } from "../../../lib/publish/limits";
import schema from "../../fixtures/emf.schema.json";
import { type Datapoint, datapointsOfLine } from "../../support/metric-api";

const isEmf = new Ajv({ strict: true }).compile(schema);
const slot = new Date("2026-03-01T12:00:15Z");
const ascii = fc.string({
  unit: fc.constantFrom(...Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i))),
});
const labelValue = ascii.filter((text) => text.trim() !== "");
const name = fc.constantFrom("up", "rate", "lag", "timestamp", 'odd "name"', "__proto__", "7");
const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 360), max: 2 ** 360 }).map((n) => n + 0);
const distribution = fc
  .array(fc.tuple(number, fc.integer({ min: 1, max: 90 })), { minLength: 1, maxLength: 9 })
  .map((pairs): Distribution => ({ values: pairs.map(([value]) => value), counts: pairs.map(([, count]) => count) }));
const samples = fc.array(
  fc.record({
    metric: fc.record({
      name,
      unit: fc.constantFrom("None", "Count", "Milliseconds", "Bytes/Second"),
      read: fc.constant("Maximum"),
      resolution: fc.constantFrom(1, 60),
      tier: fc.constant("alarmed"),
      help: fc.constant(""),
      labels: fc.constant([]),
    }),
    value: fc.oneof({ weight: 4, arbitrary: number }, distribution),
    labels: fc.dictionary(fc.constantFrom("Symbol", "Stream", "__proto__x"), labelValue, { maxKeys: 2 }),
    at: fc.constantFrom(slot, new Date(slot.getTime() - 5_000), new Date(slot.getTime() - 15_000)),
  }),
  { maxLength: 60 },
);
const propertyName = fc.oneof(name, fc.constantFrom("_aws", "Environment", "left_out", "up_"), fc.string());
const properties = fc.dictionary(propertyName, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 12 });

function linesOf(given: readonly Sample[], besides: Properties = {}): string[] {
  return emfLines({ environment: "prod", samples: given, properties: [besides], at: slot, now: slot.getTime() });
}

function datapointsOf({ metric: of, value, labels, at }: Sample): Datapoint[] {
  const { name: called, unit, resolution } = of;
  const { values, counts } = typeof value === "number" ? { values: [value], counts: [1] } : value;
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
  const dimensions = ["Environment=prod", ...pairs.toSorted()];
  return values.flatMap((each, i) =>
    Array.from({ length: counts[i] ?? 0 }, () => ({
      name: called,
      unit,
      resolution,
      dimensions,
      at: at.getTime(),
      value: each,
    })),
  );
}

const inOrder = (datapoints: readonly Datapoint[]) => datapoints.map((each) => JSON.stringify(each)).toSorted();

/** All root members, whatever underscores their names end in. */
function membersOf(lines: readonly string[]): string[] {
  return lines
    .flatMap((line) => Object.entries(JSON.parse(line)))
    .map(([key, value]) => JSON.stringify([key.replace(/_*$/, ""), value]))
    .toSorted();
}

test("every line is valid, whole and short enough, whatever the samples and properties", () => {
  fc.assert(
    fc.property(samples, properties, (given, besides) => {
      const lines = linesOf(given, besides);

      for (const line of lines) {
        const root: object = JSON.parse(line);
        if ("_aws" in root) expect({ valid: isEmf(root), errors: isEmf.errors }).toEqual({ valid: true, errors: null });
        expect(line).not.toContain("\n");
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
        expect(JSON.stringify(root)).toHaveLength(line.length);
      }
    }),
  );
});

test("reading the lines gives back exactly the samples that went in", () => {
  fc.assert(
    fc.property(samples, properties, (given, besides) => {
      const lines = linesOf(given, besides);

      expect(inOrder(lines.flatMap(datapointsOfLine))).toEqual(inOrder(given.flatMap(datapointsOf)));
    }),
  );
});

test("reading the lines gives back every property once, under its name or its name with underscores", () => {
  fc.assert(
    fc.property(samples, properties, (given, besides) => {
      const bare = linesOf(given);
      const lines = linesOf(given, besides);

      const plain = lines.length > bare.length ? [JSON.stringify({ timestamp: slot, Environment: "prod" })] : [];
      expect(membersOf(lines)).toEqual(membersOf([...bare, ...plain, JSON.stringify(besides)]));
    }),
  );
});

test.each([
  ["101 metrics in a directive", { Metrics: Array.from({ length: 101 }, (_, i) => ({ Name: `m${i}` })) }],
  ["no dimension set", { Dimensions: [] }],
  ["31 dimensions", { Dimensions: [Array.from({ length: 31 }, (_, i) => `d${i}`)] }],
  ["an unknown unit", { Metrics: [{ Name: "m", Unit: "Furlongs" }] }],
  ["a resolution of 15 s", { Metrics: [{ Name: "m", StorageResolution: 15 }] }],
  ["no namespace", { Namespace: "" }],
])("the schema refuses %s", (_, broken) => {
  const directive = { Namespace: "QuantumTrader", Dimensions: [["Environment"]], Metrics: [{ Name: "m" }] };
  const line = (changed: object) => ({ _aws: { Timestamp: 1, CloudWatchMetrics: [{ ...directive, ...changed }] } });

  const verdicts = [isEmf(line({})), isEmf(line(broken))];

  expect(verdicts).toEqual([true, false]);
});

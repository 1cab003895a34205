import { metric, type Sample } from "../../../lib/metric";
import { fitting, leftOut, writtenOut } from "../../../lib/publish/fits";
import { MAX_ABSOLUTE_VALUE, MAX_AGE_MS, MAX_AHEAD_MS } from "../../../lib/publish/limits";

const now = Date.parse("2026-03-01T12:00:15Z");
const lag = metric({ name: "lag", unit: "Count", tier: "alarmed", help: "" });
const good: Sample = { metric: lag, value: 1, labels: {}, at: new Date(now) };
const named = (name: string): Sample => ({ ...good, metric: metric({ ...lag, name }) });
const labelled = (labels: Record<string, string>): Sample => ({ ...good, labels });
const manyLabels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`L${i}`, "x"]));

test.each<[string, Sample]>([
  ["two weeks old", { ...good, at: new Date(now - MAX_AGE_MS) }],
  ["two hours ahead", { ...good, at: new Date(now + MAX_AHEAD_MS) }],
  ["as great as can be", { ...good, value: MAX_ABSOLUTE_VALUE }],
  ["as small as can be", { ...good, value: -MAX_ABSOLUTE_VALUE }],
  ["named with 255 characters", named("m".repeat(255))],
  ["with 29 labels", labelled(manyLabels(29))],
  ["with a label value of 1,024 characters", labelled({ Symbol: "x".repeat(1024) })],
  ["with a label name of 250 characters", labelled({ ["x".repeat(250)]: "x" })],
  ["with quotes and backslashes in a label", labelled({ Symbol: '"\\' })],
  ["a distribution with an empty bucket", { ...good, value: { values: [1, 2], counts: [3, 0] } }],
])("a sample %s is published", (_, sample) => {
  const { fit, unfit } = fitting([sample], "prod", now);

  expect({ fit, unfit }).toEqual({ fit: [sample], unfit: [] });
});

test.each<[string, Sample, string]>([
  ["a millisecond older than two weeks", { ...good, at: new Date(now - MAX_AGE_MS - 1) }, "two weeks"],
  ["a millisecond beyond two hours ahead", { ...good, at: new Date(now + MAX_AHEAD_MS + 1) }, "two hours"],
  ["without a valid time", { ...good, at: new Date(Number.NaN) }, "not a date"],
  ["beyond 2^360", { ...good, value: MAX_ABSOLUTE_VALUE * 1.01 }, "2^360"],
  ["that is not a number", { ...good, value: Number.NaN }, "not a number"],
  ["that is infinite", { ...good, value: -Infinity }, "not a number"],
  ["distributed over something infinite", { ...good, value: { values: [Infinity], counts: [1] } }, "not a number"],
  ["with a count too few", { ...good, value: { values: [1, 2], counts: [1] } }, "one count for each"],
  ["with half a count", { ...good, value: { values: [1], counts: [0.5] } }, "whole number"],
  ["with a negative count", { ...good, value: { values: [1], counts: [-1] } }, "whole number"],
  ["that counts nothing", { ...good, value: { values: [1], counts: [0] } }, "counts no value"],
  ["without a name", named(""), "is empty"],
  ["named with 256 characters", named("m".repeat(256)), "longer than 255"],
  ["named like the metadata", named("_aws"), "reserved"],
  ["named like the environment's dimension", named("Environment"), "reserved"],
  ["with 30 labels", labelled(manyLabels(30)), "more than 30 dimensions"],
  ["with an empty label", labelled({ Symbol: " " }), "is empty"],
  ["with a label that is not ASCII", labelled({ Symbol: "Ä" }), "ASCII"],
  ["with a newline in a label", labelled({ Symbol: "BTC\nUSDT" }), "ASCII"],
  ["with a label value of 1,025 characters", labelled({ Symbol: "x".repeat(1025) }), "longer than 1024"],
  ["with a label name of 251 characters", labelled({ ["x".repeat(251)]: "x" }), "longer than 250"],
  ["with a label name that starts with a colon", labelled({ ":a": "x" }), "colon"],
  ["with a label for the environment", labelled({ Environment: "dev" }), "no label can be called"],
  ["with a label named like its metric", labelled({ lag: "x" }), "no label can be called"],
  [
    "with dimensions that would fill a line",
    labelled(Object.fromEntries(Array.from({ length: 29 }, (_, i) => [`L${i}`, '"'.repeat(1024)]))),
    "30000 bytes",
  ],
])("a sample %s is left out, and the log says why", (_, sample, why) => {
  const { fit, unfit } = fitting([sample, good], "prod", now);

  expect(fit).toEqual([good]);
  expect(unfit).toEqual([{ sample, why: expect.stringContaining(why) }]);
});

test("an environment that is no dimension value leaves everything out", () => {
  const { fit, unfit } = fitting([good], "", now);

  expect([fit.length, unfit.length]).toEqual([0, 1]);
});

test("what was left out is counted in all and for each metric, with the first reason", () => {
  const unfit = [
    { sample: good, why: "first" },
    { sample: named("other"), why: "else" },
    { sample: good, why: "second" },
  ];

  const said = leftOut(unfit);

  expect(said).toEqual({
    count: 3,
    metrics: [
      { name: "lag", count: 2, why: "first" },
      { name: "other", count: 1, why: "else" },
    ],
  });
});

test("a distribution with room is written out value by value", () => {
  const written = writtenOut({ values: [5, 1, 3], counts: [1, 2, 0] }, 3);

  expect(written).toEqual([1, 1, 5]);
});

test("a greater one keeps its least and greatest value and the value at every rank, to within the spacing", () => {
  const values = Array.from({ length: 10_000 }, (_, i) => i);

  const written = writtenOut({ values: values.toReversed(), counts: values.map(() => 7) }, 1000);

  expect(written).toHaveLength(1000);
  expect([written[0], written.at(-1)]).toEqual([0, 9999]);
  for (const percentile of [0.01, 0.5, 0.95, 0.99]) {
    expect(Math.abs((written[Math.round(999 * percentile)] ?? 0) - 9999 * percentile)).toBeLessThanOrEqual(10);
  }
});

import { metric, type Properties, type Sample } from "../../../lib/metric";
import { emfLines } from "../../../lib/publish/emf-lines";
import { MAX_LINE_BYTES } from "../../../lib/publish/limits";
import { datapointsOfLine } from "../../support/metric-api";

const slot = new Date("2026-03-01T12:00:15Z");
const up = metric({ name: "up", unit: "None", tier: "alarmed", help: "" });
const beat: Sample = { metric: up, value: 1, labels: {}, at: slot };
const manyBeats = (count: number, name = "m", changed: Partial<Sample> = {}) =>
  Array.from({ length: count }, (_, i): Sample => ({ ...beat, metric: { ...up, name: `${name}${i}` }, ...changed }));

function linesOf(samples: readonly Sample[], properties: Properties = {}): string[] {
  return emfLines({ environment: "prod", samples, properties: [properties], at: slot, now: slot.getTime() });
}

const sizesOf = (lines: readonly string[]) => lines.map((line) => Buffer.byteLength(line));

function directivesOf(line = ""): number[] {
  const { _aws: metadata }: { _aws: { CloudWatchMetrics: { Metrics: object[] }[] } } = JSON.parse(line);
  return metadata.CloudWatchMetrics.map(({ Metrics }) => Metrics.length);
}

test.each([
  [100, [100]],
  [101, [100, 1]],
  [201, [100, 100, 1]],
])("%i metrics are one line with directives of %p", (count, expected) => {
  const lines = linesOf(manyBeats(count));

  expect(lines).toHaveLength(1);
  expect(directivesOf(lines[0])).toEqual(expected);
  expect(datapointsOfLine(lines[0] ?? "")).toHaveLength(count);
});

test.each([
  [100, [100]],
  [101, [100, 1]],
  [250, [100, 100, 50]],
])("%i values of one metric are arrays of %p on as many lines", (count, expected) => {
  const value = { values: [1, 2], counts: [count - 1, 1] };

  const lines = linesOf([{ ...beat, value }]);

  expect(lines.map((line) => datapointsOfLine(line).length)).toEqual(expected);
});

test("metrics fill a line to its last byte, and one byte more goes on the next", () => {
  const fill = manyBeats(120, "x".repeat(200));
  const last = (nameLength: number, digits: number): Sample[] => [
    ...fill,
    { ...beat, metric: { ...up, name: "y".repeat(nameLength) }, value: 10 ** (digits - 1) },
  ];
  const room = () => MAX_LINE_BYTES - (sizesOf(linesOf(last(1, 1)))[0] ?? 0);
  while (room() > 400) fill.push(...manyBeats(1, `${"z".repeat(150)}${fill.length}`));
  const [more, odd] = [Math.floor(room() / 2), room() % 2];

  const exact = linesOf(last(1 + more, 1 + odd));
  const beyond = linesOf(last(1 + more, 2 + odd));

  expect(sizesOf(exact)).toEqual([MAX_LINE_BYTES]);
  expect(beyond).toHaveLength(2);
  expect(beyond.flatMap(datapointsOfLine)).toHaveLength(fill.length + 1);
});

test("no metric is lost however many there are", () => {
  const lines = linesOf(manyBeats(2000, "x".repeat(240)));

  expect(Math.max(...sizesOf(lines))).toBeLessThanOrEqual(MAX_LINE_BYTES);
  expect(new Set(lines.flatMap(datapointsOfLine).map(({ name }) => name)).size).toBe(2000);
});

test("the longest dimensions that are let through leave a line room for its metric", () => {
  const labels = Object.fromEntries(Array.from({ length: 29 }, (_, i) => [`${i}`.padEnd(250, '"'), "x".repeat(500)]));
  const values = Array.from({ length: 100 }, (_, i) => 1 / (i + 3));
  const longest: Sample = { ...beat, labels, value: { values, counts: values.map(() => 1) } };

  const lines = linesOf([longest, ...manyBeats(300, "m", { labels })]);

  expect(Math.max(...sizesOf(lines))).toBeLessThanOrEqual(MAX_LINE_BYTES);
  expect(lines.flatMap(datapointsOfLine)).toHaveLength(400);
});

test.each(["a", "é", "\n", "☂"])("a property of %j stays on the line up to 60 kB in UTF-8", (character) => {
  const empty = sizesOf(linesOf([beat], { p: "" }))[0] ?? 0;
  const width = Buffer.byteLength(JSON.stringify(character)) - 2;
  const room = MAX_LINE_BYTES - empty;
  const text = character.repeat(Math.floor(room / width)) + "a".repeat(room % width);

  const exact = linesOf([beat], { p: text });
  const beyond = linesOf([beat], { p: `${text}a` });

  expect(sizesOf(exact)).toEqual([MAX_LINE_BYTES]);
  expect(beyond.map((line) => "p" in JSON.parse(line))).toEqual([false, true]);
});

test("properties that find no room share further plain lines, in which none is lost", () => {
  const properties = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p${i}`, "x".repeat(25_000)]));

  const [first = "", ...further] = linesOf([beat], properties);

  const found = Object.assign({}, ...[first, ...further].map((line) => JSON.parse(line)));
  expect(found).toMatchObject({ up: 1, ...properties });
  expect(further.map((line) => "_aws" in JSON.parse(line))).toEqual([false, false, false, false]);
});

test("a property too long for any line is a note of its size, one byte shorter it is itself", () => {
  const room = MAX_LINE_BYTES - (sizesOf(linesOf([], { p: "" }))[0] ?? 0);

  const whole = linesOf([beat], { p: "x".repeat(room) });
  const noted = linesOf([beat], { p: "x".repeat(room + 1) });

  expect(sizesOf(whole)[1]).toBe(MAX_LINE_BYTES);
  expect(noted.map((line) => JSON.parse(line))).toMatchObject([
    { up: 1, p: `${room + 3} bytes, too long for a log line` },
  ]);
});

test("a property's name is cut where it would fill a line", () => {
  const lines = linesOf([beat], { ["x".repeat(70_000)]: 1, ["x".repeat(70_001)]: 2 });

  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ ["x".repeat(1024)]: 1, [`${"x".repeat(1024)}_`]: 2 });
});

test("an enormous distribution is represented by a thousand values, and the log says so", () => {
  const value = { values: [3, 1, 2], counts: [1, 1, 10_000_000] };

  const lines = linesOf([{ ...beat, value }]);

  const written = lines.flatMap(datapointsOfLine).map((each) => each.value);
  expect([lines.length, written.length, Math.min(...written), Math.max(...written)]).toEqual([10, 1000, 1, 3]);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    thinned: [{ name: "up", labels: {}, count: 10_000_002, published: 1000 }],
  });
});

test.each([
  [20, 500],
  [100, 100],
  [5000, 10],
])("%i enormous distributions are %i values each, so that a slot stays bounded", (count, expected) => {
  const value = { values: [1, 2], counts: [1_000_000, 1_000_000] };

  const lines = linesOf(manyBeats(count, "m", { value }));

  expect(lines.flatMap(datapointsOfLine)).toHaveLength(count * expected);
});

test("a sample beyond a limit is named in left_out, and the rest still goes out", () => {
  const unfit = manyBeats(2, "m", { value: Number.NaN });

  const lines = linesOf([...unfit, beat], { left_out: "mine" });

  expect(lines.flatMap(datapointsOfLine).map(({ name }) => name)).toEqual(["up"]);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    left_out: { count: 2, metrics: [{ name: "m0" }, { name: "m1" }] },
    left_out_: "mine",
  });
});

import { idMs, isAfter, numberField, parseNumber, windowIds } from "../../../lib/redis/stream-id";

const entryOf = (fields: Record<string, string>) => ({ id: "5-0", fields: new Map(Object.entries(fields)) });

describe("a stream ID", () => {
  it.each([
    ["1772366400000-0", 1_772_366_400_000],
    ["0-1", 0],
    ["7", 7],
  ])("%s was added at %d ms", (id, expected) => {
    expect(idMs(id)).toBe(expected);
  });

  it("bounds a half-open window: its first millisecond whole, the slot's own not at all", () => {
    expect(windowIds(60_000, 10_000)).toEqual({ from: "50000-0", to: "59999" });
  });

  it.each([
    ["2-0", "1-9", true],
    ["1-9", "2-0", false],
    ["1-1", "1-0", true],
    ["1-0", "1-0", false],
    ["10-0", "9-0", true],
    ["1-18446744073709551615", "1-18446744073709551614", true],
    ["18446744073709551615-0", "18446744073709551614-0", true],
  ])("%s after %s: %s", (id, other, expected) => {
    expect(isAfter(id, other)).toBe(expected);
  });
});

describe("a number as Python writes it", () => {
  it.each([
    ["1", 1],
    ["-1.5", -1.5],
    ["+2", 2],
    ["1e-05", 0.00001],
    ["1E3", 1000],
    [".5", 0.5],
    ["5.", 5],
    [" 7 ", 7],
    ["007", 7],
  ])("%j is %d", (text, expected) => {
    expect(parseNumber("key", text, "it")).toEqual({ known: expected });
  });

  it.each([
    [""],
    [" "],
    ["nan"],
    ["NaN"],
    ["inf"],
    ["-inf"],
    ["Infinity"],
    ["None"],
    ["0x10"],
    ["1_000"],
    ["1,5"],
    ["1e999"],
    ["1 2"],
    ["٣"],
  ])("%j is none, and the violation names the place", (text) => {
    expect(parseNumber("key", text, "it")).toEqual({
      broken: { key: "key", what: `it is not a number: ${JSON.stringify(text)}` },
    });
  });

  it("may stand in a field, whose absence is a violation", () => {
    expect(numberField("key", entryOf({ timestamp: "12.5" }), "timestamp")).toEqual({ known: 12.5 });
    expect(numberField("key", entryOf({}), "timestamp")).toEqual({
      broken: { key: "key", what: "entry 5-0 has no field timestamp" },
    });
  });
});

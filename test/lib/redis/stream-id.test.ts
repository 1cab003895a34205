import { idMs, idTime, isAfter, lastAge, numberField, parseNumber, windowIds } from "../../../lib/redis/stream-id";

const entryOf = (fields: Record<string, string>) => ({ id: "5-0", fields: new Map(Object.entries(fields)) });

describe("a stream ID", () => {
  it.each([
    ["1772366400000-0", 1_772_366_400_000],
    ["0-1", 0],
    ["7", 7],
  ])("%s was added at %d ms", (id, expected) => {
    expect(idMs(id)).toBe(expected);
  });

  const T = 1_772_366_400_000;

  it.each([
    [`${T - 3000}-0`, T - 3000],
    [`${T + 60_000}-0`, T + 60_000],
    ["978307200000-5", 978_307_200_000],
  ])("%s is a time, read at a slot of March 2026", (id, ms) => {
    expect(idTime("key", id, T)).toEqual({ known: ms });
  });

  // The kind: a time that cannot be is a violation and makes what rests on it unknown; it is never 0 or an age since 1970.
  it.each([
    [`${T + 60_001}-0`, "ahead of the slot: the server's clock was put back"],
    [`${T / 1000}-12345`, "is no time in milliseconds"],
    ["7-0", "is no time in milliseconds"],
    [`${T * 1000}-0`, "is no time in milliseconds"],
    ["18446744073709551615-18446744073709551615", "Redis refuses every further entry"],
  ])("%s cannot be one, and gives no age", (id, what) => {
    const broken = { broken: { key: "key", what: expect.stringContaining(what) } };
    const info = { lastGeneratedId: id, length: 1, groups: 0 };

    expect(idTime("key", id, T)).toEqual(broken);
    expect(
      lastAge("key", { ...info, first: undefined, last: undefined, entriesAdded: 1, maxDeletedId: "0-0" }, T),
    ).toEqual(broken);
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

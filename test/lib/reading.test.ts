import { broken, ifKnown, known, quoted, type Reading, unknown } from "../../lib/reading";

const half = (value: number): Reading<number> => (value % 2 === 0 ? known(value / 2) : broken("key", "is odd"));

describe("a step applied to a reading", () => {
  it.each<[Reading<number>, Reading<number>]>([
    [known(4), known(2)],
    [known(3), broken("key", "is odd")],
    [unknown("too late"), unknown("too late")],
    [broken("other", "is text"), broken("other", "is text")],
  ])("makes of %j %j", (reading, expected) => {
    expect(ifKnown(reading, half)).toEqual(expected);
  });
});

describe("text from outside", () => {
  it.each([
    ["plain", '"plain"'],
    ['with "quotes"', '"with \\"quotes\\""'],
    ["line\nend\u0000", '"line\\nend\\u0000"'],
    ["x".repeat(64), `"${"x".repeat(64)}"`],
    ["x".repeat(65), `"${"x".repeat(64)}…"`],
    ["x".repeat(1_000_000), `"${"x".repeat(64)}…"`],
  ])("is quoted and cut: %.30s", (text, expected) => {
    expect(quoted(text)).toBe(expected);
  });

  it("is cut where it is asked to be", () => {
    expect(quoted("abcdef", 3)).toBe('"abc…"');
  });
});

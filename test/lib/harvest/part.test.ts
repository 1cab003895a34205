import { isInPart } from "../../../lib/harvest/part";

const SYMBOLS = Array.from({ length: 3000 }, (_, index) => `COIN${index}USDT`);

it.each([1, 2, 3, 7])("each symbol falls to exactly one of %i parts", (of) => {
  const parts = Array.from({ length: of }, (_, index) => index + 1);

  const owners = SYMBOLS.map((symbol) => parts.filter((number) => isInPart(symbol, { number, of })).length);

  expect(new Set(owners)).toEqual(new Set([1]));
});

it("parts are about equal", () => {
  const sizes = [1, 2, 3].map((number) => SYMBOLS.filter((symbol) => isInPart(symbol, { number, of: 3 })).length);

  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(SYMBOLS.length / 10);
});

it.each([
  ["BTCUSDT", 1],
  ["ETHUSDT", 1],
  ["SOLUSDT", 3],
  ["XRPUSDT", 2],
])("%s falls to the same part in every process and version", (symbol, number) => {
  expect(isInPart(symbol, { number, of: 3 })).toBe(true);
});

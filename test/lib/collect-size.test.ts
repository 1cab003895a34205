import { heapOptions, memoryMbFor, MOST_SYMBOLS, mostSymbolsIn, vcpusOf } from "../../lib/collect-size";

describe("the memory of a function that collects", () => {
  it.each([
    [0, 128],
    [3, 128],
    [2000, 128],
    [2001, 192],
    [5000, 320],
    [10_000, 640],
  ])("of %d symbols is %d MB", (symbols, memoryMb) => {
    expect(memoryMbFor(symbols)).toBe(memoryMb);
  });

  // Stands for a limit that is not the measured one: a function that finds more than it has time for.
  it("has room for the symbols that it was chosen for, and for no more than its step", () => {
    for (let symbols = 1; symbols <= MOST_SYMBOLS; symbols += 37) {
      const most = mostSymbolsIn(memoryMbFor(symbols));
      expect(most).toBeGreaterThanOrEqual(symbols);
      expect(memoryMbFor(most)).toBe(memoryMbFor(symbols));
    }
    expect(mostSymbolsIn(10_240)).toBe(MOST_SYMBOLS);
  });

  it("brings its part of a vCPU, and a heap that leaves room for the rest of Node", () => {
    expect([vcpusOf(128), vcpusOf(1769)].map((share) => share.toFixed(4))).toEqual(["0.0724", "1.0000"]);
    expect(heapOptions(128)).toEqual(["--max-semi-space-size=6", "--max-old-space-size=90"]);
    expect(heapOptions(640)).toEqual(["--max-semi-space-size=16", "--max-old-space-size=602"]);
  });
});

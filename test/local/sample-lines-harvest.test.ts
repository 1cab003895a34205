import { safeMode } from "../../lib/collectors/safe-mode";
import { redisUp, sampleDuration } from "../../lib/exporter";
import {
  ageMax,
  killScoreMax,
  missingCount,
  retiredCount,
  symbolCount,
  unbackedCount,
} from "../../lib/harvest/metrics";
import { harvestExporterUp } from "../../lib/harvest/report";
import { type Metric, type Properties, sample } from "../../lib/metric";
import { sampleLines } from "../../local/sample-lines";

const AT = new Date("2026-11-22T08:13:45.000Z");
const MARKED = {
  good: (text: string) => `<good ${text}>`,
  warn: (text: string) => `<warn ${text}>`,
  bad: (text: string) => `<bad ${text}>`,
  dim: (text: string) => text,
};
const SAFETY: Values = [
  [redisUp, 1],
  [sampleDuration, 1.24],
  [safeMode, 0],
];
const BOOK: Values = [
  [symbolCount, 3],
  [retiredCount, 1],
  [killScoreMax, 0.4231],
  [ageMax, 31.24],
];

type Values = readonly (readonly [Metric, number])[];

function linesOf(values: Values, properties: Properties = {}): string[] {
  const samples = values.map(([of, value]) => sample(of, value, AT));
  return sampleLines({ at: AT, samples, properties }, MARKED);
}

it("the harvest has a line of its own below the safety's", () => {
  const lines = linesOf([...SAFETY, ...BOOK], { kill_score_max_symbol: "BTCUSDT" });

  expect(lines).toEqual([
    "08:13:45  <good safe mode off> · Redis 1.2 ms",
    "          harvest 3 live, 1 retired · kill score up to 0.42 (BTCUSDT) · oldest 31.2 s",
  ]);
});

it("a mark of the harvest alone is its line", () => {
  const lines = linesOf([[harvestExporterUp, 1], ...BOOK], { kill_score_max_symbol: "BTCUSDT" });

  expect(lines).toEqual(["08:13:45  harvest 3 live, 1 retired · kill score up to 0.42 (BTCUSDT) · oldest 31.2 s"]);
});

it("a flat book has no kill score to show", () => {
  expect(linesOf([...SAFETY, [symbolCount, 0], [retiredCount, 0]])[1]).toBe("          harvest 0 live");
});

// A kind of mistake: a book of which nothing is watched looks like one in which nothing is wrong.
it("positions without a proposal, and proposals without a position key, stand out", () => {
  const lines = linesOf([
    [symbolCount, 0],
    [retiredCount, 20],
    [missingCount, 1],
    [unbackedCount, 20],
  ]);

  expect(lines).toEqual([
    "08:13:45  harvest 0 live, 20 retired · <warn 1 open without a proposal> · <warn 20 renewed without a position key>",
  ]);
});

it("a high kill score stands out, and a name from outside steers no terminal", () => {
  const lines = linesOf(
    [
      [symbolCount, 1],
      [killScoreMax, 0.6],
    ],
    { kill_score_max_symbol: "\u001B[2J" },
  );

  expect(lines[0]).toContain("<warn kill score up to 0.6 (");
  expect(lines[0]).not.toContain("\u001B");
});

it("Redis that is down is said by a mark of the harvest alone, too", () => {
  const lines = linesOf([[harvestExporterUp, 1]], { redis_error: "connect ECONNREFUSED" });

  expect(lines[0]).toBe("08:13:45  <bad REDIS DOWN: connect ECONNREFUSED>");
});

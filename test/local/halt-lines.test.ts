import { haltsActive } from "../../lib/collectors/halts";
import { intentAge, intentRate, intentStreamMissing, openingRate } from "../../lib/collectors/intents";
import { safeMode, safeModeTtl } from "../../lib/collectors/safe-mode";
import { redisUp } from "../../lib/exporter";
import { type Metric, type Properties, sample } from "../../lib/metric";
import { sampleLines } from "../../local/sample-lines";

const AT = new Date("2026-11-22T08:13:45.000Z");
const MARKED = {
  good: (text: string) => `<good ${text}>`,
  warn: (text: string) => `<warn ${text}>`,
  bad: (text: string) => `<bad ${text}>`,
  dim: (text: string) => text,
};

function further(values: readonly (readonly [Metric, number])[], properties: Properties = {}): string[] {
  const samples = [[redisUp, 1] as const, ...values].map(([of, value]) => sample(of, value, AT));
  return sampleLines({ at: AT, samples, properties }, MARKED).slice(1);
}

const on = [
  [safeMode, 1],
  [safeModeTtl, 100],
  [intentRate, 15],
  [intentAge, 1],
] as const;
const CAUSE = "          <warn no matching fault: the margin guard or an operator set it>";

describe("a halted trading system", () => {
  it("says which switch is on, what it stops and why, and what signs there are", () => {
    const halts = [
      { key: "quantum:system:mode", stops: "entries" },
      { key: "quantum:kill", stops: "all execution", reason: "fat\u001b[31m finger" },
    ];
    const halt_signs = [{ key: "quantum:governor:halt", stops: "entries, by the system mode", reason: "drawdown" }];

    const lines = further([[haltsActive, 2]], { halts, halt_signs });

    expect(lines).toEqual([
      "          <bad TRADING HALTED: quantum:system:mode stops entries>",
      "          <bad TRADING HALTED: quantum:kill stops all execution (fat\\u001b[31m finger)>",
      "          <warn sign of a halt: quantum:governor:halt stops entries, by the system mode (drawdown)>",
    ]);
  });

  it("says nothing where nothing halts", () => {
    expect(further([[haltsActive, 0]])).toEqual([]);
  });

  // The mistake: "all trading is blocked" stood there while somebody traded on.
  it("says how many intents open although safe mode is on", () => {
    const [many, one] = [further([...on, [openingRate, 12]]), further([...on, [openingRate, 1]])];

    expect(many).toEqual([CAUSE, "          <bad 12 intents that open in the last minute, and safe mode is on>"]);
    expect(one).toEqual([CAUSE, "          <bad 1 intent that opens in the last minute, and safe mode is on>"]);
  });

  it("takes exits in safe mode, and intents that open without it, for what they are", () => {
    expect(further([...on, [openingRate, 0]])).toEqual([CAUSE]);
    expect(
      further([
        [safeMode, 0],
        [openingRate, 12],
      ]),
    ).toEqual([]);
  });

  it("says that the stream is not there", () => {
    expect(further([[intentStreamMissing, 1]])).toEqual(["          <warn the trade-intent stream does not exist>"]);
    expect(further([[intentStreamMissing, 0]])).toEqual([]);
  });
});

import { lastFaultTimestamp } from "../../lib/collectors/faults";
import { safeMode, safeModeTtl } from "../../lib/collectors/safe-mode";
import { redisUp, sampleDuration } from "../../lib/exporter";
import { sample } from "../../lib/metric";
import { sampleLines } from "../../local/sample-lines";

const AT = new Date("2026-11-22T08:13:45.000Z");
const AT_SEC = AT.getTime() / 1000;
const MARKED = {
  good: (text: string) => `<good ${text}>`,
  warn: (text: string) => `<warn ${text}>`,
  bad: (text: string) => `<bad ${text}>`,
  dim: (text: string) => text,
};

const FAULT = {
  reason: "GLOBAL_RATE_EXCEEDED",
  symbol: "BTCUSDT",
  side: "BUY",
  global_count: "21",
  global_max: "20",
  symbol_count: "4",
  symbol_max: "5",
  cooldown_sec: "300",
};
const EXPLAINED = "GLOBAL_RATE_EXCEEDED BTCUSDT BUY at 08:13:35: 21 of 20 in all, 4 of 5 for the symbol";
const UNEXPLAINED = "no matching fault: the margin guard or an operator set it";

describe("the lines of safe mode", () => {
  it.each<{ state: string; ttl: number; faultAt: number; fault?: Record<string, string>; head: string; cause: string }>(
    [
      { state: "a trip 10 s ago", ttl: 290, faultAt: -10, fault: FAULT, head: "lifts in 290 s", cause: EXPLAINED },
      {
        state: "a trip by a clock 5 s off",
        ttl: 285,
        faultAt: -10,
        fault: FAULT,
        head: "lifts in 285 s",
        cause: EXPLAINED,
      },
      {
        state: "a clock further off",
        ttl: 284.9,
        faultAt: -10,
        fault: FAULT,
        head: "lifts in 285 s",
        cause: UNEXPLAINED,
      },
      {
        state: "a margin halt after a trip",
        ttl: 890,
        faultAt: -10,
        fault: FAULT,
        head: "lifts in 890 s",
        cause: UNEXPLAINED,
      },
      { state: "no fault at all", ttl: 890, faultAt: -AT_SEC, head: "lifts in 890 s", cause: UNEXPLAINED },
      { state: "no expiry", ttl: -1, faultAt: -10, fault: FAULT, head: "nothing lifts it", cause: UNEXPLAINED },
      {
        state: "no expiry as a fault's cooldown ends",
        ttl: -1,
        faultAt: -300,
        fault: FAULT,
        head: "nothing lifts it",
        cause: UNEXPLAINED,
      },
      {
        state: "a fault without a cooldown",
        ttl: 290,
        faultAt: -10,
        fault: { reason: "X" },
        head: "lifts in 290 s",
        cause: UNEXPLAINED,
      },
      {
        state: "a fault from beyond all calendars",
        ttl: 290,
        faultAt: 1e17,
        fault: { ...FAULT, cooldown_sec: "-1e17" },
        head: "lifts in 290 s",
        cause: UNEXPLAINED,
      },
      {
        state: "a fault of few and hostile words",
        ttl: 290,
        faultAt: -10,
        fault: { cooldown_sec: "300", reason: "\u001B[2J\n" },
        head: "lifts in 290 s",
        cause: String.raw`\u001b[2J\u000a ? ? at 08:13:35: ? of ? in all, ? of ? for the symbol`,
      },
    ],
  )("after $state: $head, $cause", ({ ttl, faultAt, fault, head, cause }) => {
    const samples = [
      sample(redisUp, 1, AT),
      sample(sampleDuration, 1.24, AT),
      sample(safeMode, 1, AT),
      sample(safeModeTtl, ttl, AT),
      sample(lastFaultTimestamp, AT_SEC + faultAt, AT),
    ];

    const lines = sampleLines({ at: AT, samples, properties: fault ? { last_fault: fault } : {} }, MARKED);

    expect(lines).toEqual([`08:13:45  <bad SAFE MODE ON, ${head}> · Redis 1.2 ms`, `          <warn ${cause}>`]);
  });
});

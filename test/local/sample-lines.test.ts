import { faultsLast1h } from "../../lib/collectors/faults";
import { intentAge, intentRate } from "../../lib/collectors/intents";
import {
  rateGlobalCurrent,
  rateGlobalLast,
  rateGlobalUtilization,
  rateSymbolUtilizationMax,
} from "../../lib/collectors/rate-windows";
import { safeMode, safeModeTtl } from "../../lib/collectors/safe-mode";
import { collectorUp, contractViolations, redisUp, runLate, sampleDuration } from "../../lib/exporter";
import { type Metric, type Properties, type Sample, sample } from "../../lib/metric";
import { sampleLines } from "../../local/sample-lines";

const AT = new Date("2026-11-22T08:13:45.000Z");
const MARKED = {
  good: (text: string) => `<good ${text}>`,
  warn: (text: string) => `<warn ${text}>`,
  bad: (text: string) => `<bad ${text}>`,
  dim: (text: string) => text,
};

type Values = readonly (readonly [Metric, number])[];

const UP: Values = [
  [redisUp, 1],
  [sampleDuration, 1.24],
];
const OFF: Values = [...UP, [safeMode, 0], [safeModeTtl, -1]];
const intents = (rate: number | undefined, age: number): Values => [
  ...(rate === undefined ? [] : [[intentRate, rate] as const]),
  [intentAge, age],
];
const window = (last: number, used: number, busiest?: number): Values => [
  [rateGlobalCurrent, 1],
  [rateGlobalLast, last],
  [rateGlobalUtilization, used],
  ...(busiest === undefined ? [] : [[rateSymbolUtilizationMax, busiest] as const]),
];

function linesOf(values: Values, properties: Properties = {}, more: readonly Sample[] = []): string[] {
  const samples = [...values.map(([of, value]) => sample(of, value, AT)), ...more];
  return sampleLines({ at: AT, samples, properties }, MARKED);
}

describe("the line of a slot", () => {
  it.each<{ state: string; values: Values; properties?: Properties; line: string }>([
    {
      state: "everything quiet",
      values: [...OFF, ...intents(34, 0.58), [faultsLast1h, 0], ...window(6, 30, 40)],
      properties: { rate_symbol_max: "BTCUSDT" },
      line: "<good safe mode off> · 34 intents/min, last 0.6 s ago · 0 faults in 1 h · 6 attempts in the last window (30 %, busiest BTCUSDT 40 %) · Redis 1.2 ms",
    },
    {
      state: "one of each",
      values: [...OFF, ...intents(1, 1), [faultsLast1h, 1], [rateGlobalCurrent, 1]],
      line: "<good safe mode off> · 1 intent/min, last 1 s ago · <warn 1 fault in 1 h> · 1 attempt in this window · Redis 1.2 ms",
    },
    {
      state: "a rate that is not known yet",
      values: [...OFF, ...intents(undefined, 3)],
      line: "<good safe mode off> · rate not known yet, last 3 s ago · Redis 1.2 ms",
    },
    {
      state: "silence of 300 s",
      values: [...OFF, ...intents(0, 300)],
      line: "<good safe mode off> · 0 intents/min, last 300 s ago · Redis 1.2 ms",
    },
    {
      state: "a longer silence",
      values: [...OFF, ...intents(0, 300.1)],
      line: "<good safe mode off> · <warn 0 intents/min, last 300.1 s ago> · Redis 1.2 ms",
    },
    {
      state: "a mark of rate windows alone",
      values: [...UP, ...window(0, 0)],
      line: "0 attempts in the last window (0 %) · Redis 1.2 ms",
    },
    {
      state: "no name for the busiest",
      values: [...UP, ...window(2, 10, 20)],
      line: "2 attempts in the last window (10 %) · Redis 1.2 ms",
    },
    {
      state: "79 % of the limit",
      values: [...UP, ...window(15, 79, 79)],
      line: "15 attempts in the last window (79 %) · Redis 1.2 ms",
    },
    {
      state: "80 % of the limit",
      values: [...UP, ...window(16, 80)],
      line: "<warn 16 attempts in the last window (80 %)> · Redis 1.2 ms",
    },
    {
      state: "80 % of a symbol's limit",
      values: [...UP, ...window(4, 20, 80)],
      properties: { rate_symbol_max: "A\u001B" },
      line: String.raw`<warn 4 attempts in the last window (20 %, busiest A\u001b 80 %)> · Redis 1.2 ms`,
    },
    {
      state: "safe mode that could not be read",
      values: [...UP, [faultsLast1h, 0]],
      line: "<bad safe mode unknown> · 0 faults in 1 h · Redis 1.2 ms",
    },
  ])("says of $state: $line", ({ values, properties, line }) => {
    const lines = linesOf(values, properties);

    expect(lines).toEqual([`08:13:45  ${line}`]);
  });

  it.each([
    ["why Redis is down", { redis_error: "connect ECONNREFUSED\u001B[2J" }, String.raw`connect ECONNREFUSED\u001b[2J`],
    ["that Redis is down without a reason", {}, "no answer"],
  ])("says %s and what that means, and nothing else", (_what, properties, why) => {
    const lines = linesOf(
      [
        [redisUp, 0],
        [safeMode, 0],
        [faultsLast1h, 3],
      ],
      properties,
    );

    expect(lines).toEqual([
      `08:13:45  <bad REDIS DOWN: ${why}>`,
      "          the kernel fails open: trades pass without the breaker",
    ]);
  });
});

const down = (properties: Properties): string[] => linesOf([[redisUp, 0]], properties);

/** Stands for a watcher that is refused and calls the breaker off. */
describe("the line of a Redis that does not answer", () => {
  it.each([
    ["unreachable", "connect ECONNREFUSED 127.0.0.1:6379"],
    ["timed-out", "an answer from Redis took longer than 1500 ms"],
    ["loading", "LOADING Redis is loading the dataset in memory"],
  ])("names its kind: %s", (why, said) => {
    expect(down({ redis_error: said, redis_why: why })).toEqual([
      `08:13:45  <bad REDIS DOWN (${why}): ${said}>`,
      "          the kernel fails open: trades pass without the breaker",
    ]);
  });

  it("says of one that refuses or mistrusts only us that we are blind, and nothing of the breaker", () => {
    const blind = "          we are blind; whether the kernel is, is not known";

    expect(down({ redis_error: "NOAUTH Authentication required.", redis_why: "refused" })).toEqual([
      "08:13:45  <bad REDIS REFUSES US: NOAUTH Authentication required.>",
      blind,
    ]);
    expect(down({ redis_error: "certificate has expired", redis_why: "untrusted" })).toEqual([
      "08:13:45  <bad REDIS DOWN (untrusted): certificate has expired>",
      blind,
    ]);
  });
});

describe("the lines of a Redis that answers and is not well", () => {
  // Kind: a server that answers hides that it refuses the one key that matters most.
  it("say that it refuses us the safe-mode flag, and all else that it lets us read", () => {
    const said = "quantum:safety:safe_mode: NOPERM No permissions to access a key";
    const lines = linesOf(
      [
        [redisUp, 1],
        [faultsLast1h, 0],
        [sampleDuration, 1],
      ],
      { redis_error: said, redis_why: "refused" },
    );

    expect(lines[0]).toBe(`08:13:45  <bad REDIS REFUSES US THE SAFE-MODE FLAG: ${said}>`);
    expect(lines.join("\n")).toContain("0 faults in 1 h");
    expect(lines.join("\n")).not.toContain("REDIS DOWN");
  });

  it("say that a replica is cut off, and nothing of its keys", () => {
    const lines = linesOf([[redisUp, 1]], { redis_cut_off: "a replica whose link to its primary a:1 is down" });

    expect(lines).toEqual([
      "08:13:45  <bad REPLICA CUT OFF: a replica whose link to its primary a:1 is down; its keys are frozen>",
    ]);
  });

  it("say that it is full, beside what was read", () => {
    const lines = linesOf(
      [
        [redisUp, 1],
        [safeMode, 0],
        [sampleDuration, 2],
      ],
      { redis_full: "100 bytes used of maxmemory 100, policy noeviction" },
    );

    expect(lines[0]).toBe(
      "08:13:45  <bad REDIS IS FULL: 100 bytes used of maxmemory 100, policy noeviction; safe mode cannot be set>",
    );
    expect(lines[1]).toContain("safe mode off");
  });
});

describe("the lines of what went wrong", () => {
  it("name each collector that failed and why", () => {
    const states = [
      sample(collectorUp, 0, AT, { Collector: "faults" }),
      sample(collectorUp, 1, AT, { Collector: "intents" }),
    ];
    const silent = sample(collectorUp, 0, AT, { Collector: "safe-mode" });
    const properties = { failed: [{ collector: "faults", why: "NOPERM\nno" }] };

    const [, ...lines] = linesOf(OFF, properties, [...states, silent]);

    expect(lines).toEqual([
      String.raw`          <bad collector faults failed: NOPERM\u000ano>`,
      "          <bad collector safe-mode failed: no reason given>",
    ]);
  });

  // Stands for a schedule whose lateness nobody sees until marks are lost.
  it.each<[string, Values, string[]]>([
    [
      "late, with its first sample",
      [...OFF, [runLate, 40.26]],
      ["08:13:45  <good safe mode off> · Redis 1.2 ms", "          <warn this run began 40.3 s late>"],
    ],
    ["on time", [...OFF, [runLate, 0.31]], ["08:13:45  <good safe mode off> · Redis 1.2 ms"]],
    ["too late to take anything", [[runLate, 95]], ["08:13:45  <warn this run began 95 s late and took nothing>"]],
  ])("tell of a run that began %s", (_, values, expected) => {
    expect(linesOf(values)).toEqual(expected);
  });

  it("name each violation, who met it and where", () => {
    const violations = [{ collector: "faults", key: "quantum:stream:safety.fault", what: "is\u202E wrong" }];

    const [, ...lines] = linesOf([...OFF, [contractViolations, 1]], { violations });

    expect(lines).toEqual([
      String.raw`          <warn contract broken (faults): quantum:stream:safety.fault is\u202e wrong>`,
    ]);
  });

  it("are none where nothing went wrong", () => {
    const lines = linesOf([...OFF, [contractViolations, 0]], {}, [sample(collectorUp, 1, AT, { Collector: "faults" })]);

    expect(lines).toEqual(["08:13:45  <good safe mode off> · Redis 1.2 ms"]);
  });
});

import { commandRate, connectedClients, hitRatio, memoryMax, memoryUsed } from "../../lib/collectors/redis-server";
import {
  groupLag,
  groupLost,
  groupMissing,
  groupOldestPending,
  groupPending,
  groupStuck,
  streamMissing,
} from "../../lib/collectors/streams";
import { redisUp, sampleDuration } from "../../lib/exporter";
import { type Metric, type Sample, sample } from "../../lib/metric";
import { serverUp } from "../../lib/server-report";
import { sampleLines } from "../../local/sample-lines";

const AT = new Date("2026-11-22T08:13:45.000Z");
const MARKED = {
  good: (text: string) => `<good ${text}>`,
  warn: (text: string) => `<warn ${text}>`,
  bad: (text: string) => `<bad ${text}>`,
  dim: (text: string) => text,
};
const GROUP = { Stream: "quantum:stream:trade.intent", Group: "quantum:group:intent_bridge" };
const OTHER = { Stream: "quantum:stream:trade.intent", Group: "au\u0007dit" };

const of = (metric: Metric, value: number): Sample => sample(metric, value, AT);
const ofGroup = (
  labels: typeof GROUP,
  lag: number | undefined,
  pending: number,
  oldest: number,
  lost: number,
): Sample[] => [
  ...(lag === undefined ? [] : [sample(groupLag, lag, AT, labels)]),
  sample(groupPending, pending, AT, labels),
  sample(groupOldestPending, oldest, AT, labels),
  sample(groupLost, lost, AT, labels),
];
const linesOf = (samples: readonly Sample[], properties = {}): string[] =>
  sampleLines({ at: AT, samples, properties }, MARKED).map((line) => line.trim());

describe("the line of the Redis server", () => {
  it.each([
    [
      "all that is known",
      [
        of(memoryUsed, 52_428_800),
        of(memoryMax, 104_857_600),
        of(connectedClients, 12),
        of(commandRate, 81.46),
        of(hitRatio, 0.925),
      ],
      "server: 50 of 100 MB · 12 clients · 81.5 commands/s · 92.5 % hits",
    ],
    [
      "a first reading without a limit",
      [of(memoryUsed, 1_572_864), of(memoryMax, 0), of(connectedClients, 1)],
      "server: 1.5 MB · 1 client",
    ],
  ])("shows %s", (_, samples, line) => {
    const lines = linesOf([of(redisUp, 1), of(sampleDuration, 2), ...samples]);

    expect(lines).toEqual(["08:13:45  Redis 2 ms", line]);
  });

  it("stands alone where the safety family is another function's", () => {
    const lines = linesOf([of(serverUp, 1), of(connectedClients, 3)]);

    expect(lines).toEqual(["08:13:45  server: 3 clients"]);
  });

  it.each([
    ["the redis family says so", [of(serverUp, 0)], {}, "no answer"],
    ["no family says so", [], { redis_error: "connect ECONNREFUSED" }, "connect ECONNREFUSED"],
  ])("gives way to the outage where %s", (_, samples, properties, why) => {
    const lines = linesOf(samples, properties);

    expect(lines[0]).toBe(`08:13:45  <bad REDIS DOWN: ${why}>`);
  });
});

describe("the line of consumer groups", () => {
  it("shows what waits for each group, and for how long", () => {
    const lines = linesOf([of(redisUp, 1), ...ofGroup(GROUP, 3, 0, 0, 0), ...ofGroup(OTHER, undefined, 2, 61.27, 0)]);

    expect(lines[0]).toBe(
      "08:13:45  groups: quantum:group:intent_bridge of quantum:stream:trade.intent lag 3, 0 pending · " +
        String.raw`au\u0007dit of quantum:stream:trade.intent lag not known, 2 pending (for 61.3 s)`,
    );
  });

  it("says loudly that entries were lost", () => {
    const lines = linesOf([of(redisUp, 1), ...ofGroup(GROUP, 10_000, 0, 0, 1)]);

    expect(lines[0]).toBe(
      "08:13:45  groups: <bad quantum:group:intent_bridge of quantum:stream:trade.intent lag 10000, 0 pending, ENTRIES LOST>",
    );
  });

  it("says what a dead consumer left", () => {
    const stuck = [...ofGroup(GROUP, 0, 3, 900, 0), sample(groupStuck, 3, AT, GROUP)];

    const lines = linesOf([of(redisUp, 1), ...stuck]);

    expect(lines[0]).toBe(
      "08:13:45  groups: quantum:group:intent_bridge of quantum:stream:trade.intent lag 0, 3 pending (for 900 s), " +
        "<warn 3 left by a dead consumer>",
    );
  });

  it("says loudly what is missing, whether there is a group to speak of or not", () => {
    const missing = [
      sample(streamMissing, 1, AT, { Stream: "quantum:stream:apply.result" }),
      sample(streamMissing, 0, AT, { Stream: GROUP.Stream }),
      sample(groupMissing, 1, AT, OTHER),
      sample(groupMissing, 0, AT, GROUP),
    ];

    const lines = linesOf([of(redisUp, 1), ...missing]);

    expect(lines).toEqual([
      String.raw`08:13:45  <bad MISSING: stream quantum:stream:apply.result · group au\u0007dit of quantum:stream:trade.intent>`,
    ]);
  });
});

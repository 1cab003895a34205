import { setTimeout as delay } from "node:timers/promises";
import { Collection, type Collector } from "../../lib/collector";
import { CollectError } from "../../lib/errors";
import { metric } from "../../lib/metric";
import { known } from "../../lib/reading";
import { run } from "../../lib/run";

const AT = new Date("2026-03-01T12:00:00Z");
const LIMIT_MS = 50;
const answered = metric({ name: "answered", unit: "Count", tier: "boarded", help: "what the source said" });

/** A collector that gives what `collect` makes of the source and of its memory. */
function collectorNamed(
  name: string,
  collect: (source: number, memory: unknown) => Promise<number>,
): Collector<number> {
  return {
    name,
    metrics: [answered],
    async collect(source, at, memory) {
      const collection = new Collection(at);
      collection.put(answered, known(await collect(source, memory)));
      return collection.done();
    },
  };
}

const quick = collectorNamed("quick", (source) => Promise.resolve(source));
const forgetful = collectorNamed("forgetful", (_, memory) =>
  Promise.resolve(memory === undefined ? 0 : Number(memory)),
);
const failing = collectorNamed("failing", () => Promise.reject(new CollectError("the source refuses")));
const raw = collectorNamed("raw", async () => {
  // eslint-disable-next-line no-throw-literal
  throw "no error at all";
});
const immediate: Collector<number> = {
  name: "immediate",
  metrics: [],
  collect: () => {
    throw new CollectError("before anything was asked");
  },
};
const hanging = collectorNamed("hanging", async () => delay(60_000, 1, { ref: false }));

const taken = async (...collectors: readonly Collector<number>[]): Promise<unknown[]> => {
  const outcomes = await run(collectors, 7, AT, new Map([["forgetful", 3]]), LIMIT_MS);
  return outcomes.map((one) => [
    one.collector.name,
    "error" in one ? one.error.message : one.collected.samples.map(({ value }) => value),
  ]);
};

describe("a run", () => {
  it("gives each collector the source and its own memory, and keeps their order", async () => {
    expect(await taken(quick, forgetful, quick)).toEqual([
      ["quick", [7]],
      ["forgetful", [3]],
      ["quick", [7]],
    ]);
  });

  it("loses only the samples of a collector that fails, in whatever way", async () => {
    expect(await taken(failing, quick, raw, immediate, forgetful)).toEqual([
      ["failing", "the source refuses"],
      ["quick", [7]],
      ["raw", "no error at all"],
      ["immediate", "before anything was asked"],
      ["forgetful", [3]],
    ]);
  });

  it("loses only the samples of a collector that outlasts the limit, which is named", async () => {
    expect(await taken(hanging, quick)).toEqual([
      ["hanging", expect.stringMatching(/^hanging took longer than \d+ ms$/)],
      ["quick", [7]],
    ]);
  });

  it("of no collectors gives nothing", async () => {
    expect(await taken()).toEqual([]);
  });
});

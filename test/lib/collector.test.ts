import { Collection } from "../../lib/collector";
import { metric } from "../../lib/metric";
import { broken, known, unknown } from "../../lib/reading";

const AT = new Date("2026-03-01T12:00:00Z");
const EARLIER = new Date("2026-03-01T11:59:50Z");
const count = metric({ name: "count", unit: "Count", tier: "boarded", help: "something counted" });
const perSymbol = metric({ ...count, name: "per_symbol", labels: ["Symbol"] });

describe("a collection", () => {
  it("makes a sample of what is known, at the slot and with its labels", () => {
    const collection = new Collection(AT);
    collection.put(count, known(3));
    collection.put(perSymbol, known(0), { labels: { Symbol: "BTCUSDT" }, at: EARLIER });

    const { samples, properties, violations } = collection.done();

    expect(samples).toEqual([
      { metric: count, value: 3, labels: {}, at: AT },
      { metric: perSymbol, value: 0, labels: { Symbol: "BTCUSDT" }, at: EARLIER },
    ]);
    expect([properties, violations]).toEqual([{}, []]);
  });

  it("names in the log what is unknown, and makes no sample of it", () => {
    const collection = new Collection(AT);
    collection.put(count, unknown("too young"));
    collection.property("estimated", true);

    const { samples, properties } = collection.done();

    expect(samples).toEqual([]);
    expect(properties).toEqual({ estimated: true, unknown: { count: "too young" } });
  });

  it("counts a violation once, however many metrics meet it", () => {
    const collection = new Collection(AT);
    collection.put(count, broken("key", "is text"));
    collection.put(perSymbol, broken("key", "is text"), { labels: { Symbol: "BTCUSDT" } });
    collection.violation({ key: "key", what: "is something else" });
    collection.violation({ key: "other", what: "is text" });

    const { samples, violations } = collection.done();

    expect(samples).toEqual([]);
    expect(violations).toEqual([
      { key: "key", what: "is text" },
      { key: "key", what: "is something else" },
      { key: "other", what: "is text" },
    ]);
  });

  it("hands its memory on where there is one", () => {
    expect(new Collection(AT).done({ seen: 1 }).memory).toEqual({ seen: 1 });
    expect(new Collection(AT).done()).not.toHaveProperty("memory");
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY]])(
    "takes the value %d, which CloudWatch could not store, for a violation",
    (value) => {
      const collection = new Collection(AT);

      collection.put(count, known(value));

      const { samples, violations } = collection.done();
      expect(samples).toEqual([]);
      expect(violations).toEqual([{ key: count.name, what: `cannot be ${value}` }]);
    },
  );
});

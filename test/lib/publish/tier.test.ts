import { metric, sample, type Tier } from "../../../lib/metric";
import { asProperties, byTier } from "../../../lib/publish/tier";

const at = new Date("2026-03-01T12:00:15Z");
const of = (tier: Tier) => metric({ name: `of_${tier}`, unit: "None", tier, help: "", labels: ["Symbol", "Action"] });
const labels = { Symbol: "BTCUSDT", Action: "NONE" };
const samples = [of("alarmed"), of("boarded"), of("logged")].map((each) => sample(each, 1, at, labels));

test.each([
  ["alarmed", ["of_alarmed"]],
  ["boarded", ["of_alarmed", "of_boarded"]],
  ["logged", ["of_alarmed", "of_boarded", "of_logged"]],
] as const)("an environment of tier %s publishes %p and logs the rest", (tier, expected) => {
  const { published, logged } = byTier(samples, tier);

  expect(published.map(({ metric: { name } }) => name)).toEqual(expected);
  expect(new Set([...published, ...logged])).toEqual(new Set(samples));
});

test("a sample without labels is a property of its metric's name", () => {
  const length = metric({ name: "stream_length", unit: "Count", tier: "boarded", help: "" });

  const properties = asProperties([sample(length, 42, at)]);

  expect(properties).toEqual({ stream_length: 42 });
});

test("the labels of a sample are in its property's name, in the order of their names", () => {
  const properties = asProperties([sample(of("logged"), 0.5, at, labels)]);

  expect(properties).toEqual({ "of_logged{Action=NONE,Symbol=BTCUSDT}": 0.5 });
});

test("two samples that share a property's name are a list there", () => {
  const rate = metric({ name: "rate", unit: "Count", tier: "boarded", help: "" });

  const properties = asProperties([3, 5].map((value) => sample(rate, value, at)));

  expect(properties).toEqual({ rate: [3, 5] });
});

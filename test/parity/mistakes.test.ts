import { rules } from "../../alarms";
import { validateEnvironment } from "../../lib/environment";
import { type Threshold, withThresholds } from "../../lib/rules/condition";
import type { RuleName } from "../../lib/rules/names";
import type { Rule } from "../../lib/rules/rule";
import { firing } from "./promtool";
import { resultOf, type RuleResult } from "./result";
import { subjectOf } from "./subject";
import { prod } from "../support/example-environments";

const environment = validateEnvironment(prod);
const numbers = Array.from({ length: 40 }, (_, number) => number);

jest.setTimeout(120_000);

function ruleNamed(name: RuleName): Rule {
  const found = rules.find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

const found = ({ failed, differences }: RuleResult): string[] => [
  ...differences,
  ...failed.flatMap(({ comparison }) => comparison.differences),
];

const withValue = (rule: Rule, value: number): Rule => ({
  ...rule,
  condition: withThresholds(rule.condition, (one): Threshold => ({ ...one, value })),
});

/** For each symbol its own threshold alone, whatever else has to hold or holds it back; for all of them as it was. */
function unconditionally(rule: Rule): Rule {
  const adapt: NonNullable<Rule["adapt"]> = (one, among, label) => {
    if (label === rule.overall?.label || one.condition.kind !== "while") return rule.adapt?.(one, among, label) ?? one;
    const { heldBackBy: _, ...alone } = one.condition.threshold;
    return { ...one, condition: alone };
  };
  return { ...rule, adapt };
}

function without(rule: Rule, key: "inhibitedBy" | "countsPeaks" | "deviations"): Rule {
  return Object.fromEntries(Object.entries(rule).filter(([name]) => name !== key)) as unknown as Rule;
}

describe("a deployed rule with a mistake is found", () => {
  test.each<[string, RuleName, (rule: Rule) => Rule, RegExp]>([
    ["a threshold one too high", "QuantumHighFaultRate", (rule) => withValue(rule, 11), /was not told/],
    ["a threshold one too low", "QuantumHighFaultRate", (rule) => withValue(rule, 9), /told/],
    ["a `for` too long", "QuantumSafeModeActive", (rule) => ({ ...rule, for: "5m" }), /was not told|told after/],
    [
      "a `for` too short",
      "QuantumHighFaultRate",
      (rule) => ({ ...rule, for: "1m" }),
      /short episode .* was told|before/,
    ],
    ["an end without data", "QuantumHighFaultRate", (rule) => ({ ...rule, whenMissing: "ok" }), /keep its state/],
    ["an end of peaks without data", "PagerDrillFailed", (rule) => ({ ...rule, whenMissing: "ok" }), /keep its state/],
    ["a state kept without data", "LambdaFailing", (rule) => ({ ...rule, whenMissing: "keep" }), /went on until/],
    ["the worst sample of each minute", "QuantumSafetyFaultSpike", (rule) => ({ ...rule, countsPeaks: true }), /told/],
    ["a second missing symbol waited for", "QuantumHarvestSymbolMissing", (rule) => withValue(rule, 1), /was not told/],
    [
      "a closed position that goes on being stale",
      "QuantumHarvestMetricsStale",
      unconditionally,
      /told at|an alarm at|went on/,
    ],
    ["no rule that keeps it quiet", "CollectorFailing", (rule) => without(rule, "inhibitedBy"), /before its wait/],
  ])("%s", async (_, name, mistake, difference) => {
    const rule = ruleNamed(name);

    const result = await resultOf({ rule, deployed: mistake(rule), seed: "mistakes", numbers }, environment);

    expect(result.failed.length).toBeGreaterThan(0);
    expect(found(result)).toContainEqual(expect.stringMatching(difference));
  });
});

describe("a deviation has to be declared", () => {
  test.each<[RuleName]>([
    ["QuantumSafeModeActive"],
    ["QuantumPublishingStalled"],
    ["QuantumBreakerFlapping"],
    ["QuantumHarvestSymbolMissing"],
    ["QuantumHarvestKillScoreHigh"],
    ["QuantumHarvestMetricsStale"],
    ["QuantumHarvestExporterDown"],
    ["PagerDrillFailed"],
  ])("%s without its own is found", async (name) => {
    const rule = without(ruleNamed(name), "deviations");

    const result = await resultOf({ rule, seed: "mistakes", numbers }, environment);

    expect(result.failed.length).toBeGreaterThan(0);
  });

  test("a metric other than the mirrored one is found", async () => {
    const rule = without(ruleNamed("QuantumTelemetryExporterDown"), "deviations");

    const result = await resultOf({ rule, seed: "mistakes", numbers: [0, 1] }, environment);

    expect(result.differences).toEqual([expect.stringContaining("a metric that it does not read")]);
  });
});

describe("a declared deviation has to occur", () => {
  test.each<[RuleName, NonNullable<Rule["deviations"]>[number]]>([
    ["LambdaFailing", { kind: "endsLater", bySec: 600, why: "" }],
    ["QuantumContractBroken", { kind: "waits", why: "" }],
    ["QuantumTelemetryExporterDown", { kind: "keepsWithoutData", why: "" }],
    ["QuantumHighFaultRate", { kind: "readsAnother", why: "" }],
    ["QuantumHarvestKillScoreHigh", { kind: "leftToAnother", why: "" }],
  ])("%s does not have %j", async (name, deviation) => {
    const rule = { ...ruleNamed(name), deviations: [deviation] };

    const { differences } = await resultOf({ rule, seed: "mistakes", numbers }, environment);

    expect(differences).toContain(`declares ${deviation.kind}, which never occurs`);
  });
});

test("what promtool refuses is no calm story", async () => {
  const subject = subjectOf(ruleNamed("RedisDown"), environment);

  const asked = firing(subject, [{ series: "quantum_safety_redis_up{run=0}", values: "0 0 0" }], [0], 3);

  await expect(asked).rejects.toThrow("promtool: ");
});

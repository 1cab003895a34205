import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "../../alarms";
import { validateEnvironment } from "../../lib/environment";
import { ConfigError } from "../../lib/errors";
import type { RuleName } from "../../lib/rules/names";
import type { Rule } from "../../lib/rules/rule";
import { knownRules } from "../../local/alarms/known-rules";
import { coverageOf } from "../../local/alarms/vectors/coverage";
import { healthyValue } from "../../local/alarms/vectors/healthy";
import { vectorsIn } from "../../local/alarms/vectors/read-vectors";
import { lacksOf } from "../../local/alarms/vectors/report";
import { metricsByText, stageOf } from "../../local/alarms/vectors/stage";
import { testVector } from "../../local/alarms/vectors/test-vectors";
import { mutantsOf } from "../support/rule-mutants";
import { prod } from "../support/example-environments";

const FOLDER = join(__dirname, "../../alarms");
const environment = validateEnvironment(prod);
const stage = stageOf(environment);
const texts = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".vectors.yaml"))
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), "utf8") }));
const tested = texts
  .flatMap(({ name, text }) => vectorsIn(`alarms/${name}`, text, stage))
  .map((one) => testVector(one, stage));
const coverage = coverageOf(stage.judged, tested);

/** What an environment makes of a rule is that of production here, which may be what is declared. */
const IN_EVERY_ENVIRONMENT = "the same in every environment";
/** Quiet by themselves while Redis is down: all that they read is withheld, and they keep their state. */
const KEPT_WITHOUT_REDIS: readonly RuleName[] = [
  "ConsumerGroupMissing",
  "StreamMissing",
  "ClockSkewed",
  "ConsumerGroupLagging",
  "ConsumerGroupStuck",
  "QuantumHarvestMetricsStale",
  "QuantumHarvestPublisherDown",
  "QuantumHarvestSymbolMissing",
  "QuantumHarvestUnbacked",
];

/** Others only where several functions share the symbols, or where there are no position keys. */
const SAME_HERE: readonly RuleName[] = [
  "QuantumHarvestPublisherDown",
  "QuantumHarvestSymbolMissing",
  "QuantumHarvestUnbacked",
];

describe("the vectors beside the rules", () => {
  test.each(tested.map((one) => [`${one.vector.file}: ${one.vector.name}`, one] as const))("%s", (_, { failures }) => {
    expect(failures).toEqual([]);
  });

  test("have names of their own", () => {
    const names = tested.map(({ vector }) => vector.name);

    expect(new Set(names).size).toBe(names.length);
  });

  test("show all that a rule can do, for every rule", () => {
    expect(lacksOf(coverage)).toEqual([]);
  });

  test("know what every metric of every rule reads while it is healthy", () => {
    const metrics = [...metricsByText(stage.judged).keys()];

    expect(metrics.filter((metric) => healthyValue(metric) === undefined)).toEqual([]);
  });
});

describe.each(rules)("$name", (rule) => {
  test("has a vector in which it fires, and one in which it stays quiet", () => {
    expect(coverage.get(rule.name)?.fired).toBeGreaterThan(0);
    expect(coverage.get(rule.name)?.quiet).toBeGreaterThan(0);
  });

  test.each(mutantsOf(rule).filter(({ told }) => !isSame(rule.name, told)))("is not taken for: $told", (mutant) => {
    expect(passes(mutant.rule)).toBe(false);
  });
});

/** Changes that make no other alarm of a rule. */
function isSame(rule: string, told: string): boolean {
  // One that is shown only tells nobody, whatever its severity; it is not suppressed, nor is one that is quiet by
  // itself while Redis is down, or while a flag is up and for long enough afterwards.
  const isOfRedis = told.includes("inhibited by RedisDown");
  if (rule === "QuantumRedisConnectionLost") return isOfRedis || told === "severity";
  // This one differs only where it has a function of its own.
  if (rule === "QuantumHarvestExporterDown") {
    return told === "severity" || told.includes("inhibited by") || told === IN_EVERY_ENVIRONMENT;
  }
  if (SAME_HERE.some((name) => name === rule) && told === IN_EVERY_ENVIRONMENT) return true;
  // Its condition asks for the opposite of the publisher's.
  const isOfPublisher =
    rule === "QuantumHarvestMetricsStale" && told.includes("inhibited by QuantumHarvestPublisherDown");
  if (isOfPublisher || KEPT_WITHOUT_REDIS.some((name) => name === rule)) return isOfPublisher || isOfRedis;
  const isOfFlag =
    told === "not inhibited by QuantumSafeModeActive" || told.endsWith("SafeModeActive for another while");
  return rule === "QuantumPublishingStalled" && (isOfRedis || isOfFlag);
}

/** Whether all vectors of a rule pass with another in its place. */
function passes(changed: Rule): boolean {
  const declared = rules.find(({ name }) => name === changed.name);
  const inhibitors = rules.filter((one) => declared?.inhibitedBy?.some(({ by }) => by === one));
  try {
    const mutated = stageOf(environment, knownRules(environment, [changed, ...inhibitors]));
    return texts
      .flatMap(({ text }) => text.split(/^(?=- name)/m))
      .filter((text) => text.includes(`\n  rule: ${changed.name}\n`))
      .every((text) => vectorsIn("", text, mutated).every((one) => testVector(one, mutated).failures.length === 0));
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

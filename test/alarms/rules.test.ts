import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "../../alarms";
import { publishedMetrics } from "../../lib/collectors";
import { validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { alarmsOf } from "../../lib/rules/alarms";
import { EACH, isAws, metricsOf, seriesOf } from "../../lib/rules/condition";
import { alarmNamesOf } from "../../lib/rules/labels";
import { RULE_NAMES, type RuleName } from "../../lib/rules/names";
import { knownRules } from "../../local/alarms/known-rules";
import { examples } from "../support/example-environments";

const ROOT = join(__dirname, "../..");
const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const published = [...publishedMetrics];

/** The sections of a runbook: a heading of a rule's name, and the headings within it. */
function sectionsOf(runbook: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of readFileSync(join(ROOT, "docs/runbooks", runbook), "utf8").split("\n")) {
    if (line.startsWith("## ")) sections.set(line.slice(3), (current = []));
    if (line.startsWith("### ")) current.push(line.slice(4));
  }
  return sections;
}

test("every name that a rule can have is a rule, once", () => {
  const names = rules.map(({ name }) => name);

  expect(names.toSorted()).toEqual(RULE_NAMES.toSorted());
});

test("every rule file is in the list", () => {
  const files = readdirSync(join(ROOT, "alarms")).filter((file) => file.endsWith(".ts") && file !== "index.ts");

  const index = readFileSync(join(ROOT, "alarms/index.ts"), "utf8");

  for (const file of files) expect(index).toContain(`from "./${file.replace(/\.ts$/, "")}"`);
});

describe.each(rules)("$name", (rule) => {
  test("has a section in its runbook that says what it means, where to look, what to do and when it is wrong", () => {
    const headings = sectionsOf(`${rule.runbook}.md`).get(rule.name);

    expect(headings).toEqual(["Meaning", "First look", "What to do", "When it is a false alarm"]);
  });

  test("reads metrics that are published wherever anything is, under exactly their dimensions", () => {
    const ours = metricsOf(rule.condition).filter((metric) => !isAws(metric));

    for (const metric of ours) {
      expect(published).toContain(metric);
      expect(metric).toMatchObject({ tier: "alarmed" });
    }
    for (const { metric, labels } of seriesOf(rule.condition)) {
      expect(Object.keys(labels)).toEqual(isAws(metric) ? [] : metric.labels);
    }
  });

  test.each(Object.values(environments))("reads in $name what is published there", (data) => {
    const environment = validateEnvironment(data);

    const read = knownRules(environment, [rule]).flatMap((known) => seriesOf(known.rule.condition));

    for (const { metric, labels } of read.filter((one) => !isAws(one.metric))) {
      expect(published).toContain(metric);
      expect(metric).toMatchObject({ tier: "alarmed", labels: Object.keys(labels) });
      expect(Object.values(labels)).not.toContain(EACH);
    }
  });

  test("fires on missing data only if silence is what it is about", () => {
    const isSilence = rule.condition.kind === "silence";

    expect(rule.whenMissing === "fires").toBe(isSilence);
  });

  test.each(Object.values(examples))("is at least one alarm of $name, if it is about anything there", (data) => {
    const environment = validateEnvironment(data);

    const alarms = alarmsOf([rule], environment, TOPICS, (name) => `arn:alarm:${name}`);

    const names = alarms.map(({ properties }) => properties.AlarmName);
    expect(names).toEqual(expect.arrayContaining(alarmNamesOf(rule, environment)));
    expect(names.length > 0).toBe(environment.notify !== undefined || rule.runbook !== "paging");
  });
});

test("every section of a runbook is about a rule", () => {
  const sections = readdirSync(join(ROOT, "docs/runbooks")).flatMap((file) => Array.from(sectionsOf(file).keys()));

  expect(sections.toSorted()).toEqual(RULE_NAMES.toSorted());
});

test.each<[RuleName, string, string, string, string[], string | undefined]>([
  ["QuantumSafeModeActive", "critical", "1m", "keep", [], "quantum_safety_safe_mode == 1"],
  ["QuantumHighFaultRate", "warning", "5m", "keep", [], "quantum_safety_faults_last_1h > 10"],
  ["QuantumSafetyFaultSpike", "warning", "3m", "keep", ["QuantumSafeModeActive"], "quantum_safety_faults_last_5m > 5"],
  [
    "QuantumPublishingStalled",
    "warning",
    "0s",
    "keep",
    ["QuantumSafeModeActive", "RedisDown"],
    "quantum_trade_intent_rate_per_min == 0 and quantum_safety_safe_mode == 0",
  ],
  ["QuantumTelemetryExporterDown", "critical", "2m", "fires", [], "up == 0"],
  ["QuantumRedisConnectionLost", "info", "1m", "keep", ["RedisDown"], "quantum_safety_redis_up == 0"],
  ["RedisDown", "critical", "1m", "keep", [], "quantum_safety_redis_up == 0 or redis_up == 0"],
  ["RedisSlowQueries", "warning", "5m", "keep", [], "redis_command_duration_ms_mean > 100"],
  ["ConsumerGroupLagging", "warning", "2m", "keep", ["RedisDown"], undefined],
  ["StreamEntriesLost", "critical", "0s", "keep", [], undefined],
  [
    "QuantumHarvestKillScoreHigh",
    "warning",
    "2m",
    "keep",
    ["QuantumHarvestKillScoreCritical"],
    "quantum_harvest_kill_score >= 0.6",
  ],
  ["QuantumHarvestKillScoreCritical", "critical", "1m", "keep", [], "quantum_harvest_kill_score >= 0.8"],
  [
    "QuantumHarvestMetricsStale",
    "warning",
    "0s",
    "keep",
    ["RedisDown", "QuantumHarvestPublisherDown"],
    "time() - quantum_harvest_last_update_epoch > 30",
  ],
  ["QuantumHarvestExporterDown", "critical", "1m", "fires", ["QuantumTelemetryExporterDown"], "up == 0"],
  // A minute, and not at once: with the first sample after an outage every proposal is old.
  ["QuantumHarvestPublisherDown", "critical", "2m", "keep", ["RedisDown"], undefined],
  ["QuantumHarvestSymbolMissing", "warning", "2m", "keep", ["RedisDown"], undefined],
  ["QuantumHarvestUnbacked", "warning", "10m", "keep", ["RedisDown"], undefined],
  ["QuantumFaultSeen", "info", "0s", "keep", ["QuantumSafeModeActive"], undefined],
  ["QuantumSafeModeNoExpiry", "critical", "15m", "keep", [], undefined],
  ["QuantumBreakerFlapping", "warning", "0s", "keep", [], undefined],
  ["QuantumRateNearLimit", "warning", "2m", "ok", ["QuantumSafeModeActive"], undefined],
  ["QuantumContractBroken", "warning", "3m", "ok", [], undefined],
  ["CollectorFailing", "warning", "2m", "keep", ["RedisDown"], undefined],
  ["TelemetryLogsBroken", "warning", "0s", "ok", [], undefined],
  ["LambdaFailing", "warning", "2m", "ok", [], undefined],
  ["LambdaThrottled", "warning", "2m", "ok", [], undefined],
  ["LambdaNearTimeout", "warning", "2m", "ok", [], undefined],
  ["LambdaNotInvoked", "warning", "2m", "fires", [], undefined],
  ["QuantumPageUndelivered", "critical", "0s", "ok", [], undefined],
  ["PagerDrillFailed", "critical", "1m", "keep", [], undefined],
])(
  "%s is %s, for %s, %s without data, inhibited by %j, and mirrors %s",
  (name, severity, length, missing, by, expr) => {
    const rule = rules.find((one) => one.name === name);

    expect(rule).toMatchObject({ severity, for: length, whenMissing: missing });
    expect((rule?.inhibitedBy ?? []).map((one) => one.by.name)).toEqual(by);
    expect(rule?.prometheus?.expr).toBe(expr);
  },
);

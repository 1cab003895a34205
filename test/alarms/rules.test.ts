import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "../../alarms";
import { redisCollectors } from "../../lib/collectors";
import { validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { exporterMetrics } from "../../lib/exporter";
import { alarmProperties } from "../../lib/rules/cloudformation";
import { RULE_NAMES } from "../../lib/rules/names";

const ROOT = join(__dirname, "../..");
const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const published = [
  ...Object.values(redisCollectors).flatMap((all) => all.flatMap((one) => [...one.metrics])),
  ...exporterMetrics,
];

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
  const files = readdirSync(join(ROOT, "alarms")).filter((file) => file !== "index.ts");

  const index = readFileSync(join(ROOT, "alarms/index.ts"), "utf8");

  for (const file of files) expect(index).toContain(`from "./${file.replace(/\.ts$/, "")}"`);
});

describe.each(rules)("$name", (rule) => {
  test("has a section in its runbook that says what it means, where to look, what to do and when it is wrong", () => {
    const headings = sectionsOf(`${rule.runbook}.md`).get(rule.name);

    expect(headings).toEqual(["Meaning", "First look", "What to do", "When it is a false alarm"]);
  });

  test("reads a metric that is published wherever anything is, under exactly its dimensions", () => {
    const { condition } = rule;

    const labels = condition.kind === "threshold" ? Object.keys(condition.labels) : [];
    expect(published).toContain(condition.metric);
    expect(condition.metric.tier).toBe("alarmed");
    expect(labels).toEqual(condition.metric.labels);
  });

  test("fires on missing data only if silence is what it is about", () => {
    const isSilence = rule.condition.kind === "silence";

    expect(rule.whenMissing === "fires").toBe(isSilence);
  });

  test.each(Object.values(environments))("can be an alarm of $name", (data) => {
    const environment = validateEnvironment(data);

    const alarm = alarmProperties(rule, environment, TOPICS);

    // 15-second samples leave every third period of 10 s empty.
    expect(alarm.Period === 30 || alarm.Period % 60 === 0).toBe(true);
    expect(alarm.AlarmName).toBe(`${environment.name}-${rule.name}`);
  });
});

test("every section of a runbook is about a rule", () => {
  const sections = readdirSync(join(ROOT, "docs/runbooks")).flatMap((file) => Array.from(sectionsOf(file).keys()));

  expect(sections.toSorted()).toEqual(RULE_NAMES.toSorted());
});

test.each([
  ["QuantumSafeModeActive", "critical", "quantum_safety_safe_mode == 1", "1m"],
  ["QuantumTelemetryExporterDown", "critical", "up == 0", "2m"],
])("%s mirrors the rule of that name: %s, %s for %s", (name, severity, expr, duration) => {
  const rule = rules.find((one) => one.name === name);

  expect(rule).toMatchObject({ severity, for: duration, prometheus: { expr, for: duration } });
});

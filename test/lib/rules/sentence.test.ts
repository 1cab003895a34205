import { quantumSafeModeActive } from "../../../alarms/safety";
import { quantumTelemetryExporterDown } from "../../../alarms/telemetry";
import { validateEnvironment } from "../../../lib/environment";
import { collectorUp } from "../../../lib/exporter";
import type { AlarmProperties } from "../../../lib/rules/alarm";
import { alarmProperties } from "../../../lib/rules/cloudformation";
import { threshold } from "../../../lib/rules/condition";
import type { Rule } from "../../../lib/rules/rule";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };

function translated(rule: Rule): AlarmProperties {
  return alarmProperties(rule, validateEnvironment(prod), TOPICS);
}

const rule = (changes: Partial<Rule>): Rule => ({ ...quantumSafeModeActive, ...changes });

test("the description says what happened, what to do first, what CloudWatch looks at, and where to read on", () => {
  const { AlarmDescription: text } = translated(quantumSafeModeActive);

  const [words, runbook, board] = text.split("\n");
  expect(words).toContain(`${quantumSafeModeActive.summary}. ${quantumSafeModeActive.description}`);
  expect(words).toContain("Fires when quantum_safety_safe_mode is 1 for 1 minute (2 of 2 periods of 30 s).");
  expect(runbook).toBe(`Runbook: ${prod.runbooks}/safety.md#quantumsafemodeactive`);
  expect(board).toMatch(/^Board: https:.*#dashboards\/dashboard\/prod-quantum-safety$/);
});

test.each([
  [rule({ for: "0s" }), "Fires when quantum_safety_safe_mode is 1 (1 of 1 periods of 30 s)."],
  [
    rule({ condition: threshold(collectorUp, "<", 1, { Collector: "faults" }), for: "2m" }),
    "Fires when quantum_collector_up of Collector faults is below 1 for 2 minutes (2 of 2 periods of 60 s).",
  ],
  [
    quantumTelemetryExporterDown,
    "Fires when quantum_safety_exporter_up is missing for 2 minutes (2 of 2 periods of 60 s).",
  ],
])("each condition has its sentence (%#)", (one, sentence) => {
  const alarm = translated(one);

  expect(alarm.AlarmDescription).toContain(sentence);
});

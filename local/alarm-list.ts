import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Environment, validateEnvironment, type ValidatedEnvironment } from "../lib/environment";
import { example } from "../lib/environments/example";
import { inWords } from "../lib/rules/duration";
import { extensionOf, suppressionOf } from "../lib/rules/inhibition";
import { type Latency, latencyOf, suppressionWait } from "../lib/rules/latency";
import { prometheusLatencyOf } from "../lib/rules/prometheus-latency";
import type { Rule } from "../lib/rules/rule";
import { conditionInWords } from "../lib/rules/sentence";
import { windowOf } from "../lib/rules/window";
import { type KnownRule, knownRules } from "./alarms/known-rules";
import { quietHoursList } from "./alarms/quiet";

/** Where the list of all alarms of the example stands. */
export const ALARM_LIST = join(__dirname, "..", "test/alarms/alarms.txt");

const HEAD = ["alarm", "severity", "without data", "window", "best/median/worst", "Prometheus", "condition"];

/** Every alarm that acts or is shown in an environment, a line each, from what is deployed; then the quiet hours. */
export function alarmList(data: Environment): string {
  const environment = validateEnvironment(data);
  const rows = knownRules(environment).map((one) => row(one, environment));
  return `${aligned([HEAD, ...rows]).join("\n")}\n${quietHoursList(environment)}`;
}

function row({ alarm, rule }: KnownRule, { sampleIntervalSec }: ValidatedEnvironment): string[] {
  const { period, periods, hits } = windowOf(rule, sampleIntervalSec);
  return [
    alarm,
    rule.isShownOnly ? `${rule.severity}, shown only` : rule.severity,
    rule.whenMissing,
    `${hits} of ${periods} x ${period} s`,
    inSeconds(latencyOf(rule, sampleIntervalSec)),
    inSeconds(prometheusLatencyOf(rule)),
    `${conditionInWords(rule.condition)}${quiet(rule, sampleIntervalSec)}`,
  ];
}

const inSeconds = (latency: Latency | undefined): string =>
  latency === undefined ? "-" : `${latency.best}/${latency.median}/${latency.worst} s`;

function quiet(rule: Rule, sampleIntervalSec: number): string {
  const suppression = suppressionOf(rule);
  if (!suppression) return "";
  const quietWhile = `${suppression.by.name} and ${inWords(extensionOf(suppression))} after`;
  return `; quiet while ${quietWhile}, for which it waits ${suppressionWait(rule, sampleIntervalSec)} s`;
}

/** Columns as wide as their widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

if (require.main === module) writeFileSync(ALARM_LIST, alarmList(example));

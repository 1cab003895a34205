import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "../alarms";
import { type Environment, validateEnvironment, type ValidatedEnvironment } from "../lib/environment";
import { prod } from "../lib/environments/prod";
import { inEnvironment } from "../lib/rules/composite";
import { inWords } from "../lib/rules/duration";
import { suppressionOf } from "../lib/rules/inhibition";
import { labelled, labelsOf } from "../lib/rules/labels";
import { type Latency, latencyOf, suppressionWait } from "../lib/rules/latency";
import { alarmName } from "../lib/rules/names";
import { prometheusLatencyOf } from "../lib/rules/prometheus-latency";
import { overridden } from "../lib/rules/override";
import type { Rule } from "../lib/rules/rule";
import { conditionInWords } from "../lib/rules/sentence";
import { windowOf } from "../lib/rules/window";
import { quietHoursList } from "./alarms/quiet";

/** Where the list of all alarms of production stands. */
export const ALARM_LIST = join(__dirname, "..", "test/alarms/alarms.txt");

const HEAD = ["alarm", "severity", "without data", "window", "best/median/worst", "Prometheus", "condition"];

/** Every alarm that acts or is shown in an environment, a line each, from what is deployed; then the quiet hours. */
export function alarmList(data: Environment = prod): string {
  const environment = validateEnvironment(data);
  const rows = rules.flatMap((declared) =>
    labelsOf(declared, environment).map((label) => {
      const rule = inEnvironment(labelled(overridden(declared, environment.rules), label), environment);
      return row(rule, label, environment);
    }),
  );
  return `${aligned([HEAD, ...rows]).join("\n")}\n${quietHoursList(environment)}`;
}

function row(rule: Rule, label: string | undefined, { name, sampleIntervalSec }: ValidatedEnvironment): string[] {
  const { period, periods, hits } = windowOf(rule, sampleIntervalSec);
  return [
    alarmName(name, rule.name, label),
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
  const { by, extension } = suppression;
  const after = extension === undefined ? "" : ` and ${inWords(extension)} after`;
  return `; quiet while ${by.name}${after}, for which it waits ${suppressionWait(rule, sampleIntervalSec)} s`;
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

if (require.main === module) writeFileSync(ALARM_LIST, alarmList());

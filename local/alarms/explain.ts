import type { ValidatedEnvironment } from "../../lib/environment";
import { ConfigError } from "../../lib/errors";
import type { Deviation } from "../../lib/rules/deviation";
import { inWords as durationInWords } from "../../lib/rules/duration";
import { extensionOf, suppressionOf } from "../../lib/rules/inhibition";
import { type Latency, latencyByCut, latencyOf } from "../../lib/rules/latency";
import { boardUrl, runbookUrl } from "../../lib/rules/links";
import { prometheusAlert } from "../../lib/rules/prometheus";
import { prometheusLatencyOf } from "../../lib/rules/prometheus-latency";
import type { Rule } from "../../lib/rules/rule";
import { sentence } from "../../lib/rules/sentence";
import { windowOf } from "../../lib/rules/window";
import { environmentNamed, knownMuteRules, type KnownRule, knownRules } from "./known-rules";
import { mutesOf, whenQuiet } from "./quiet";

const WITHOUT_DATA = {
  keep: "keeps its state: one that fires goes on firing, one that is quiet stays quiet",
  fires: "fires: the silence is what it is about",
  ok: "is quiet",
} as const;

/** Prints one rule in words, as an environment has it; `name` is the rule's or an alarm's. */
export async function explainCommand(
  name: string,
  { env }: { readonly env: string },
  print: (text: string) => void,
): Promise<number> {
  const environment = environmentNamed(env);
  const known = knownRules(environment);
  const found = known.filter(({ rule, alarms }) => rule.name === name || namesOf(alarms).includes(name));
  const [first] = found;
  if (first === undefined) {
    const names = [...new Set(known.map(({ rule }) => rule.name))].join(", ");
    throw new ConfigError(`no rule or alarm ${JSON.stringify(name)} in ${env}; there are ${names}`);
  }
  const { rule } = first;
  const { expr, for: duration } = prometheusAlert(rule);
  print(
    [
      `${rule.name} (${rule.severity}, ${rule.component})`,
      `${rule.summary}. ${rule.description}`,
      "",
      sentence(rule, windowOf(rule, environment.sampleIntervalSec)),
      `Without data it ${WITHOUT_DATA[rule.whenMissing]}.`,
      ...latencyLines(rule, environment.sampleIntervalSec),
      ...suppressedLines(first),
      ...quietLines(found, environment),
      `In Prometheus: ${expr}${duration === undefined ? "" : ` for ${duration}`}`,
      ...(rule.deviations ?? []).map(deviationLine),
      "",
      `Alarms: ${found.flatMap(({ alarms }) => namesOf(alarms)).join(", ")}`,
      `Runbook: ${runbookUrl(environment.runbooks, rule)}`,
      `Board: ${boardUrl(environment.region, environment.name, rule.board)}`,
    ].join("\n"),
  );
  return 0;
}

function deviationLine(deviation: Deviation): string {
  const most = "bySec" in deviation ? ` (by ${deviation.bySec} s at most)` : "";
  return `Different there: ${deviation.why}${most}`;
}

const namesOf = (alarms: KnownRule["alarms"]): string[] => alarms.map(({ properties }) => properties.AlarmName);

function latencyLines(rule: Rule, sampleIntervalSec: number): string[] {
  const { period } = windowOf(rule, sampleIntervalSec);
  const [aligned, unaligned] = [
    latencyByCut(rule, sampleIntervalSec, "aligned"),
    latencyByCut(rule, sampleIntervalSec, "unaligned"),
  ];
  const inPrometheus = prometheusLatencyOf(rule);
  return [
    `It acts ${inWords(latencyOf(rule, sampleIntervalSec))}.`,
    // Only of periods below a minute it is not known how they are cut.
    ...(period < 60
      ? [`If CloudWatch aligns periods of ${period} s: ${inWords(aligned)}.`, `If it does not: ${inWords(unaligned)}.`]
      : []),
    ...(inPrometheus === undefined ? [] : [`Prometheus told ${inWords(inPrometheus)}.`]),
  ];
}

const inWords = ({ best, median, worst }: Latency): string =>
  `${median} s after the fact as a rule, ${best} s at best, ${worst} s at worst`;

function suppressedLines({ rule }: KnownRule): string[] {
  const suppression = suppressionOf(rule);
  if (suppression === undefined) return [];
  const quietWhile = `while ${suppression.by.name} fires, nor for ${durationInWords(extensionOf(suppression))} after`;
  return [`It takes no action ${quietWhile}, and waits for that to speak up first.`];
}

function quietLines(found: readonly KnownRule[], environment: ValidatedEnvironment): string[] {
  const mutes = mutesOf(
    knownMuteRules(environment),
    found.map(({ alarm }) => alarm),
  );
  return mutes.map((mute) => `Quiet hours ${mute.Name}: ${whenQuiet(mute)}. ${mute.Description}`);
}

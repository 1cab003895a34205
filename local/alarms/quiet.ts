import type { Transition } from "../../lib/alarm-engine/engine";
import type { ValidatedEnvironment } from "../../lib/environment";
import type { MuteRule, MuteRuleProperties } from "../../lib/rules/mute";
import { knownMuteRules } from "./known-rules";

/** When a mute rule mutes: "cron(0 22 * * *) in Europe/Berlin for 8h, until 2027-01-02T06:00". */
export function whenQuiet({ Rule: { Schedule }, StartDate, ExpireDate }: MuteRuleProperties): string {
  const length = Schedule.Duration.replaceAll(/[PT]/g, "").toLowerCase();
  const from = StartDate === undefined ? "" : `, from ${StartDate}`;
  const until = ExpireDate === undefined ? "" : `, until ${ExpireDate}`;
  return `${Schedule.Expression} in ${Schedule.Timezone} for ${length}${from}${until}`;
}

/** The quiet hours of an environment, a paragraph each; nothing without any. */
export function quietHoursList(environment: ValidatedEnvironment): string {
  return knownMuteRules(environment)
    .map(({ properties }) => {
      const { Name, Description, MuteTargets } = properties;
      const head = `quiet by ${Name}: ${whenQuiet(properties)} (${Description})`;
      return `\n${[head, ...MuteTargets.AlarmNames.map((name) => `  ${name}`)].join("\n")}\n`;
    })
    .join("");
}

/** The mute rules that hold back any of these alarms. */
export function mutesOf(mutes: readonly MuteRule[], alarms: readonly string[]): MuteRuleProperties[] {
  return mutes
    .map(({ properties }) => properties)
    .filter(({ MuteTargets }) => MuteTargets.AlarmNames.some((name) => alarms.includes(name)));
}

/** What is added to the line of a transition that is muted: by which rule, until when. */
export function mutedWords({ mutedBy, mutedUntil }: Pick<Transition, "mutedBy" | "mutedUntil">): string {
  if (mutedBy === undefined || mutedUntil === undefined) return "";
  const until = new Date(mutedUntil * 1000).toISOString();
  return `, quiet by ${mutedBy} until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
}

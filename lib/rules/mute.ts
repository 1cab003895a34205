import type { ValidatedEnvironment } from "../environment";
import type { QuietHours } from "../environments/quiet-hours";
import { ConfigError } from "../errors";
import { isoDuration } from "../mute/iso-duration";
import type { Alarm } from "./alarm";
import { pascalCase } from "./alarms";
import { saidOf } from "./cloudformation";
import { seconds } from "./duration";
import { alarmNamesOf } from "./labels";
import { muteRuleName, type RuleName } from "./names";
import type { Rule } from "./rule";
import { ruleIn } from "./rule-in";

/** Alarms that one mute rule may be about (PutAlarmMuteRule). */
export const MAX_TARGETS = 100;

/** Properties of AWS::CloudWatch::AlarmMuteRule, keys as CloudFormation spells them; dates by the schedule's own clock. */
export interface MuteRuleProperties {
  readonly Name: string;
  readonly Description: string;
  readonly Rule: {
    readonly Schedule: { readonly Expression: string; readonly Duration: string; readonly Timezone: string };
  };
  readonly MuteTargets: { readonly AlarmNames: readonly string[] };
  readonly StartDate?: string;
  readonly ExpireDate?: string;
}

/** One resource of a template. */
export interface MuteRule {
  readonly id: string;
  readonly type: "AWS::CloudWatch::AlarmMuteRule";
  readonly properties: MuteRuleProperties;
  /** Rules that were named outright, which may be quiet whatever they are. */
  readonly named: readonly RuleName[];
}

/**
 * The quiet hours of an environment as mute rules of the alarms that act. A severity stands for its rules without the
 * heartbeats. Throws ConfigError, with names, for quiet hours of a rule or severity that has no alarm to be quiet.
 */
export function muteRulesOf(
  rules: readonly Rule[],
  environment: ValidatedEnvironment,
  alarms: readonly Alarm[],
): MuteRule[] {
  const acting = new Set(
    alarms.flatMap(({ properties }) => (properties.AlarmActions.length > 0 ? [properties.AlarmName] : [])),
  );
  const actingOf = (rule: Rule): string[] => alarmNamesOf(rule, environment).filter((name) => acting.has(name));
  return saidOf(environment, () =>
    environment.quietHours.flatMap((quiet) => {
      const targets = targetsOf(quiet, rules, environment, actingOf);
      const parts = Math.ceil(targets.length / MAX_TARGETS);
      return Array.from({ length: parts }, (_, part) =>
        muteRule(quiet, environment.name, part + 1, targets.slice(part * MAX_TARGETS, (part + 1) * MAX_TARGETS)),
      );
    }),
  );
}

/** The alarms that quiet hours are about, each once, in the order of the rules. */
function targetsOf(
  quiet: QuietHours,
  rules: readonly Rule[],
  environment: ValidatedEnvironment,
  actingOf: (rule: Rule) => string[],
): string[] {
  const { name, severities = [], rules: named = [] } = quiet;
  const ofSeverity = (wanted: string): Rule[] =>
    rules.filter((rule) => ruleIn(rule, environment).severity === wanted && rule.whenMissing !== "fires");
  const isIdle = (some: readonly Rule[]): boolean => some.flatMap(actingOf).length === 0;
  const idle = [
    ...severities
      .filter((severity) => isIdle(ofSeverity(severity)))
      .map((severity) => `no alarm of severity ${severity} acts, but for heartbeats`),
    ...named
      .filter((rule) => isIdle(rules.filter((one) => one.name === rule)))
      .map((rule) => `${rule} has no alarm that acts`),
  ];
  if (idle.length > 0) throw new ConfigError(idle.map((what) => `quietHours.${name}: ${what}`).join("; "));
  const chosen = new Set(severities.flatMap(ofSeverity));
  return rules.filter((rule) => chosen.has(rule) || named.includes(rule.name)).flatMap(actingOf);
}

function muteRule(quiet: QuietHours, environment: string, part: number, targets: readonly string[]): MuteRule {
  const { name, cron, duration, timezone, why, from, until, rules: named = [] } = quiet;
  return {
    id: `Quiet${pascalCase(name)}${part === 1 ? "" : part}`,
    type: "AWS::CloudWatch::AlarmMuteRule",
    properties: {
      Name: muteRuleName(environment, name, part),
      Description: why,
      Rule: {
        Schedule: { Expression: `cron(${cron})`, Duration: isoDuration(seconds(duration)), Timezone: timezone },
      },
      MuteTargets: { AlarmNames: targets },
      ...(from === undefined ? {} : { StartDate: from }),
      ...(until === undefined ? {} : { ExpireDate: until }),
    },
    named,
  };
}

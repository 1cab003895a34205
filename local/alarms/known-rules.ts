import { rules } from "../../alarms";
import { type ValidatedEnvironment, validateEnvironment } from "../../lib/environment";
import { topicName } from "../../lib/environments/names";
import type { Alarm } from "../../lib/rules/alarm";
import { alarmsOf } from "../../lib/rules/alarms";
import type { Topics } from "../../lib/rules/cloudformation";
import { partitionOf } from "../../lib/partition";
import { labelsOf } from "../../lib/rules/labels";
import { alarmName, conditionName, flagName } from "../../lib/rules/names";
import { type MuteRule, muteRulesOf } from "../../lib/rules/mute";
import type { Rule } from "../../lib/rules/rule";
import { ruleIn } from "../../lib/rules/rule-in";
import { SEVERITIES } from "../../lib/rules/severity";
import { environmentData } from "../environment-data";

/** Stands in for the account that an environment leaves to whoever deploys. */
const ANY_ACCOUNT = "123456789012";

/** One rule of an environment, for one of its labels, and the alarms that it becomes. */
export interface KnownRule {
  /** The alarm that acts. */
  readonly alarm: string;
  readonly rule: Rule;
  readonly alarms: readonly Alarm[];
}

/** An environment by its name; throws ConfigError that lists those that there are. */
export const environmentNamed = (name: string): ValidatedEnvironment => validateEnvironment(environmentData(name));

/** Every rule of an environment as it is deployed, thresholds overridden and labels filled in; or other rules likewise. */
export function knownRules(environment: ValidatedEnvironment, all: readonly Rule[] = rules): KnownRule[] {
  const { name, region, account = ANY_ACCOUNT } = environment;
  const partition = partitionOf(region).name;
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const topics = Object.fromEntries(SEVERITIES.map((one) => [one, arn("sns", topicName(name, one))])) as Topics;
  return all.flatMap((declared) => {
    const made = alarmsOf([declared], environment, topics, (alarm) => arn("cloudwatch", `alarm:${alarm}`));
    return labelsOf(declared, environment).map((label) => {
      const alarm = alarmName(name, declared.name, label);
      const own = made.filter(({ properties }) =>
        [alarm, conditionName(name, declared.name, label), flagName(name, declared.name, label)].includes(
          properties.AlarmName,
        ),
      );
      return { alarm, rule: ruleIn(declared, environment, label), alarms: own };
    });
  });
}

/** Alarms on metrics that AWS publishes have no data on a laptop. */
export const isFedHere = ({ alarms }: KnownRule): boolean =>
  !alarms.some(({ properties }) => JSON.stringify(properties).includes('"AWS/'));

/** Alarms and mute rules as a template that the alarm engine reads. */
export function templateOf(made: readonly (Alarm | MuteRule)[]): object {
  return {
    Resources: Object.fromEntries(made.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }])),
  };
}

/** The mute rules that an environment's quiet hours become. */
export function knownMuteRules(environment: ValidatedEnvironment): MuteRule[] {
  const alarms = knownRules(environment).flatMap((one) => one.alarms);
  return muteRulesOf(rules, environment, alarms);
}

import type { ValidatedEnvironment } from "../environment";
import type { Alarm } from "./alarm";
import { alarmProperties, saidOf, type Topics } from "./cloudformation";
import { type AlarmArn, compositeProperties } from "./composite";
import { flagProperties } from "./flag";
import { suppressionOf } from "./inhibition";
import { labelsOf } from "./labels";
import { alarmName } from "./names";
import type { Rule } from "./rule";
import { ruleIn } from "./rule-in";

/** Every alarm of an environment, in the order of the rules; those under a composite alarm stand before it. */
export function alarmsOf(
  rules: readonly Rule[],
  environment: ValidatedEnvironment,
  topics: Topics,
  alarmArn: AlarmArn,
): Alarm[] {
  return rules.flatMap((rule) =>
    labelsOf(rule, environment).flatMap((label) => alarmsOfOne(rule, label, environment, topics, alarmArn)),
  );
}

function alarmsOfOne(
  declared: Rule,
  label: string | undefined,
  environment: ValidatedEnvironment,
  topics: Topics,
  alarmArn: AlarmArn,
): Alarm[] {
  const rule = saidOf(environment, () => ruleIn(declared, environment, label));
  const id = [rule.name, ...(label === undefined ? [] : [pascalCase(label)])].join("");
  const { severity } = rule;
  const type = "AWS::CloudWatch::Alarm";
  const properties = alarmProperties(declared, environment, topics, label);
  const composite = compositeProperties(declared, environment, topics, alarmArn, label);
  if (!composite) return [{ id, severity, type, properties, refersTo: [] }];
  const flag = flagProperties(rule, environment, label);
  const suppressor = suppressionOf(rule)?.by;
  const refersTo = [
    properties.AlarmName,
    ...(flag ? [flag.AlarmName] : []),
    ...(suppressor ? [alarmName(environment.name, suppressor.name, suppressor.perLabel ? label : undefined)] : []),
  ];
  return [
    { id: `${id}Condition`, severity, type, properties, refersTo: [] },
    ...(flag ? [{ id: `${id}Flag`, severity, type, properties: flag, refersTo: [] } as const] : []),
    { id, severity, type: "AWS::CloudWatch::CompositeAlarm", properties: composite, refersTo },
  ];
}

/** A label as part of a construct's id. */
export const pascalCase = (label: string): string =>
  label.replaceAll(/(?:^|(?<![^A-Za-z0-9])[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

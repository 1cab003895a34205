import type { ValidatedEnvironment } from "../environment";
import type { CompositeProperties } from "./alarm";
import { actionsOf, description, saidOf, type Topics } from "./cloudformation";
import { seconds } from "./duration";
import { extensionOf, heldAfterFlag, isComposed, suppressionOf } from "./inhibition";
import { suppressionWait } from "./latency";
import { alarmName, conditionName, flagName } from "./names";
import type { Rule } from "./rule";
import { ruleIn } from "./rule-in";
import { windowOf } from "./window";

/** ARN of the alarm of this name; a token of a template will do. */
export type AlarmArn = (name: string) => string;

/** The alarm that acts for a rule which others may keep quiet; undefined for a rule that acts by itself. */
export function compositeProperties(
  declared: Rule,
  environment: ValidatedEnvironment,
  topics: Topics,
  alarmArn: AlarmArn,
  label?: string,
): CompositeProperties | undefined {
  return saidOf(environment, () => {
    const { name, sampleIntervalSec } = environment;
    const rule = ruleIn(declared, environment, label);
    if (!isComposed(rule)) return undefined;
    const isSo = `ALARM("${alarmArn(conditionName(name, rule.name, label))}")`;
    const isHeld = `ALARM("${alarmArn(flagName(name, rule.name, label))}")`;
    return {
      AlarmName: alarmName(name, rule.name, label),
      AlarmDescription: description(rule, windowOf(rule, sampleIntervalSec), environment),
      AlarmRule: heldAfterFlag(rule) === undefined ? isSo : `${isSo} AND NOT ${isHeld}`,
      ...suppressorOf(rule, environment, alarmArn, label),
      ...actionsOf(rule, environment, topics),
    };
  });
}

type Suppressor = Pick<
  CompositeProperties,
  "ActionsSuppressor" | "ActionsSuppressorWaitPeriod" | "ActionsSuppressorExtensionPeriod"
>;

function suppressorOf(
  rule: Rule,
  { name, sampleIntervalSec }: ValidatedEnvironment,
  alarmArn: AlarmArn,
  label: string | undefined,
): Suppressor {
  const suppression = suppressionOf(rule);
  if (!suppression) return {};
  return {
    ActionsSuppressor: alarmArn(alarmName(name, suppression.by.name, suppression.by.perLabel ? label : undefined)),
    ActionsSuppressorWaitPeriod: suppressionWait(rule, sampleIntervalSec),
    ActionsSuppressorExtensionPeriod: seconds(extensionOf(suppression)),
  };
}

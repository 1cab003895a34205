import type { ValidatedEnvironment } from "../environment";
import type { CompositeProperties } from "./alarm";
import { actionsOf, description, saidOf, type Topics } from "./cloudformation";
import { seconds } from "./duration";
import { heldAfterFlag, isComposed, suppressionOf } from "./inhibition";
import { labelled } from "./labels";
import { suppressionWait } from "./latency";
import { alarmName, conditionName, flagName } from "./names";
import { overridden } from "./override";
import type { Inhibition, Rule } from "./rule";
import { windowOf } from "./window";

/** ARN of the alarm of this name; a token of a template will do. */
export type AlarmArn = (name: string) => string;

/**
 * Suppressors that look every ten seconds are over first. Until a rule that looks by the minute can have seen the same
 * end, which takes two minutes and a tick, it must not be told of what is over.
 */
export const EXTENSION_SEC = 180;

/** The alarm that acts for a rule which others may keep quiet; undefined for a rule that acts by itself. */
export function compositeProperties(
  declared: Rule,
  environment: ValidatedEnvironment,
  topics: Topics,
  alarmArn: AlarmArn,
  label?: string,
): CompositeProperties | undefined {
  return saidOf(environment, () => {
    const { name, rules, sampleIntervalSec } = environment;
    const rule = inEnvironment(labelled(overridden(declared, rules), label), environment);
    if (!isComposed(rule)) return undefined;
    const isSo = `ALARM("${alarmArn(conditionName(name, rule.name, label))}")`;
    const isHeld = `ALARM("${alarmArn(flagName(name, rule.name, label))}")`;
    return {
      AlarmName: alarmName(name, rule.name, label),
      AlarmDescription: description(rule, windowOf(rule, sampleIntervalSec), environment),
      AlarmRule: heldAfterFlag(rule) === undefined ? isSo : `${isSo} AND NOT ${isHeld}`,
      ...suppressorOf(rule, environment, alarmArn),
      ...actionsOf(rule, topics),
    };
  });
}

type Suppressor = Pick<
  CompositeProperties,
  "ActionsSuppressor" | "ActionsSuppressorWaitPeriod" | "ActionsSuppressorExtensionPeriod"
>;

function suppressorOf(rule: Rule, { name, sampleIntervalSec }: ValidatedEnvironment, alarmArn: AlarmArn): Suppressor {
  const suppression = suppressionOf(rule);
  if (!suppression) return {};
  const { by, extension } = suppression;
  return {
    ActionsSuppressor: alarmArn(alarmName(name, by.name)),
    ActionsSuppressorWaitPeriod: suppressionWait(rule, sampleIntervalSec),
    ActionsSuppressorExtensionPeriod: extension === undefined ? EXTENSION_SEC : seconds(extension),
  };
}

/** A rule whose inhibitions are by rules as the environment has them: how long they are waited for depends on it. */
export function inEnvironment(rule: Rule, { rules }: ValidatedEnvironment): Rule {
  if (!rule.inhibitedBy) return rule;
  const inhibitedBy = rule.inhibitedBy.map((one): Inhibition => ({ ...one, by: overridden(one.by, rules) }));
  return { ...rule, inhibitedBy };
}

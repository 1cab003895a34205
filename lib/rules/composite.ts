import type { ValidatedEnvironment } from "../environment";
import type { CompositeProperties } from "./alarm";
import { actionsOf, description, saidOf, type Topics } from "./cloudformation";
import { seconds } from "./duration";
import { suppressionOf } from "./inhibition";
import { labelled } from "./labels";
import { suppressionWait } from "./latency";
import { alarmName, conditionName } from "./names";
import { overridden } from "./override";
import type { Inhibition, Rule } from "./rule";
import { windowOf } from "./window";

/** ARN of the alarm of this name; a token of a template will do. */
export type AlarmArn = (name: string) => string;

/** Suppressors take no effect without an extension; AWS recommends this for its length. */
const EXTENSION_SEC = 60;

/** The alarm that acts for a rule which another one may keep quiet; undefined for a rule that acts by itself. */
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
    const suppression = suppressionOf(rule);
    if (!suppression) return undefined;
    const { by, extension } = suppression;
    return {
      AlarmName: alarmName(name, rule.name, label),
      AlarmDescription: description(rule, windowOf(rule, sampleIntervalSec), environment),
      AlarmRule: `ALARM("${alarmArn(conditionName(name, rule.name, label))}")`,
      ActionsSuppressor: alarmArn(alarmName(name, by.name)),
      ActionsSuppressorWaitPeriod: suppressionWait(rule, sampleIntervalSec),
      ActionsSuppressorExtensionPeriod: extension === undefined ? EXTENSION_SEC : seconds(extension),
      ...actionsOf(rule, topics),
    };
  });
}

/** A rule whose inhibitions are by rules as the environment has them: how long they are waited for depends on it. */
export function inEnvironment(rule: Rule, { rules }: ValidatedEnvironment): Rule {
  if (!rule.inhibitedBy) return rule;
  const inhibitedBy = rule.inhibitedBy.map((one): Inhibition => ({ ...one, by: overridden(one.by, rules) }));
  return { ...rule, inhibitedBy };
}

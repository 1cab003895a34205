import type { ValidatedEnvironment } from "../environment";
import { ConfigError } from "../errors";
import type { AlarmProperties } from "./alarm";
import { actingForNobody, saidOf } from "./cloudformation";
import { namedMetric } from "./condition";
import { seconds } from "./duration";
import { flagName } from "./names";
import type { Rule } from "./rule";

const PERIOD_SEC = 60;

/**
 * The alarm that holds a rule back for a while after its flag has fallen; undefined where nothing does. A suppressor
 * could not: its extension is dropped when the condition comes true within it.
 */
export function flagProperties(
  rule: Rule,
  environment: ValidatedEnvironment,
  label?: string,
): AlarmProperties | undefined {
  const { condition } = rule;
  if (condition.kind !== "unless" || condition.after === undefined) return undefined;
  const { flag, after } = condition;
  const minutes = seconds(after) / PERIOD_SEC;
  return saidOf(environment, () => {
    if (!Number.isInteger(minutes))
      throw new ConfigError(`rules.${rule.name}: ${after} after the flag is no whole minute`);
    return {
      AlarmName: flagName(environment.name, rule.name, label),
      AlarmDescription: `Holds ${rule.name} back: ${flag.name} is 1, or was within ${after}.`,
      ...namedMetric(flag, {}, environment.name),
      Statistic: "Maximum",
      Period: PERIOD_SEC,
      // One more, as the flag's own alarm is over only some time after the flag has fallen.
      EvaluationPeriods: minutes + 1,
      DatapointsToAlarm: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Threshold: 1,
      TreatMissingData: "ignore",
      ...actingForNobody(rule, environment),
    };
  });
}

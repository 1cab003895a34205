import type { ValidatedEnvironment } from "../environment";
import type { AlarmProperties } from "../rules/alarm";
import { propagation, type Topics } from "../rules/cloudformation";
import { namedMetric } from "../rules/condition";
import { DRILL_ALARM, drillAlarmName } from "../rules/names";
import type { Severity } from "../rules/severity";
import { pagingDrill } from "./paging-metrics";
import { DRILL_TAG } from "./read-alarm";

/** The synthetic alarm: it fires for the minute in which a drill is begun, and travels as any other of its severity. */
export function drillAlarmProperties(
  { name, alarmTags }: Pick<ValidatedEnvironment, "name" | "alarmTags">,
  severity: Severity,
  topics: Topics,
): AlarmProperties {
  const tags = { severity, component: "telemetry", rule: DRILL_ALARM, [DRILL_TAG]: "true" };
  return {
    AlarmName: drillAlarmName(name),
    AlarmDescription: "A drill: nothing is wrong and nothing is to be done. It shows that pages arrive.",
    ...namedMetric(pagingDrill, {}, name),
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 0,
    // A drill is one datum: without any, there is none.
    TreatMissingData: "notBreaching",
    AlarmActions: [topics[severity]],
    OKActions: [topics[severity]],
    ...propagation({ alarmTags }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

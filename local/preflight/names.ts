import { boardsOf } from "../../dashboards";
import type { ValidatedEnvironment } from "../../lib/environment";
import { collectLogGroup } from "../../lib/environments/names";
import { functionNamesOf } from "../../lib/environments/paging";
import { dashboardName, drillAlarmName } from "../../lib/rules/names";
import { knownRules } from "../alarms/known-rules";

/** Names that the stack gives by itself, and that nothing else may have when it is made. */
export interface GivenNames {
  readonly alarms: readonly string[];
  readonly composites: number;
  readonly dashboards: readonly string[];
  readonly logGroups: readonly string[];
}

/** What an environment's stack would call its alarms, dashboards and log groups. */
export function givenNames(environment: ValidatedEnvironment): GivenNames {
  const alarms = knownRules(environment).flatMap((one) => one.alarms);
  const drill = environment.notify?.drill ? [drillAlarmName(environment.name)] : [];
  return {
    alarms: [...new Set([...alarms.map(({ properties }) => properties.AlarmName), ...drill])],
    composites: alarms.filter(({ type }) => type === "AWS::CloudWatch::CompositeAlarm").length,
    dashboards: boardsOf(environment).map(({ name }) => dashboardName(environment.name, name)),
    logGroups: functionNamesOf(environment).map((name) => collectLogGroup(environment.name, name)),
  };
}

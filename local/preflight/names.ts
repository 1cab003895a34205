import { boardsOf } from "../../dashboards";
import type { ValidatedEnvironment } from "../../lib/environment";
import { collectLogGroup, tableName } from "../../lib/environments/names";
import { deadLetterNamesOf, functionNamesOf, pagingFunctionsOf } from "../../lib/environments/paging";
import { dashboardName, drillAlarmName } from "../../lib/rules/names";
import { knownRules } from "../alarms/known-rules";

/** Names that the stack gives by itself, and that nothing else may have when it is made. */
export interface GivenNames {
  readonly alarms: readonly string[];
  readonly composites: number;
  readonly dashboards: readonly string[];
  readonly logGroups: readonly string[];
  /** None where nobody is told by code of ours. */
  readonly tables: readonly string[];
  readonly queues: readonly string[];
}

/** What an environment's stack would call its alarms and dashboards, and what of it may be kept when it goes. */
export function givenNames(environment: ValidatedEnvironment): GivenNames {
  const alarms = knownRules(environment).flatMap((one) => one.alarms);
  const drill = environment.notify?.drill ? [drillAlarmName(environment.name)] : [];
  return {
    alarms: [...new Set([...alarms.map(({ properties }) => properties.AlarmName), ...drill])],
    composites: alarms.filter(({ type }) => type === "AWS::CloudWatch::CompositeAlarm").length,
    dashboards: boardsOf(environment).map(({ name }) => dashboardName(environment.name, name)),
    logGroups: functionNamesOf(environment).map((name) => collectLogGroup(environment.name, name)),
    tables: pagingFunctionsOf(environment).length > 0 ? [tableName(environment.name)] : [],
    queues: deadLetterNamesOf(environment),
  };
}

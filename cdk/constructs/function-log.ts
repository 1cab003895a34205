import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup, LogGroupClass, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { collectLogGroup } from "../../lib/environments/names";

const RETENTION: Readonly<Record<ValidatedEnvironment["retentionDays"], RetentionDays>> = {
  1: RetentionDays.ONE_DAY,
  3: RetentionDays.THREE_DAYS,
  5: RetentionDays.FIVE_DAYS,
  7: RetentionDays.ONE_WEEK,
  14: RetentionDays.TWO_WEEKS,
  30: RetentionDays.ONE_MONTH,
  60: RetentionDays.TWO_MONTHS,
  90: RetentionDays.THREE_MONTHS,
  180: RetentionDays.SIX_MONTHS,
  365: RetentionDays.ONE_YEAR,
};

/** The log group of a function, by the last part of the function's name; Standard, as only that class carries metrics. */
export function functionLog(scope: Construct, id: string, environment: ValidatedEnvironment, name: string): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: collectLogGroup(environment.name, name),
    logGroupClass: LogGroupClass.STANDARD,
    retention: RETENTION[environment.retentionDays],
    removalPolicy: removalOf(environment),
  });
}

/**
 * What becomes of what holds data when the stack goes. What a deploy made that went back holds none yet, and by its name
 * it would stand in the way of the next one.
 */
export function removalOf({ removal }: Pick<ValidatedEnvironment, "removal">): RemovalPolicy {
  return removal === "retain" ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}

import { Stack } from "aws-cdk-lib";
import { CfnDashboard } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";

import { boardsOf } from "../../dashboards";
import { dashboardBody } from "../../dashboards/body";
import type { ValidatedEnvironment } from "../../lib/environment";
import { pascalCase } from "../../lib/rules/alarms";
import { dashboardName } from "../../lib/rules/names";
import { alarmArn } from "./alarm-arn";

interface DashboardsProps {
  readonly environment: ValidatedEnvironment;
  /** Of every function that collects. */
  readonly logGroups: readonly string[];
}

/** Every board of an environment as a CloudWatch dashboard. */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, { environment, logGroups }: DashboardsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    for (const board of boardsOf(environment)) {
      new CfnDashboard(this, pascalCase(board.name), {
        dashboardName: dashboardName(environment.name, board.name),
        dashboardBody: stack.toJsonString(
          dashboardBody(board, { environment, logGroups, alarmArn: (name) => alarmArn(stack, name) }),
        ),
      });
    }
  }
}

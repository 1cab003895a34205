import { CfnResource } from "aws-cdk-lib";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { alarmProperties } from "../../lib/rules/cloudformation";
import type { Rule } from "../../lib/rules/rule";
import type { Topics } from "./topics";

interface AlarmsProps {
  readonly environment: ValidatedEnvironment;
  readonly rules: readonly Rule[];
  readonly topics: Topics;
}

/** Every rule as an alarm: the properties go into the template as the translator wrote them, key by key. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { environment, rules, topics }: AlarmsProps) {
    super(scope, id);
    for (const rule of rules) {
      const properties = { ...alarmProperties(rule, environment, topics.arns) };
      new CfnResource(this, rule.name, { type: CfnAlarm.CFN_RESOURCE_TYPE_NAME, properties });
    }
  }
}

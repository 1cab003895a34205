import { CfnResource, Stack } from "aws-cdk-lib";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { alarmsOf } from "../../lib/rules/alarms";
import { saidOf } from "../../lib/rules/cloudformation";
import { lintAlarms } from "../../lib/rules/lint";
import type { Rule } from "../../lib/rules/rule";
import { alarmArn } from "./alarm-arn";
import type { Topics } from "./topics";

interface AlarmsProps {
  readonly environment: ValidatedEnvironment;
  readonly rules: readonly Rule[];
  readonly topics: Topics;
}

/** Every rule as its alarms: the properties go into the template as the translator wrote them, key by key. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { environment, rules, topics }: AlarmsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const arnOf = (name: string): string => alarmArn(stack, name);
    const alarms = alarmsOf(rules, environment, topics.arns, arnOf);
    saidOf(environment, () =>
      lintAlarms(alarms, { sampleIntervalSec: environment.sampleIntervalSec, alarmArn: arnOf }),
    );
    const resources = new Map(
      alarms.map((alarm) => {
        const properties = { ...alarm.properties };
        return [alarm.properties.AlarmName, new CfnResource(this, alarm.id, { type: alarm.type, properties })];
      }),
    );
    for (const { properties, refersTo } of alarms) {
      // CloudWatch refuses a composite alarm of what is not there, and a composed ARN tells CloudFormation nothing.
      for (const name of refersTo) {
        const other = resources.get(name);
        if (other) resources.get(properties.AlarmName)?.addResourceDependency(other);
      }
    }
  }
}

import { CfnResource, Stack } from "aws-cdk-lib";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { alarmsOf } from "../../lib/rules/alarms";
import { ConfigError } from "../../lib/errors";
import { saidOf } from "../../lib/rules/cloudformation";
import { lintAlarms } from "../../lib/rules/lint";
import { lintMuteRules } from "../../lib/rules/lint-mute";
import { muteRulesOf } from "../../lib/rules/mute";
import type { Rule } from "../../lib/rules/rule";
import { alarmArn } from "./alarm-arn";
import type { Topics } from "./topics";

interface AlarmsProps {
  readonly environment: ValidatedEnvironment;
  readonly rules: readonly Rule[];
  readonly topics: Topics;
}

/**
 * Every rule as its alarms, and the quiet hours as mute rules: the properties go into the template as the translators
 * wrote them, key by key.
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { environment, rules, topics }: AlarmsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const arnOf = (name: string): string => alarmArn(stack, name);
    const alarms = alarmsOf(rules, environment, topics.arns, arnOf);
    const mutes = muteRulesOf(rules, environment, alarms);
    saidOf(environment, () => {
      lintAlarms(alarms, { environment, alarmArn: arnOf });
      lintMuteRules(mutes, alarms);
      tellApart([...alarms, ...mutes]);
    });
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
    for (const mute of mutes) {
      const resource = new CfnResource(this, mute.id, { type: mute.type, properties: { ...mute.properties } });
      // A mute rule of an alarm that is not there is refused, too.
      for (const name of mute.properties.MuteTargets.AlarmNames) {
        const target = resources.get(name);
        if (target) resource.addResourceDependency(target);
      }
    }
  }
}

/** The CDK would refuse two of one id with a stack of its own. */
function tellApart(resources: readonly { readonly id: string }[]): void {
  const ids = resources.map(({ id }) => id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length === 0) return;
  throw new ConfigError(`${twice.join(", ")}: two alarms or mute rules would have this id in the template`);
}

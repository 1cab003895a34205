import { CfnResource, type IAspect } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** What the emulator refuses to make; everything else is deployed as it would be for production. */
export const REFUSED_TYPES: readonly string[] = [
  "AWS::CloudWatch::AlarmMuteRule",
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::EC2::SecurityGroupIngress",
];

const ALARM = "AWS::CloudWatch::Alarm";

/**
 * Takes out of a stack what the emulator refuses, and nothing else. It works since alarms are referred to by ARNs that are
 * composed of their names: nothing that is left asks for what is gone.
 */
export class EmulatorProfile implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof CfnResource) || isTaken(node)) return;
    // What waited for it would wait for a resource that is not in the template.
    for (const other of node.stack.node.findAll()) {
      if (other instanceof CfnResource && other !== node) other.removeResourceDependency(node);
    }
    node.node.scope?.node.tryRemoveChild(node.node.id);
  }
}

/** Alarms by metric math are refused, those on one metric are not. */
function isTaken(resource: CfnResource): boolean {
  if (resource.cfnResourceType !== ALARM) return !REFUSED_TYPES.includes(resource.cfnResourceType);
  // Protected, and read all the same: nothing else tells what an alarm is on.
  return resource["cfnProperties"]["Metrics"] === undefined;
}

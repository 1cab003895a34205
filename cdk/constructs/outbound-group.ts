import {
  CfnSecurityGroup,
  CfnSecurityGroupIngress,
  type ISecurityGroup,
  type IVpc,
  SecurityGroup,
} from "aws-cdk-lib/aws-ec2";
import type { IRole } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** One way out: a port of whatever is in a group. */
export interface WayOut {
  readonly to: ISecurityGroup;
  readonly port: number;
  readonly why: string;
}

export interface OutboundGroupProps {
  readonly vpc: IVpc;
  readonly ways: readonly WayOut[];
  /** Of the function that is in the group. */
  readonly role: IRole;
}

/**
 * A security group that lets out on the given ways and on no others, and is let in at the end of each. The rules stand
 * in the group itself: a group without any gets one from EC2 that lets everything out.
 */
export function outboundGroup(scope: Construct, id: string, { vpc, ways, role }: OutboundGroupProps): ISecurityGroup {
  const here = new Construct(scope, id);
  // Lambda gives back the function's interfaces by its role, and until then the group cannot go: the role goes last.
  here.node.addDependency(role);
  const group = new CfnSecurityGroup(here, "Group", {
    groupDescription: "Lets out what is listed and nothing else",
    vpcId: vpc.vpcId,
    securityGroupEgress: ways.map(({ to, port, why }) => ({
      description: why,
      destinationSecurityGroupId: to.securityGroupId,
      ...tcp(port),
    })),
  });
  for (const { to, port } of ways) {
    new CfnSecurityGroupIngress(here, `Into${to.node.id}${port}`, {
      description: "The collecting function",
      groupId: to.securityGroupId,
      sourceSecurityGroupId: group.attrGroupId,
      ...tcp(port),
    });
  }
  return SecurityGroup.fromSecurityGroupId(here, "Reference", group.attrGroupId, { mutable: false });
}

const tcp = (port: number): { ipProtocol: string; fromPort: number; toPort: number } => ({
  ipProtocol: "tcp",
  fromPort: port,
  toPort: port,
});

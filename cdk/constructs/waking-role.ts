import { Stack } from "aws-cdk-lib";
import { type IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

/** The group of a schedule that names none. */
const GROUP = "default";

/** The role by which a schedule invokes one function, and none of its versions, which the CDK's own role would let it. */
export function wakingRole(scope: Construct, id: string, { functionArn }: IFunction): IRole {
  const { account } = Stack.of(scope);
  const group = Stack.of(scope).formatArn({ service: "scheduler", resource: "schedule-group", resourceName: GROUP });
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": group } },
    }),
    description: "Wakes one function",
    inlinePolicies: {
      wake: new PolicyDocument({
        statements: [
          new PolicyStatement({ sid: "Wake", actions: ["lambda:InvokeFunction"], resources: [functionArn] }),
        ],
      }),
    },
  });
  // The statement above is all; nothing adds to it.
  return role.withoutPolicyUpdates();
}

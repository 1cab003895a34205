import { ArnFormat, Stack } from "aws-cdk-lib";
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { NAMESPACE } from "../../lib/metric";
import { accepted } from "./accepted";
import type { RedisSettings } from "../../lib/environments/redis-schema";
import { readsSecrets, writesLog } from "./rights";

interface CollectorRoleProps {
  readonly environment: ValidatedEnvironment;
  readonly redis: RedisSettings;
  /** As Lambda knows the function. */
  readonly functionName: string;
  readonly logGroup: ILogGroup;
}

/** What Lambda documents for a function in a VPC; its interfaces do not exist yet, so they cannot be named. */
const NETWORK_INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

const WHY_INTERFACES =
  "Describing interfaces and subnets knows no resources, and the interfaces that Lambda makes have no name yet";

/** Why the role has rights on every resource. */
const WHY_EVERY: Readonly<Record<ValidatedEnvironment["publisher"], string>> = {
  emf: `${WHY_INTERFACES}.`,
  cloudwatch: `${WHY_INTERFACES}; PutMetricData knows no resources.`,
};

/** The role of a function that collects: its log, its network interfaces, its Redis, its publisher, nothing else. */
export function collectorRole(scope: Construct, id: string, props: CollectorRoleProps): Role {
  const statements = [
    writesLog(props.logGroup),
    ...joinsNetwork(scope, props.functionName),
    ...readsRedis(scope, props),
    ...publishes(props.environment),
  ];
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: `Runs ${props.functionName}`,
    // Inside the role and not beside it, so that the function is never made before it may join the network.
    inlinePolicies: { collect: new PolicyDocument({ statements, minimize: false }) },
  });
  accepted(role, "IAM5[Resource::*]", WHY_EVERY[props.environment.publisher]);
  return role;
}

function joinsNetwork(scope: Construct, functionName: string): PolicyStatement[] {
  // Composed, as asking the function for its ARN would make a circle.
  const functionArn = Stack.of(scope).formatArn({
    service: "lambda",
    resource: "function",
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({ sid: "JoinNetwork", actions: NETWORK_INTERFACE_ACTIONS, resources: ["*"] }),
    // The grant is for Lambda itself; the function's own code must not have it.
    new PolicyStatement({
      sid: "KeepNetworkFromCode",
      effect: Effect.DENY,
      actions: [...NETWORK_INTERFACE_ACTIONS, "ec2:DetachNetworkInterface"],
      resources: ["*"],
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    }),
  ];
}

function readsRedis(
  scope: Construct,
  { redis: { authentication }, environment }: CollectorRoleProps,
): PolicyStatement[] {
  const arn = (resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({
      service: "elasticache",
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  switch (authentication.kind) {
    case "none":
      return [];
    case "secret":
      return readsSecrets([authentication.arn], environment);
    case "iam": {
      const cache = arn(authentication.isServerless ? "serverlesscache" : "replicationgroup", authentication.cacheName);
      const resources = [cache, arn("user", authentication.username)];
      return [new PolicyStatement({ sid: "ConnectToRedis", actions: ["elasticache:Connect"], resources })];
    }
  }
}

function publishes({ publisher }: ValidatedEnvironment): PolicyStatement[] {
  if (publisher === "emf") return [];
  return [
    new PolicyStatement({
      sid: "PutMetrics",
      actions: ["cloudwatch:PutMetricData"],
      // The action knows no resources; the namespace is what it can be held to.
      resources: ["*"],
      conditions: { StringEquals: { "cloudwatch:namespace": NAMESPACE } },
    }),
  ];
}

import { readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";

import { unpaged as prod } from "../support/paged-environment";
import { resourcesOf, templateOf, theResource } from "./synthesized";
import { dev, staging } from "../support/example-environments";

const templates = { dev: templateOf(dev), staging: templateOf(staging), prod: templateOf(prod) };
const template = templates.prod;

test("the function runs Node.js 24 on arm64 in 128 MB, for at most 100 s", () => {
  template.hasResourceProperties("AWS::Lambda::Function", {
    FunctionName: "prod-quantum-watch-collect",
    Handler: "index.handler",
    Runtime: "nodejs24.x",
    Architectures: ["arm64"],
    MemorySize: 128,
    Timeout: 100,
  });
});

test("what npm run setup fetches to measure with is the Node that runs it", () => {
  const [, fetched] = /^DEPLOYED_NODE=(\d+)\./m.exec(readFileSync("local/deployed-node.sh", "utf8")) ?? [];

  template.hasResourceProperties("AWS::Lambda::Function", { Runtime: `nodejs${fetched}.x` });
});

test("it writes plain text to a Standard log group of its own, as nothing else carries embedded metrics", () => {
  const [logGroup] = theResource(template, "AWS::Logs::LogGroup", {
    LogGroupName: "/quantum-watch/prod/collect",
    LogGroupClass: "STANDARD",
  });

  template.hasResourceProperties("AWS::Lambda::Function", {
    LoggingConfig: { LogFormat: "Text", LogGroup: { Ref: logGroup } },
  });
});

test.each([
  ["dev", 3],
  ["staging", 7],
  ["prod", 30],
] as const)("the log of %s is kept for %i days", (name, RetentionInDays) => {
  const [, logGroup] = theResource(templates[name], "AWS::Logs::LogGroup");

  expect(logGroup.Properties).toMatchObject({ RetentionInDays });
});

test("neither Lambda nor the schedule tries again, and neither delivers what is older than a minute", () => {
  template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 60,
  });
  template.hasResourceProperties("AWS::Scheduler::Schedule", {
    Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
  });
});

test("the schedule wakes it every minute, without a flexible window, and says which minute is meant", () => {
  const [collect] = theResource(template, "AWS::Lambda::Function");

  template.hasResourceProperties("AWS::Scheduler::Schedule", {
    Name: "prod-quantum-watch-collect",
    ScheduleExpression: "rate(1 minute)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      Arn: { "Fn::GetAtt": [collect, "Arn"] },
      Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
    },
  });
});

test.each([
  ["dev", Match.absent()],
  ["staging", 3],
  ["prod", 3],
] as const)("the function of %s has its reserved concurrency", (name, ReservedConcurrentExecutions) => {
  templates[name].hasResourceProperties("AWS::Lambda::Function", { ReservedConcurrentExecutions });
});

test("it stands in the private subnets that the environment names, and nothing is looked up", () => {
  template.hasResourceProperties("AWS::Lambda::Function", {
    VpcConfig: { SubnetIds: ["subnet-0fedcba9876543210", "subnet-0fedcba9876543211", "subnet-0fedcba9876543212"] },
  });
  template.resourceCountIs("AWS::EC2::VPC", 0);
});

test("its only way out is the port of Redis, written in the group itself, and Redis lets it in", () => {
  const [group, { Properties: properties }] = theResource(template, "AWS::EC2::SecurityGroup");

  expect(properties["SecurityGroupEgress"]).toEqual([
    {
      Description: "Redis",
      DestinationSecurityGroupId: "sg-0fedcba9876543210",
      IpProtocol: "tcp",
      FromPort: 6379,
      ToPort: 6379,
    },
  ]);
  template.resourceCountIs("AWS::EC2::SecurityGroupEgress", 0);
  template.hasResourceProperties("AWS::EC2::SecurityGroupIngress", {
    GroupId: "sg-0fedcba9876543210",
    SourceSecurityGroupId: { "Fn::GetAtt": [group, "GroupId"] },
    FromPort: 6379,
    ToPort: 6379,
  });
});

test("sentinels and the servers they name are ways out each", () => {
  const sentinels = [
    { host: "sentinel-1.internal", port: 26_379 },
    { host: "sentinel-2.internal", port: 26_379 },
  ];
  const { properties } = theGroup({
    ...prod,
    redis: {
      kind: "existing",
      topology: { kind: "sentinel", sentinels, master: "quantum", masterPort: 6380 },
      securityGroupId: "sg-0fedcba9876543210",
      authentication: { kind: "none" },
      tls: false,
    },
  });

  const ports = (properties["SecurityGroupEgress"] as readonly { FromPort: number }[]).map(({ FromPort }) => FromPort);

  expect(ports).toEqual([26_379, 6380]);
});

test("its code is an asset: nothing of it stands in the template", () => {
  const functions = resourcesOf(template, "AWS::Lambda::Function");

  expect(functions).toHaveLength(1);
  for (const { Properties: properties } of functions) {
    expect(Object.keys(properties["Code"] as object)).toEqual(["S3Bucket", "S3Key"]);
  }
});

function theGroup(environment: typeof prod): { properties: Readonly<Record<string, unknown>> } {
  const [, { Properties: properties }] = theResource(templateOf(environment), "AWS::EC2::SecurityGroup");
  return { properties };
}

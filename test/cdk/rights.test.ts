import type { Template } from "aws-cdk-lib/assertions";

import type { Environment } from "../../lib/environment";
import { unpaged as prod } from "../support/paged-environment";
import { resourcesOf, templateOf, theResource } from "./synthesized";
import { dev, staging } from "../support/example-environments";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

const SECRET = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:quantum/redis-AbCdEf";
const KEY = "arn:aws:kms:eu-central-1:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const withSecret: Environment = {
  ...prod,
  publisher: "cloudwatch",
  endpoints: { monitoring: "create", secretsmanager: "create" },
  redis: {
    kind: "existing",
    topology: { kind: "single", host: "redis.internal", port: 6379 },
    securityGroupId: "sg-0fedcba9876543210",
    authentication: { kind: "secret", arn: SECRET },
    tls: {},
  },
};

function statementsOf(template: Template): Statement[] {
  const [, role] = theResource(template, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: "lambda.amazonaws.com" } }] },
  });
  const policies = role.Properties["Policies"] as readonly { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const named = (statements: readonly Statement[], sid: string): Statement | undefined =>
  statements.find(({ Sid }) => Sid === sid);

test.each<[string, Environment, string[]]>([
  ["IAM and EMF", prod, ["WriteLog", "JoinNetwork", "KeepNetworkFromCode", "ConnectToRedis"]],
  ["a secret and the API", withSecret, ["WriteLog", "JoinNetwork", "KeepNetworkFromCode", "ReadSecrets", "PutMetrics"]],
  ["a trial", dev, ["WriteLog", "JoinNetwork", "KeepNetworkFromCode", "ConnectToRedis"]],
])("with %s the function has these rights and no others", (_, environment, sids) => {
  const template = templateOf(environment);

  const statements = statementsOf(template);

  expect(statements.map(({ Sid }) => Sid)).toEqual(sids);
  for (const role of resourcesOf(template, "AWS::IAM::Role")) {
    expect(role.Properties).not.toHaveProperty("ManagedPolicyArns");
  }
});

test("it writes to its own log group and makes none", () => {
  const template = templateOf(prod);
  const [logGroup] = theResource(template, "AWS::Logs::LogGroup");

  const statement = named(statementsOf(template), "WriteLog");

  expect(statement).toMatchObject({
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: { "Fn::GetAtt": [logGroup, "Arn"] },
  });
});

test("what Lambda needs to join the network is taken away again from the function's own code", () => {
  const statements = statementsOf(templateOf(prod));

  const granted = named(statements, "JoinNetwork");
  const denied = named(statements, "KeepNetworkFromCode");

  expect(granted).toMatchObject({
    Effect: "Allow",
    Action: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
  });
  expect(denied).toMatchObject({
    Effect: "Deny",
    Action: expect.arrayContaining([granted?.Action ?? []].flat()),
    Condition: {
      ArnEquals: {
        "lambda:SourceFunctionArn": "arn:aws:lambda:eu-central-1:222222222222:function:prod-quantum-watch-collect",
      },
    },
  });
});

test.each<[string, Environment, string, string]>([
  ["a replication group", prod, "222222222222:replicationgroup:quantum-prod", "222222222222:user:quantum-watch"],
  ["a serverless cache", staging, "111111111111:serverlesscache:quantum-staging", "111111111111:user:quantum-watch"],
])("it connects to exactly %s as exactly one user", (_, environment, cache, user) => {
  const statement = named(statementsOf(templateOf(environment)), "ConnectToRedis");

  expect(statement).toMatchObject({
    Action: "elasticache:Connect",
    Resource: [`arn:aws:elasticache:eu-central-1:${cache}`, `arn:aws:elasticache:eu-central-1:${user}`],
  });
});

test("it reads exactly the secret that the environment names", () => {
  const statement = named(statementsOf(templateOf(withSecret)), "ReadSecrets");

  expect(statement).toMatchObject({ Action: "secretsmanager:GetSecretValue", Resource: SECRET });
});

test("a key of the environment's own is granted for these secrets, by way of Secrets Manager only", () => {
  const statement = named(statementsOf(templateOf({ ...withSecret, secretsKeyArn: KEY })), "DecryptSecrets");

  expect(statement).toMatchObject({
    Action: "kms:Decrypt",
    Resource: KEY,
    Condition: {
      StringEquals: {
        "kms:ViaService": ["secretsmanager.eu-central-1.amazonaws.com"],
        "kms:EncryptionContext:SecretARN": [SECRET],
      },
    },
  });
});

test("by API it puts metrics of our namespace only", () => {
  const statement = named(statementsOf(templateOf(withSecret)), "PutMetrics");

  expect(statement).toMatchObject({
    Action: "cloudwatch:PutMetricData",
    Condition: { StringEquals: { "cloudwatch:namespace": "QuantumTrader" } },
  });
});

test.each<[string, Environment]>([
  ["dev", dev],
  ["staging", staging],
  ["prod", prod],
  ["a secret and the API", withSecret],
])("with %s a right on every resource is one that cannot name its resource, and no other", (_, environment) => {
  const template = templateOf(environment);

  const documents = [
    ...statementsOf(template),
    ...resourcesOf(template, "AWS::IAM::Policy").flatMap(
      ({ Properties: properties }) => (properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
    ),
  ];
  const unbound = documents.filter(({ Resource: resource }) => [resource].flat().includes("*"));

  for (const { Sid } of unbound) expect(["JoinNetwork", "KeepNetworkFromCode", "PutMetrics"]).toContain(Sid);
  expect(documents.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
});

test("the schedule may invoke this function and nothing else", () => {
  const template = templateOf(prod);

  const [collect] = theResource(template, "AWS::Lambda::Function");
  const [, role] = theResource(template, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: "scheduler.amazonaws.com" } }] },
  });

  expect(role.Properties["Policies"]).toMatchObject([
    {
      PolicyDocument: {
        Statement: [{ Action: "lambda:InvokeFunction", Effect: "Allow", Resource: { "Fn::GetAtt": [collect, "Arn"] } }],
      },
    },
  ]);
  expect(role.Properties["AssumeRolePolicyDocument"]).toMatchObject({
    Statement: [
      {
        Condition: {
          StringEquals: {
            "aws:SourceAccount": "222222222222",
            "aws:SourceArn": "arn:aws:scheduler:eu-central-1:222222222222:schedule-group/default",
          },
        },
      },
    ],
  });
  template.resourceCountIs("AWS::IAM::Policy", 0);
});

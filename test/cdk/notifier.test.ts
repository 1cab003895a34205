import { validateEnvironment } from "../../lib/environment";
import { notifierVariables, remindVariables } from "../../lib/environments/notifier-variables";
import { readNotifyConfig } from "../../lib/notify/config";
import { readRemindConfig } from "../../lib/notify/remind-config";
import { paged, secretArn } from "../support/paged-environment";
import { resourcesOf, templateOf, theResource } from "./synthesized";

const template = templateOf(paged);
const FUNCTION = "AWS::Lambda::Function";
const TOPICS = ["critical", "warning"].map(
  (severity) => theResource(template, "AWS::SNS::Topic", { TopicName: `prod-quantum-watch-${severity}` })[0],
);
const theFunction = (name: string) => theResource(template, FUNCTION, { FunctionName: `prod-quantum-watch-${name}` });

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function statementsOf(name: string): Statement[] {
  const [, { Properties: properties }] = theFunction(name);
  const {
    "Fn::GetAtt": [role],
  } = properties["Role"] as { "Fn::GetAtt": [string, string] };
  const found = template.findResources("AWS::IAM::Role")[role] as {
    Properties: { Policies: readonly { PolicyDocument: { Statement: Statement[] } }[] };
  };
  return found.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

test.each(["notify", "remind", "drill"])(
  "%s runs outside the VPC, on arm64, and logs where it is looked for",
  (name) => {
    const [, { Properties: properties }] = theFunction(name);
    const [log] = theResource(template, "AWS::Logs::LogGroup", { LogGroupName: `/quantum-watch/prod/${name}` });

    expect(properties).toMatchObject({
      Architectures: ["arm64"],
      Runtime: "nodejs24.x",
      LoggingConfig: { LogFormat: "Text", LogGroup: { Ref: log } },
    });
    expect(properties).not.toHaveProperty("VpcConfig");
  },
);

test("only the topics of critical and warning may call the notifier", () => {
  const [notify] = theFunction("notify");

  const permissions = resourcesOf(template, "AWS::Lambda::Permission").map(({ Properties: properties }) => properties);

  expect(permissions).toEqual(
    TOPICS.map((topic) => ({
      Action: "lambda:InvokeFunction",
      FunctionName: { "Fn::GetAtt": [notify, "Arn"] },
      Principal: "sns.amazonaws.com",
      SourceArn: { Ref: topic },
    })),
  );
});

test("what the notifier fails at is tried twice more, for hours, and then a dead letter that an alarm looks for", () => {
  const [notify, { Properties: properties }] = theFunction("notify");
  const [queue] = theResource(template, "AWS::SQS::Queue", { QueueName: "prod-quantum-watch-dead-notify" });

  expect(properties).toMatchObject({
    DeadLetterConfig: { TargetArn: { "Fn::GetAtt": [queue, "Arn"] } },
    ReservedConcurrentExecutions: 4,
  });
  theResource(template, "AWS::Lambda::EventInvokeConfig", {
    FunctionName: { Ref: notify },
    MaximumRetryAttempts: 2,
    MaximumEventAgeInSeconds: 21_600,
  });
  theResource(template, "AWS::CloudWatch::Alarm", { AlarmName: "prod-QuantumPageUndelivered-notify" });
});

test("an account with few concurrent executions keeps them", () => {
  const shared = templateOf({ ...paged, reservedConcurrency: "none" });

  const [, { Properties: properties }] = theResource(shared, FUNCTION, { FunctionName: "prod-quantum-watch-notify" });

  expect(properties).not.toHaveProperty("ReservedConcurrentExecutions");
});

const secrets = ["slack", "webhook"].map(secretArn);

test("the functions may do exactly what their code does, to exactly what it does it to", () => {
  const [table] = theResource(template, "AWS::DynamoDB::Table");
  const [queue] = theResource(template, "AWS::SQS::Queue", { QueueName: "prod-quantum-watch-dead-notify" });
  const [key] = theResource(template, "AWS::KMS::Key");
  const [lines] = theResource(template, "AWS::Logs::LogGroup", { LogGroupName: "/quantum-watch/prod/collect" });
  const telling = (arns: readonly string[]) => [
    ["WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], expect.anything()],
    ["RememberTellings", ["dynamodb:GetItem", "dynamodb:PutItem"], { "Fn::GetAtt": [table, "Arn"] }],
    ["ReadCollectorLines", "logs:FilterLogEvents", { "Fn::GetAtt": [lines, "Arn"] }],
    ["LookAtAlarms", "cloudwatch:DescribeAlarms", "*"],
    ["ReadSecrets", "secretsmanager:GetSecretValue", arns],
  ];

  const rights = Object.fromEntries(
    ["notify", "remind", "drill"].map((name) => [
      name,
      statementsOf(name).map(({ Sid, Action, Resource }) => [Sid, Action, Resource]),
    ]),
  );

  expect(rights).toEqual({
    notify: [
      ...telling(secrets),
      ["DrawCharts", "cloudwatch:GetMetricWidgetImage", "*"],
      ["LeaveDeadLetters", "sqs:SendMessage", { "Fn::GetAtt": [queue, "Arn"] }],
      ["EncryptDeadLetters", ["kms:Decrypt", "kms:GenerateDataKey"], { "Fn::GetAtt": [key, "Arn"] }],
    ],
    remind: [
      ...telling([...secrets, secretArn("heartbeat")]),
      ["LookAtMuteRules", ["cloudwatch:ListAlarmMuteRules", "cloudwatch:GetAlarmMuteRule"], "*"],
    ],
    drill: [["WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], expect.anything()]],
  });
});

test("nothing is added to those rights behind the statements", () => {
  const documents = resourcesOf(template, "AWS::IAM::Policy");

  expect(documents).toEqual([]);
});

test("what the functions are told is what they read", () => {
  const environment = validateEnvironment(paged);
  const variables = { ...notifierVariables(environment, ["arn:a", "arn:b"]), ...remindVariables(environment) };

  const config = readRemindConfig(variables);

  expect(config).toMatchObject({
    ...readNotifyConfig(variables),
    environment: "prod",
    table: "prod-quantum-watch-incidents",
    topics: ["arn:a", "arn:b"],
    logGroups: ["/quantum-watch/prod/collect"],
    channels: [
      { kind: "slack-bot", name: "slack", channel: "C0123456789", severities: ["critical", "warning"] },
      { kind: "webhook", name: "webhook", url: "https://pages.example.com/in" },
    ],
    repeats: { critical: 14_400_000, warning: 86_400_000, rules: { RedisDown: 1_800_000 } },
    heartbeat: { everyMs: 600_000, to: { secretArn: secretArn("heartbeat") } },
    drill: { day: 1, minute: 600 },
  });
});

test("the table forgets by the attribute that the store writes", () => {
  template.hasResourceProperties("AWS::DynamoDB::Table", {
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
    BillingMode: "PAY_PER_REQUEST",
  });
});

test.each([
  ["remind", "cron(* * * * ? *)"],
  ["drill", "cron(0 10 ? * MON *)"],
])("%s wakes by %s, in UTC, and is not woken again for a time that went by", (name, ScheduleExpression) => {
  template.hasResourceProperties("AWS::Scheduler::Schedule", {
    Name: `prod-quantum-watch-${name}`,
    ScheduleExpression,
    ScheduleExpressionTimezone: "Etc/UTC",
    Target: {
      Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    },
  });
});

test("the drill's alarm is marked, and the mark travels with its message", () => {
  const [, alarm] = theResource(template, "AWS::CloudWatch::Alarm", { AlarmName: "prod-PagingDrill" });

  expect(alarm.Properties).toMatchObject({
    MetricName: "quantum_paging_drill",
    TreatMissingData: "notBreaching",
    AlarmActions: [{ Ref: TOPICS[0] }],
    OKActions: [{ Ref: TOPICS[0] }],
    Tags: expect.arrayContaining([{ Key: "drill", Value: "true" }]),
    ActionConfiguration: {
      AlarmTagsPropagation: { Enabled: true, IncludedTagKeys: ["severity", "component", "rule", "drill"] },
    },
  });
});

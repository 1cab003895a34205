import type { Environment } from "../../lib/environment";
import { paged, secretArn, unpaged } from "../support/paged-environment";
import { resourcesOf, templateOf, theResource } from "./synthesized";

const template = templateOf(paged);
const SUBSCRIPTION = "AWS::SNS::Subscription";
const REFERENCE = `{{resolve:secretsmanager:${secretArn("pagerduty")}:SecretString:url::}}`;

interface Subscription {
  readonly Protocol: string;
  readonly Endpoint: unknown;
  readonly TopicArn: { readonly Ref: string };
  readonly RedrivePolicy: { readonly deadLetterTargetArn: { readonly "Fn::GetAtt": readonly [string, string] } };
}

const subscriptions = Object.entries(template.findResources(SUBSCRIPTION)).map(
  ([id, { Properties }]) => [id, Properties as Subscription] as const,
);

const topicOf = (severity: string): string =>
  theResource(template, "AWS::SNS::Topic", { TopicName: `prod-quantum-watch-${severity}` })[0];

function statementsOf(policy: { readonly Properties: Readonly<Record<string, unknown>> }): readonly object[] {
  return (policy.Properties["PolicyDocument"] as { Statement: readonly object[] }).Statement;
}

test("critical goes to PagerDuty, the mail and the notifier, warning to the notifier, info to the mail", () => {
  const [notify] = theResource(template, "AWS::Lambda::Function", { FunctionName: "prod-quantum-watch-notify" });
  const lambda = { "Fn::GetAtt": [notify, "Arn"] };

  const ways = subscriptions.map(([, { Protocol, Endpoint, TopicArn }]) => [TopicArn.Ref, Protocol, Endpoint]);

  expect(ways).toEqual([
    [topicOf("critical"), "https", REFERENCE],
    [topicOf("critical"), "email", "oncall@example.com"],
    [topicOf("critical"), "lambda", lambda],
    [topicOf("warning"), "lambda", lambda],
    [topicOf("info"), "email", "digest@example.com"],
  ]);
});

test.each(subscriptions)(
  "%s: topic, policy, key, queue and alarm belong together",
  (_, { TopicArn, RedrivePolicy }) => {
    const { deadLetterTargetArn } = RedrivePolicy;
    const [queueId] = deadLetterTargetArn["Fn::GetAtt"];
    const queue = template.findResources("AWS::SQS::Queue")[queueId] as { Properties: Record<string, unknown> };
    const [, policy] = theResource(template, "AWS::SQS::QueuePolicy", { Queues: [{ Ref: queueId }] });
    const [key] = theResource(template, "AWS::KMS::Key");
    const name = String(queue.Properties["QueueName"]);

    const [, alarm] = theResource(template, "AWS::CloudWatch::Alarm", {
      Namespace: "AWS/SQS",
      Dimensions: [{ Name: "QueueName", Value: name }],
    });

    expect(queue.Properties).toMatchObject({
      KmsMasterKeyId: { "Fn::GetAtt": [key, "Arn"] },
      MessageRetentionPeriod: 1_209_600,
    });
    expect(statementsOf(policy)).toEqual([
      expect.objectContaining({
        Effect: "Deny",
        Action: "sqs:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
      {
        Sid: "TakeDeadLetters",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: deadLetterTargetArn,
        Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
      },
    ]);
    expect(alarm.Properties).toMatchObject({
      MetricName: "ApproximateNumberOfMessagesVisible",
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0,
      AlarmActions: [{ Ref: topicOf("critical") }],
    });
  },
);

test("the key lets SNS encrypt what it could not deliver, for these topics and no others", () => {
  const [, key] = theResource(template, "AWS::KMS::Key");
  const { Statement: statements } = key.Properties["KeyPolicy"] as { Statement: readonly { Sid?: string }[] };

  const sns = statements.find(({ Sid }) => Sid === "EncryptDeadLetters");

  const arns = ["critical", "warning", "info"].map(
    (severity) => `arn:aws:sns:eu-central-1:222222222222:prod-quantum-watch-${severity}`,
  );
  expect(sns).toEqual({
    Sid: "EncryptDeadLetters",
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { ArnEquals: { "aws:SourceArn": arns } },
  });
});

type State = "ALARM" | "OK" | "INSUFFICIENT_DATA";

/** As SNS does with a policy on a body, as far as ours goes. */
function passes(policy: { $or: readonly Readonly<Record<string, readonly string[]>>[] }, body: Record<string, string>) {
  return policy.$or.some((one) => Object.entries(one).every(([name, values]) => values.includes(body[name] ?? "")));
}

test.each<[State, State, boolean]>([
  ["OK", "ALARM", true],
  ["INSUFFICIENT_DATA", "ALARM", true],
  ["ALARM", "ALARM", true],
  ["ALARM", "OK", true],
  ["INSUFFICIENT_DATA", "OK", false],
])("of a change from %s to %s every subscriber hears: %p", (OldStateValue, NewStateValue, isHeard) => {
  const policies = resourcesOf(template, SUBSCRIPTION).map(({ Properties: properties }) => properties);

  const heard = policies.map(({ FilterPolicy: policy, FilterPolicyScope: scope }) => {
    expect(scope).toBe("MessageBody");
    return passes(policy as Parameters<typeof passes>[0], { OldStateValue, NewStateValue });
  });

  expect(new Set(heard)).toEqual(new Set([isHeard]));
});

test("no alarm of ours falls back to INSUFFICIENT_DATA, from which an end would not be told", () => {
  const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm");

  const modes = new Set(alarms.map(({ Properties: properties }) => properties["TreatMissingData"]));

  expect(modes).toEqual(new Set(["breaching", "ignore", "notBreaching"]));
});

test("the address of PagerDuty, which holds a key, is a reference that CloudFormation resolves, and stands nowhere else", () => {
  const text = JSON.stringify(template.toJSON());

  expect(text).not.toMatch(/pagerduty\.com|hooks\.slack|xox[bp]-/);
  expect(text.split("{{resolve:")).toHaveLength(2);
});

test("a new version of the secret is taken up by a change of the template", () => {
  const versionId = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f";
  const renewed = templateOf({
    ...paged,
    notify: { ...paged.notify, pagerduty: { ...paged.notify.pagerduty, versionId } },
  });

  const [, subscription] = theResource(renewed, SUBSCRIPTION, { Protocol: "https" });

  expect(subscription.Properties["Endpoint"]).toBe(REFERENCE.replace("::}}", `::${versionId}}}`));
});

test("without anybody to tell the stack has topics, and nothing that listens to them", () => {
  const silent = templateOf(unpaged);

  for (const type of [SUBSCRIPTION, "AWS::SQS::Queue", "AWS::DynamoDB::Table"]) silent.resourceCountIs(type, 0);
  silent.resourceCountIs("AWS::Lambda::Function", 1);
  silent.resourceCountIs("AWS::SNS::Topic", 3);
});

test("Amazon Q in chat applications may look at CloudWatch, and whoever asks it may no more", () => {
  const { slack: _, ...notify } = paged.notify;
  const chatty: Environment = {
    ...paged,
    notify: { ...notify, chatbot: { workspaceId: "T0123456789", channelId: "C0123456789" } },
  };

  const asked = templateOf(chatty);

  const [, channel] = theResource(asked, "AWS::Chatbot::SlackChannelConfiguration");
  const readOnly = {
    "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":iam::aws:policy/CloudWatchReadOnlyAccess"]],
  };
  expect(channel.Properties["GuardrailPolicies"]).toEqual([readOnly]);
  expect(channel.Properties["SnsTopicArns"]).toHaveLength(2);
  expect(JSON.stringify(asked.toJSON())).not.toContain("AdministratorAccess");
});

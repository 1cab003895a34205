import { rules } from "../../alarms";
import { validateEnvironment } from "../../lib/environment";
import { dev } from "../../lib/environments/dev";
import { alarmProperties } from "../../lib/rules/cloudformation";
import { resourcesOf, templateOf, theResource } from "./synthesized";

const template = templateOf(dev);
const TOPIC = {
  critical: "dev-quantum-watch-critical",
  warning: "dev-quantum-watch-warning",
  info: "dev-quantum-watch-info",
};

test.each(rules)("$name stands in the template as the translator wrote it, for the topic of its severity", (rule) => {
  const [topic] = theResource(template, "AWS::SNS::Topic", { TopicName: TOPIC[rule.severity] });

  const [, alarm] = theResource(template, "AWS::CloudWatch::Alarm", { AlarmName: `dev-${rule.name}` });

  const translated = alarmProperties(rule, validateEnvironment(dev), TOPIC);
  expect(alarm.Properties).toEqual({ ...translated, AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] });
});

test("no alarm is made before the schedule, or it would wait for a heartbeat that nothing sends yet", () => {
  const [schedule] = theResource(template, "AWS::Scheduler::Schedule");

  const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm");

  expect(alarms).toHaveLength(rules.length);
  for (const alarm of alarms) expect(alarm.DependsOn).toContain(schedule);
});

describe.each(Object.values(TOPIC))("the topic %s", (TopicName) => {
  const [topic, { Properties: properties }] = theResource(template, "AWS::SNS::Topic", { TopicName });
  const [, policy] = theResource(template, "AWS::SNS::TopicPolicy", { Topics: [{ Ref: topic }] });
  const { Statement: statements } = policy.Properties["PolicyDocument"] as { Statement: readonly object[] };

  test("lets the alarms of this account publish, which its default policy would no longer do", () => {
    const allowed = statements.filter((one) => "Effect" in one && one.Effect === "Allow");

    expect(allowed).toEqual([
      {
        Sid: "PublishAlarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: { Ref: topic },
        Condition: {
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          ArnLike: {
            "aws:SourceArn": {
              "Fn::Join": ["", ["arn:aws:cloudwatch:eu-central-1:", { Ref: "AWS::AccountId" }, ":alarm:*"]],
            },
          },
        },
      },
    ]);
  });

  test("takes nothing that was not sent over TLS", () => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    );
  });

  test("is encrypted with a key that rotates, and that CloudWatch may use", () => {
    const [key, { Properties: keyProperties }] = theResource(template, "AWS::KMS::Key", { EnableKeyRotation: true });

    const { Statement: keyStatements } = keyProperties["KeyPolicy"] as { Statement: readonly object[] };

    expect(properties["KmsMasterKeyId"]).toEqual({ "Fn::GetAtt": [key, "Arn"] });
    expect(keyStatements).toContainEqual({
      Sid: "EncryptAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    });
  });
});

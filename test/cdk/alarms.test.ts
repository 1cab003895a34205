import { rules } from "../../alarms";
import { validateEnvironment } from "../../lib/environment";
import type { Alarm } from "../../lib/rules/alarm";
import { alarmsOf } from "../../lib/rules/alarms";
import type { Severity } from "../../lib/rules/severity";
import { resourcesOf, templateOf, theResource } from "./synthesized";
import { dev } from "../support/example-environments";

const template = templateOf(dev);
const TOPIC = {
  critical: "dev-quantum-watch-critical",
  warning: "dev-quantum-watch-warning",
  info: "dev-quantum-watch-info",
};
const COMPOSITE = "AWS::CloudWatch::CompositeAlarm";

const arnOf = (name: string) => `arn:aws:cloudwatch:eu-central-1:<account>:alarm:${name}`;
const alarms = alarmsOf(rules, validateEnvironment(dev), TOPIC, arnOf);
const ACCOUNT = { Ref: "AWS::AccountId" };
const topicRef = (severity: Severity) => {
  const [topic] = theResource(template, "AWS::SNS::Topic", { TopicName: TOPIC[severity] });
  return [{ Ref: topic }];
};

/** The properties as a template has them: topics by reference, the account of whoever deploys within joined strings. */
function inTemplate({ severity, properties }: Alarm): object {
  const joined = Object.entries(properties).map(([key, value]) => {
    if (typeof value !== "string" || !value.includes("<account>")) return [key, value];
    const parts = value.split("<account>").flatMap((part, place) => (place === 0 ? [part] : [ACCOUNT, part]));
    return [key, { "Fn::Join": ["", parts] }];
  });
  const actions = properties.AlarmActions.length > 0 ? topicRef(severity) : [];
  return { ...Object.fromEntries(joined), AlarmActions: actions, OKActions: actions };
}

test.each(alarms)("$id stands in the template as the translator wrote it, for the topic of its severity", (alarm) => {
  const [, found] = theResource(template, alarm.type, { AlarmName: alarm.properties.AlarmName });

  expect(found.Properties).toEqual(inTemplate(alarm));
});

test("a composite alarm is made after the alarm under it and after its suppressor", () => {
  const [safeMode] = theResource(template, "AWS::CloudWatch::Alarm", { AlarmName: "dev-QuantumSafeModeActive" });
  const [inner] = theResource(template, "AWS::CloudWatch::Alarm", {
    AlarmName: "dev-QuantumSafetyFaultSpike-condition",
  });

  const [, composite] = theResource(template, "AWS::CloudWatch::CompositeAlarm", {
    AlarmName: "dev-QuantumSafetyFaultSpike",
  });

  expect(composite.DependsOn).toEqual(expect.arrayContaining([safeMode, inner]));
});

test("no alarm is made before the schedule, or it would wait for a heartbeat that nothing sends yet", () => {
  const [schedule] = theResource(template, "AWS::Scheduler::Schedule");

  const made = [...resourcesOf(template, "AWS::CloudWatch::Alarm"), ...resourcesOf(template, COMPOSITE)];

  expect(made).toHaveLength(alarms.length);
  for (const alarm of made) expect(alarm.DependsOn).toContain(schedule);
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

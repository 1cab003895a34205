import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { stackName, topicName } from "../../lib/environments/names";
import type { Topics as TopicArns } from "../../lib/rules/cloudformation";
import { SEVERITIES, type Severity } from "../../lib/rules/severity";
import { removalOf } from "./function-log";

const CLOUDWATCH = new ServicePrincipal("cloudwatch.amazonaws.com");
/** KMS keeps a key that is to be deleted for so long at least. */
const LEAST_PENDING = Duration.days(7);
const IDS: Readonly<Record<Severity, string>> = { critical: "Critical", warning: "Warning", info: "Info" };

/**
 * A topic a severity, encrypted with a key of our own: with the key that AWS manages, CloudWatch could not publish and
 * nobody would be told so.
 */
export class Topics extends Construct {
  readonly arns: TopicArns;
  /** Encrypts the topics, and what they could not deliver. */
  readonly key: Key;

  constructor(scope: Construct, id: string, environment: ValidatedEnvironment) {
    super(scope, id);
    this.key = this.#key(environment);
    const arns = SEVERITIES.map((severity) => [severity, this.#topic(severity, environment.name, this.key).topicArn]);
    this.arns = Object.fromEntries(arns) as TopicArns;
  }

  #key({ name, removal }: ValidatedEnvironment): Key {
    const key = new Key(this, "Key", {
      alias: `${stackName(name)}-alarms`,
      description: `Encrypts the alarms of ${stackName(name)}`,
      enableKeyRotation: true,
      // With the stack gone there is nothing left to decrypt.
      pendingWindow: LEAST_PENDING,
      removalPolicy: removalOf({ removal }),
    });
    // SNS uses the rights of who publishes, so nobody but CloudWatch needs any.
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: "EncryptAlarms",
        principals: [CLOUDWATCH],
        actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
        resources: ["*"],
        // Without a condition, as AWS documents it: one that CloudWatch does not meet would lose pages in silence, and
        // who may publish is said by the topics.
      }),
    );
    return key;
  }

  #topic(severity: Severity, environment: string, masterKey: Key): Topic {
    const topic = new Topic(this, IDS[severity], {
      topicName: topicName(environment, severity),
      masterKey,
      enforceSSL: true,
    });
    const { account } = Stack.of(this);
    const alarms = Stack.of(this).formatArn({
      service: "cloudwatch",
      resource: "alarm",
      resourceName: "*",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    // A topic with any policy has lost the default one, by which alarms of its own account may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "PublishAlarms",
        principals: [CLOUDWATCH],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": alarms } },
      }),
    );
    return topic;
  }
}

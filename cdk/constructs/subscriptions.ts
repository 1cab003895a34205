import { SecretValue, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnPermission, type IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSubscription } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { topicName } from "../../lib/environments/names";
import { type Delivery, deliveriesOf } from "../../lib/environments/paging";
import { pascalCase } from "../../lib/rules/alarms";
import { SEVERITIES, type Severity } from "../../lib/rules/severity";
import { accepted } from "./accepted";
import { deadLetters } from "./dead-letters";
import type { Topics } from "./topics";

interface SubscriptionsProps {
  readonly environment: ValidatedEnvironment;
  readonly topics: Topics;
  /** The notifying function, where there is one. */
  readonly notify: IFunction | undefined;
}

const SNS = new ServicePrincipal("sns.amazonaws.com");
/**
 * What begins and what ends an alarm. A new alarm goes from INSUFFICIENT_DATA to OK, and with each deploy everybody would
 * be told that all is well. None of ours goes back to INSUFFICIENT_DATA: what they make of missing data is never `missing`.
 */
const OF_ALARMS = { $or: [{ NewStateValue: ["ALARM"] }, { OldStateValue: ["ALARM"] }] };

/** Who hears of the topics, each with a queue for what could not be delivered to them. */
export class Subscriptions extends Construct {
  constructor(scope: Construct, id: string, { environment, topics, notify }: SubscriptionsProps) {
    super(scope, id);
    const deliveries = deliveriesOf(environment);
    if (deliveries.length > 0) this.#lettersTo(topics, environment.name);
    for (const delivery of deliveries) this.#subscription(delivery, { environment, topics, notify });
  }

  /** SNS encrypts what it hands to a queue with the queue's key, in its own name. */
  #lettersTo({ key }: Topics, environment: string): void {
    // Composed: topics refer to the key, and it may not refer to them.
    const topicArns = SEVERITIES.map((severity) => this.#topicArn(environment, severity));
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: "EncryptDeadLetters",
        principals: [SNS],
        actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
        resources: ["*"],
        conditions: { ArnEquals: { "aws:SourceArn": topicArns } },
      }),
    );
  }

  #topicArn(environment: string, severity: Severity): string {
    return Stack.of(this).formatArn({ service: "sns", resource: topicName(environment, severity) });
  }

  #subscription({ label, severity, to }: Delivery, { environment, topics, notify }: SubscriptionsProps): void {
    const id = pascalCase(label);
    const topicArn = topics.arns[severity];
    const queue = deadLetters(this, `${id}DeadLetters`, { environment, label, key: topics.key });
    accepted(queue, "SQS3", "It is a subscription's dead-letter queue, and the rule knows those of other queues only.");
    const { policyDependable: open = queue } = queue.addToResourcePolicy(
      new PolicyStatement({
        sid: "TakeDeadLetters",
        principals: [SNS],
        actions: ["sqs:SendMessage"],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": topicArn } },
      }),
    );
    if (to === "notify" && notify) this.#permit(id, notify, topicArn);
    const subscription = new CfnSubscription(this, id, {
      topicArn,
      ...endpointOf(to, notify),
      filterPolicy: OF_ALARMS,
      filterPolicyScope: "MessageBody",
      redrivePolicy: { deadLetterTargetArn: queue.queueArn },
    });
    // What fails at once has to find the queue open; the queue itself it refers to.
    subscription.node.addDependency(open);
  }

  #permit(id: string, notify: IFunction, topicArn: string): void {
    new CfnPermission(this, `${id}Permission`, {
      action: "lambda:InvokeFunction",
      functionName: notify.functionArn,
      principal: SNS.service,
      // It names the account. SourceAccount as well is not documented for SNS: where it were not said, nobody would be told.
      sourceArn: topicArn,
    });
  }
}

function endpointOf(to: Delivery["to"], notify: IFunction | undefined): { protocol: string; endpoint: string } {
  if (to === "notify") {
    if (notify === undefined) throw new Error("a topic is subscribed by a function that is not there");
    return { protocol: "lambda", endpoint: notify.functionArn };
  }
  if ("email" in to) return { protocol: "email", endpoint: to.email };
  const { secretArn, versionId } = to.pagerduty;
  const version = versionId === undefined ? {} : { versionId };
  // The address holds a key: CloudFormation puts it in when it deploys, and the template has a reference.
  const url = SecretValue.secretsManager(secretArn, { jsonField: "url", ...version });
  return { protocol: "https", endpoint: url.unsafeUnwrap() };
}

import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { deadLetterName } from "../../lib/environments/names";
import { removalOf } from "./function-log";

/** The most that SQS keeps a message: time to notice, to mend and to send it again. */
const KEPT = Duration.days(14);

/** A queue for what could not be delivered, encrypted by the topics' key; QuantumPageUndelivered watches it by its name. */
export function deadLetters(
  scope: Construct,
  id: string,
  { environment, label, key }: { environment: ValidatedEnvironment; label: string; key: IKey },
): Queue {
  return new Queue(scope, id, {
    queueName: deadLetterName(environment.name, label),
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: KEPT,
    removalPolicy: removalOf(environment),
  });
}

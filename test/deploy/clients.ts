import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

import { type Emulator, REGION } from "./emulator";

/** The operator's own view of the account. */
export interface Clients {
  readonly cloudwatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly dynamodb: DynamoDBClient;
  readonly kms: KMSClient;
  readonly ec2: EC2Client;
  readonly cloudformation: CloudFormationClient;
}

export function clientsOf({ url: endpoint }: Emulator): Clients {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const where = { endpoint, region: REGION, credentials };
  return {
    cloudwatch: new CloudWatchClient(where),
    logs: new CloudWatchLogsClient(where),
    secrets: new SecretsManagerClient(where),
    sns: new SNSClient(where),
    sqs: new SQSClient(where),
    lambda: new LambdaClient(where),
    dynamodb: new DynamoDBClient(where),
    kms: new KMSClient(where),
    ec2: new EC2Client(where),
    cloudformation: new CloudFormationClient(where),
  };
}

/** Makes a secret as an operator does before the first deploy; resolves with its whole ARN. */
export async function createSecret({ secrets }: Clients, name: string, value: string): Promise<string> {
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
  if (ARN === undefined) throw new Error(`the secret ${name} has no ARN`);
  return ARN;
}

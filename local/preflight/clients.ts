import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

import type { ValidatedEnvironment } from "../../lib/environment";

/** Whoever is asked; none of them is asked to change anything. */
export interface Clients {
  readonly sts: STSClient;
  readonly cloudformation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly secrets: SecretsManagerClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudwatch: CloudWatchClient;
  readonly sns: SNSClient;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
}

/** What is looked at. */
export interface Subject {
  readonly environment: ValidatedEnvironment;
  readonly clients: Clients;
  /** Where the stack would go. */
  readonly account: string;
  /** Whether the environment was deployed before, so that its names are its own; undefined where that cannot be seen. */
  readonly isDeployed: boolean | undefined;
}

/** A person waits: three attempts are over in a few seconds. */
const MAX_ATTEMPTS = 3;

/** Clients for an environment's region, whatever region the surroundings name. */
export function clientsFor(region: string, endpoint: string | undefined): Clients {
  const options = { region, maxAttempts: MAX_ATTEMPTS, ...(endpoint === undefined ? {} : { endpoint }) };
  return {
    sts: new STSClient(options),
    cloudformation: new CloudFormationClient(options),
    ec2: new EC2Client(options),
    secrets: new SecretsManagerClient(options),
    logs: new CloudWatchLogsClient(options),
    cloudwatch: new CloudWatchClient(options),
    sns: new SNSClient(options),
    dynamodb: new DynamoDBClient(options),
    sqs: new SQSClient(options),
    lambda: new LambdaClient(options),
  };
}

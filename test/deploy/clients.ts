import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";

import { type Emulator, REGION } from "./emulator";

/** The operator's own view of the account. */
export interface Clients {
  readonly cloudwatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
}

export function clientsOf({ url: endpoint }: Emulator): Clients {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const where = { endpoint, region: REGION, credentials };
  return {
    cloudwatch: new CloudWatchClient(where),
    logs: new CloudWatchLogsClient(where),
    secrets: new SecretsManagerClient(where),
    sns: new SNSClient(where),
  };
}

/** Makes a secret as an operator does before the first deploy; resolves with its whole ARN. */
export async function createSecret({ secrets }: Clients, name: string, value: string): Promise<string> {
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
  if (ARN === undefined) throw new Error(`the secret ${name} has no ARN`);
  return ARN;
}

import { paginateListStacks } from "@aws-sdk/client-cloudformation";
import { DescribeLogGroupsCommand, type LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import { paginateListTables } from "@aws-sdk/client-dynamodb";
import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { DescribeKeyCommand, KeyState, paginateListAliases, paginateListKeys } from "@aws-sdk/client-kms";
import { paginateListFunctions } from "@aws-sdk/client-lambda";
import { paginateListSubscriptions, paginateListTopics } from "@aws-sdk/client-sns";
import { paginateListQueues } from "@aws-sdk/client-sqs";

import { dashboardNames, describedAlarms } from "./account";
import type { Clients } from "./clients";

/** What there may be of a kind, by name. */
type Look = (clients: Clients) => Promise<readonly string[]>;

const looks = {
  stack: stacks,
  alarm: async (clients) => (await describedAlarms(clients)).map(({ AlarmName: name = "" }) => name),
  dashboard: dashboardNames,
  "log group": logGroups,
  topic: topics,
  subscription: subscriptions,
  queue: queues,
  table: tables,
  function: functions,
  key: keys,
  "key alias": aliases,
  "security group": securityGroups,
} as const satisfies Record<string, Look>;

export const KINDS = Object.keys(looks);

/** Everything of these kinds that an account has, whoever made it. */
export async function standing(clients: Clients): Promise<readonly string[]> {
  const each = await Promise.all(
    Object.entries(looks).map(async ([kind, look]) => (await look(clients)).map((name) => `${kind} ${name}`)),
  );
  return each.flat().toSorted();
}

async function namesOf<Page>(pages: AsyncIterable<Page>, names: (page: Page) => readonly string[] | undefined) {
  const all: string[] = [];
  for await (const page of pages) all.push(...(names(page) ?? []));
  return all;
}

function stacks({ cloudformation: client }: Clients): Promise<readonly string[]> {
  return namesOf(paginateListStacks({ client }, {}), ({ StackSummaries: found }) =>
    found?.filter(({ StackStatus: status }) => status !== "DELETE_COMPLETE").map(({ StackName: name = "" }) => name),
  );
}

function topics({ sns: client }: Clients): Promise<readonly string[]> {
  return namesOf(paginateListTopics({ client }, {}), ({ Topics: found }) =>
    found?.map(({ TopicArn: arn = "" }) => arn),
  );
}

function subscriptions({ sns: client }: Clients): Promise<readonly string[]> {
  return namesOf(paginateListSubscriptions({ client }, {}), ({ Subscriptions: found }) =>
    found?.map(({ TopicArn: arn = "", Endpoint: to = "" }) => `${arn} ${to}`),
  );
}

function queues({ sqs: client }: Clients): Promise<readonly string[]> {
  return namesOf(paginateListQueues({ client }, {}), ({ QueueUrls: found }) => found);
}

function tables({ dynamodb: client }: Clients): Promise<readonly string[]> {
  return namesOf(paginateListTables({ client }, {}), ({ TableNames: found }) => found);
}

function functions({ lambda: client }: Clients): Promise<readonly string[]> {
  return namesOf(paginateListFunctions({ client }, {}), ({ Functions: found }) =>
    found?.map(({ FunctionName: name = "" }) => name),
  );
}

/** KMS keeps a removed key as pending for a while. */
async function keys({ kms: client }: Clients): Promise<readonly string[]> {
  const ids = await namesOf(paginateListKeys({ client }, {}), ({ Keys: found }) =>
    found?.map(({ KeyId: id = "" }) => id),
  );
  const described = await Promise.all(ids.map((KeyId) => client.send(new DescribeKeyCommand({ KeyId }))));
  return described
    .filter(({ KeyMetadata: key }) => key?.KeyState !== KeyState.PendingDeletion)
    .map(({ KeyMetadata: key }) => key?.KeyId ?? "");
}

function aliases({ kms: client }: Clients): Promise<readonly string[]> {
  return namesOf(paginateListAliases({ client }, {}), ({ Aliases: found }) =>
    found?.map(({ AliasName: name = "" }) => name),
  );
}

async function securityGroups({ ec2 }: Clients): Promise<readonly string[]> {
  const { SecurityGroups: found = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  return found.map(({ GroupId: id = "" }) => id);
}

/**
 * A run that is under way while its stack goes has its last lines in a group that the emulator makes anew, without
 * retention. On AWS nobody may: the role of the function has no right to.
 */
const isOurs = ({ retentionInDays }: LogGroup): boolean => retentionInDays !== undefined;

async function logGroups({ logs }: Clients): Promise<readonly string[]> {
  const { logGroups: found = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  return found.filter(isOurs).map(({ logGroupName: name = "" }) => name);
}

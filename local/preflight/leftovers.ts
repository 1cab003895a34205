import { paginateDescribeAlarms, paginateListDashboards } from "@aws-sdk/client-cloudwatch";
import { paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { paginateListQueues } from "@aws-sdk/client-sqs";

import { collectLogGroup, deadLetterName, tableName } from "../../lib/environments/names";
import type { Clients, Subject } from "./clients";
import { broken, type Finding, isAbsent, known, lookedAt } from "./finding";
import { givenNames } from "./names";

/** What has a name that the stack would give, so that making it would fail half-way; a deployed stack has its own. */
export async function leftoverFindings({ environment, clients, isDeployed }: Subject): Promise<Finding[]> {
  if (isDeployed !== false) return [];
  const names = givenNames(environment);
  const each = await Promise.all([
    left("log groups", names.logGroups, () => logGroups(clients, collectLogGroup(environment.name, "")), {
      remove: (name) => `aws logs delete-log-group --log-group-name ${name}`,
    }),
    left("alarms", names.alarms, () => alarms(clients, `${environment.name}-`), {
      remove: (name) => `aws cloudwatch delete-alarms --alarm-names ${name}`,
    }),
    left("dashboards", names.dashboards, () => dashboards(clients, `${environment.name}-`), {
      remove: (name) => `aws cloudwatch delete-dashboards --dashboard-names ${name}`,
    }),
    left("a table", names.tables, () => tables(clients, tableName(environment.name)), {
      remove: (name) => `aws dynamodb delete-table --table-name ${name}`,
    }),
    left("dead-letter queues", names.queues, () => queueUrls(clients, deadLetterName(environment.name)), {
      // For so long SQS makes no other of the same name.
      remove: (url) => `aws sqs delete-queue --queue-url ${url} (and a minute later its name is free)`,
      nameOf: (url) => url.split("/").at(-1) ?? url,
    }),
  ]);
  return each.flat();
}

interface Leftover {
  /** What removes one, as it was found. */
  readonly remove: (found: string) => string;
  /** Of what is found by something other than its name. */
  readonly nameOf?: (found: string) => string;
}

async function left(
  kind: string,
  given: readonly string[],
  find: () => Promise<readonly string[]>,
  { remove, nameOf = (found) => found }: Leftover,
): Promise<readonly Finding[]> {
  return lookedAt(`${kind} left behind`, async () => {
    const there = given.length === 0 ? [] : await find();
    const collisions = there.filter((found) => given.includes(nameOf(found)));
    if (collisions.length === 0) return [known(`${kind} left behind: none with a name of the stack's`)];
    return collisions.map((found) =>
      broken(`${nameOf(found)} is there already, and the stack could not make it`, remove(found)),
    );
  });
}

async function logGroups({ logs }: Clients, logGroupNamePrefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { logGroups: page = [] } of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix })) {
    names.push(...page.map(({ logGroupName: name = "" }) => name));
  }
  return names;
}

async function alarms({ cloudwatch }: Clients, AlarmNamePrefix: string): Promise<string[]> {
  const names: string[] = [];
  const asked = { AlarmNamePrefix, AlarmTypes: ["MetricAlarm" as const, "CompositeAlarm" as const] };
  for await (const page of paginateDescribeAlarms({ client: cloudwatch }, asked)) {
    const { MetricAlarms: metric = [], CompositeAlarms: composite = [] } = page;
    names.push(...[...metric, ...composite].map(({ AlarmName: name = "" }) => name));
  }
  return names;
}

async function dashboards({ cloudwatch }: Clients, DashboardNamePrefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListDashboards({ client: cloudwatch }, { DashboardNamePrefix })) {
    names.push(...(page.DashboardEntries ?? []).map(({ DashboardName: name = "" }) => name));
  }
  return names;
}

async function tables({ dynamodb }: Clients, TableName: string): Promise<string[]> {
  try {
    await dynamodb.send(new DescribeTableCommand({ TableName }));
    return [TableName];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** The most that ListQueues takes; without a number it gives no token for the next page. */
const QUEUES_PER_PAGE = 1000;

async function queueUrls({ sqs }: Clients, QueueNamePrefix: string): Promise<string[]> {
  const urls: string[] = [];
  const pages = paginateListQueues({ client: sqs, pageSize: QUEUES_PER_PAGE }, { QueueNamePrefix });
  for await (const { QueueUrls: page = [] } of pages) urls.push(...page);
  return urls;
}

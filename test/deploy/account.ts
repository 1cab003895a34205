import {
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetTemplateCommand, paginateDescribeStackEvents } from "@aws-sdk/client-cloudformation";
import { InvokeCommand } from "@aws-sdk/client-lambda";

import type { MetricKey } from "../../lib/alarm-engine/definition";
import { ENVIRONMENT_DIMENSION, NAMESPACE } from "../../lib/metric";
import type { Clients } from "./clients";

/** The alarms as the account describes them; those of one environment, or all. */
export async function describedAlarms({ cloudwatch }: Clients, environment = ""): Promise<readonly MetricAlarm[]> {
  const named = environment === "" ? {} : { AlarmNamePrefix: `${environment}-` };
  const found: MetricAlarm[] = [];
  let token: string | undefined;
  do {
    const page = await cloudwatch.send(
      new DescribeAlarmsCommand({ MaxRecords: 100, ...named, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    found.push(...(page.MetricAlarms ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

/** The names of all dashboards. */
export async function dashboardNames({ cloudwatch }: Clients): Promise<readonly string[]> {
  const { DashboardEntries: entries = [] } = await cloudwatch.send(new ListDashboardsCommand({}));
  return entries.map(({ DashboardName: name = "" }) => name).toSorted();
}

/** A dashboard's body as it is stored. */
export async function storedBody({ cloudwatch }: Clients, name: string): Promise<unknown> {
  const { DashboardBody: body = "null" } = await cloudwatch.send(new GetDashboardCommand({ DashboardName: name }));
  return JSON.parse(body);
}

/** Every metric of ours that an environment has published. */
export async function publishedBy({ cloudwatch }: Clients, environment: string): Promise<readonly MetricKey[]> {
  const { Metrics: metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace: NAMESPACE }));
  return metrics
    .map(({ MetricName: name = "", Dimensions: named = [] }) => ({
      namespace: NAMESPACE,
      name,
      dimensions: Object.fromEntries(named.map(({ Name = "", Value = "" }) => [Name, Value])),
    }))
    .filter(({ dimensions }) => dimensions[ENVIRONMENT_DIMENSION] === environment);
}

/** The unit of a metric's data from the last ten minutes. */
export async function unitOf({ cloudwatch }: Clients, { name, dimensions }: MetricKey): Promise<string | undefined> {
  const to = new Date();
  const { Datapoints: points = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: NAMESPACE,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(to.getTime() - 600_000),
      EndTime: to,
      Period: 60,
      Statistics: ["Maximum"],
    }),
  );
  return points[0]?.Unit;
}

/** Calls a function as its schedule does; throws with what it answers where it fails. */
export async function wake({ lambda }: Clients, FunctionName: string, scheduledAt: string): Promise<void> {
  const { FunctionError: error, Payload: answer } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify({ scheduledAt }) }),
  );
  if (error !== undefined) throw new Error(`${FunctionName}: ${error}: ${answer?.transformToString() ?? ""}`);
}

/** What became of a stack's resources since a time (epoch milliseconds): the id and the status of each, in that order. */
export async function eventsOf({ cloudformation }: Clients, StackName: string, since: number): Promise<string[]> {
  const events: string[] = [];
  for await (const page of paginateDescribeStackEvents({ client: cloudformation }, { StackName })) {
    const late = page.StackEvents?.filter(({ Timestamp: at }) => Number(at) >= since) ?? [];
    const own = late.filter(({ ResourceType: type }) => type !== "AWS::CloudFormation::Stack");
    events.push(...own.map(({ LogicalResourceId: id, ResourceStatus: status }) => `${id} ${status}`));
  }
  return events.toReversed();
}

/** The resources of a stack's template as the account has it, by their ids. */
export async function resourcesOf({ cloudformation }: Clients, StackName: string): Promise<ResourcesById> {
  const { TemplateBody: body = "{}" } = await cloudformation.send(new GetTemplateCommand({ StackName }));
  return (JSON.parse(body) as { readonly Resources: ResourcesById }).Resources;
}

export type ResourcesById = Readonly<Record<string, unknown>>;

/** Every line of a log group, in the order of arrival. */
export async function linesOf({ logs }: Clients, logGroupName: string): Promise<readonly string[]> {
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  return events.map(({ message = "" }) => message);
}

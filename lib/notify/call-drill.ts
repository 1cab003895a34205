import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricDataCommand,
  type PutMetricDataCommandInput,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";

import { ConfigError } from "../errors";
import { namedMetric } from "../rules/condition";
import { drillAlarmName } from "../rules/names";
import { asked } from "./cloudwatch-calls";
import { pagingDrill, timeToPage } from "./paging-metrics";
import { DRILL_REASON } from "./read-alarm";

/** Where a drill begins: with the metric, so that all of the way is tried, or with the alarm's state. */
export type DrillFrom = "metric" | "alarm";

export interface Drill {
  readonly environment: string;
  readonly from: DrillFrom;
  readonly at: Date;
  readonly who: string;
}

/** Sets the synthetic alarm off; throws ConfigError where there is none, or where it would tell nobody. */
export async function beginDrill(client: CloudWatchClient, { environment, from, at, who }: Drill): Promise<void> {
  const name = drillAlarmName(environment);
  const describe = new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm"] });
  const { MetricAlarms: [alarm] = [] } = await asked(`looking at ${name}`, () => client.send(describe));
  if (alarm === undefined) throw new ConfigError(`there is no alarm ${name}: is ${environment} deployed with drills?`);
  const { ActionsEnabled: isEnabled = true, AlarmActions: actions = [] } = alarm;
  if (!isEnabled || actions.length === 0) throw new ConfigError(`${name} takes no action, so nobody would be paged`);
  // An alarm acts on changes only.
  if (alarm.StateValue === "ALARM") {
    throw new ConfigError(`${name} is in ALARM from an earlier drill: try again when it is over, in a minute or two`);
  }
  await asked(`setting off ${name}`, async () => {
    if (from === "metric") await client.send(new PutMetricDataCommand(drillDatum(environment, at)));
    else await client.send(new SetAlarmStateCommand(drillState(name, who)));
  });
}

/** The same that a weekly drill publishes: its value is when it was begun. */
function drillDatum(environment: string, at: Date): PutMetricDataCommandInput {
  const { Namespace, MetricName, Dimensions } = namedMetric(pagingDrill, {}, environment);
  const { unit: Unit, resolution: StorageResolution } = pagingDrill;
  const datum = { MetricName, Dimensions: [...Dimensions], Timestamp: at, Value: at.getTime() / 1000 };
  return { Namespace, MetricData: [{ ...datum, Unit, StorageResolution }] };
}

/** The state lasts until the alarm is evaluated next; the change is told all the same. */
function drillState(name: string, who: string) {
  return { AlarmName: name, StateValue: "ALARM" as const, StateReason: `${DRILL_REASON}: asked for by ${who}` };
}

/** Clocks differ, and a datum may bear a time a little ahead. */
const AHEAD_MS = 60_000;

/** Seconds until the page of a drill that began at a time was delivered; undefined while it was not. */
export async function secondsToPage(
  client: CloudWatchClient,
  environment: string,
  began: Date,
  now: number,
): Promise<number | undefined> {
  const { Namespace, MetricName, Dimensions } = namedMetric(timeToPage, {}, environment);
  const metric = { Namespace, MetricName, Dimensions: [...Dimensions] };
  const command = new GetMetricDataCommand({
    // A period of a minute would show the drill before this one where both are in one minute.
    MetricDataQueries: [{ Id: "page", MetricStat: { Metric: metric, Period: 1, Stat: "Maximum" } }],
    StartTime: new Date(Math.floor(began.getTime() / 1000) * 1000),
    EndTime: new Date(now + AHEAD_MS),
    ScanBy: "TimestampAscending",
  });
  const { MetricDataResults: [found] = [] } = await asked("asking for the time to page", () => client.send(command));
  return found?.Values?.[0];
}

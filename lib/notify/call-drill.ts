import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";

import { ConfigError } from "../errors";
import { ENVIRONMENT_DIMENSION, NAMESPACE } from "../metric";
import { asked } from "./cloudwatch-calls";
import { DRILL_REASON } from "./read-alarm";

/** What the synthetic alarm looks at: 1 is a drill. */
export const DRILL_METRIC = "quantum_paging_drill";
/** Seconds that a drill took until it was delivered, as the notifier measures them. */
export const TIME_TO_PAGE_METRIC = "quantum_paging_time_to_page_seconds";

/** The synthetic alarm of an environment. */
export const drillAlarm = (environment: string): string => `${environment}-PagingDrill`;

/** Where a drill begins: with the metric, so that all of the way is tried, or with the alarm's state. */
export type DrillFrom = "metric" | "alarm";

export interface Drill {
  readonly environment: string;
  readonly from: DrillFrom;
  readonly at: Date;
  readonly who: string;
}

const dimensions = (environment: string) => [{ Name: ENVIRONMENT_DIMENSION, Value: environment }];

/** Sets the synthetic alarm off; throws ConfigError where there is none, or where it would tell nobody. */
export async function beginDrill(client: CloudWatchClient, { environment, from, at, who }: Drill): Promise<void> {
  const name = drillAlarm(environment);
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

function drillDatum(environment: string, at: Date) {
  const datum = { MetricName: DRILL_METRIC, Dimensions: dimensions(environment), Timestamp: at, Value: 1 };
  return { Namespace: NAMESPACE, MetricData: [{ ...datum, Unit: "None" as const, StorageResolution: 1 }] };
}

/** The state lasts until the alarm is evaluated next; the change is told all the same. */
function drillState(name: string, who: string) {
  return { AlarmName: name, StateValue: "ALARM" as const, StateReason: `${DRILL_REASON}: asked for by ${who}` };
}

/** Clocks differ, and a datum may bear a time a little ahead. */
const AHEAD_MS = 60_000;

/** Seconds until the page of a drill that began at a time was delivered; undefined while it was not. */
export async function timeToPage(
  client: CloudWatchClient,
  environment: string,
  began: Date,
  now: number,
): Promise<number | undefined> {
  const metric = { Namespace: NAMESPACE, MetricName: TIME_TO_PAGE_METRIC, Dimensions: dimensions(environment) };
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

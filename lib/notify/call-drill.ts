import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
  PutMetricDataCommand,
  type PutMetricDataCommandInput,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";

import { ConfigError } from "../errors";
import type { Metric } from "../metric";
import { namedMetric } from "../rules/condition";
import { drillAlarmName } from "../rules/names";
import { asked } from "./cloudwatch-calls";
import { lastDrill, pagingDrill, timeToPage } from "./paging-metrics";
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
/** A drill by the alarm's state begins by CloudWatch's clock; no drill begins so soon after another. */
const CLOCKS_MS = 5000;
/** What is stored by the minute is asked for by the minute. */
const PERIOD_SEC = 60;

/**
 * Seconds until the page of a drill that began at a time was delivered; undefined while it was not. Those of the drill
 * before it are published until then: a minute counts in which all that was published is of this drill.
 */
export async function secondsToPage(
  client: CloudWatchClient,
  environment: string,
  began: Date,
  now: number,
): Promise<number | undefined> {
  const command = new GetMetricDataCommand({
    MetricDataQueries: [queried("page", timeToPage, environment), queried("drill", lastDrill, environment)],
    StartTime: new Date(began.getTime() - (began.getTime() % (PERIOD_SEC * 1000))),
    EndTime: new Date(now + AHEAD_MS),
    ScanBy: "TimestampAscending",
  });
  const { MetricDataResults: results } = await asked("asking for the time to page", () => client.send(command));
  const [pages, drills] = [byMinute(results, "page"), byMinute(results, "drill")];
  const own = [...drills].find(([minute, begun]) => begun * 1000 >= began.getTime() - CLOCKS_MS && pages.has(minute));
  return own && pages.get(own[0]);
}

function queried(id: string, metric: Metric, environment: string): MetricDataQuery {
  const { Namespace, MetricName, Dimensions } = namedMetric(metric, {}, environment);
  const Metric = { Namespace, MetricName, Dimensions: [...Dimensions] };
  return { Id: id, MetricStat: { Metric, Period: PERIOD_SEC, Stat: metric.read } };
}

/** Values by the minute that they are of, epoch milliseconds. */
function byMinute(results: readonly MetricDataResult[] = [], id: string): Map<number, number> {
  const { Timestamps: times = [], Values: values = [] } = results.find(({ Id }) => Id === id) ?? {};
  return new Map(values.flatMap((value, place) => (times[place] ? [[times[place].getTime(), value]] : [])));
}

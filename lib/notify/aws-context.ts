import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandOutput,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";

import { nameIn } from "../arn";
import { patience } from "../aws-client";
import type { AlarmEvent } from "./alarm-event";
import { STALE_MS } from "./collector-lines";
import type { ChildAlarm, CollectorLine, ContextSource, FiringAlarm } from "./context";
import { firingPages } from "./firing-pages";
import { valuesIn } from "./trigger";

export interface AwsContextOptions {
  /** Of the collecting functions. */
  readonly logGroups: readonly string[];
  readonly now?: () => number;
  readonly logs?: CloudWatchLogsClient;
  readonly cloudwatch?: CloudWatchClient;
}

/** Lines of collectors have this member; our other lines have not, and are not asked for. */
const COLLECTOR_LINES = "{ $.Environment = * }";
/** Two minutes of one group are far less than a page, and a page may hold nothing and still not be the last. */
const MOST_PAGES = 5;
/** Three seconds allow for one further attempt. */
const MAX_ATTEMPTS = 2;
const ANSWER_MS = 1400;
const CONDITION = /-(?:condition|flag)$/;

/** Context from CloudWatch: the collectors' own log lines, and the alarms as they are now. */
export function awsContext(options: AwsContextOptions): ContextSource {
  const { logGroups, now = Date.now } = options;
  const logs = options.logs ?? new CloudWatchLogsClient(patience(MAX_ATTEMPTS, ANSWER_MS));
  const cloudwatch = options.cloudwatch ?? new CloudWatchClient(patience(MAX_ATTEMPTS, ANSWER_MS));
  return {
    async lines(_, signal) {
      const from = now() - STALE_MS;
      const groups = await Promise.all(logGroups.map((group) => linesOf(logs, group, from, signal)));
      return groups.flat();
    },
    firing: (event, signal) => firing(cloudwatch, event, signal),
    children: (event, signal) => children(cloudwatch, event, signal),
  };
}

async function linesOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  startTime: number,
  abortSignal: AbortSignal,
): Promise<CollectorLine[]> {
  const lines: CollectorLine[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = token === undefined ? {} : { nextToken: token };
    const command = new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: COLLECTOR_LINES, ...next });
    const { events = [], nextToken } = await client.send(command, { abortSignal });
    lines.push(...events.map(({ timestamp: at = 0, message: text = "" }) => ({ at, text })));
    if (nextToken === undefined) break;
    token = nextToken;
  }
  return lines;
}

async function firing(client: CloudWatchClient, event: AlarmEvent, abortSignal: AbortSignal): Promise<FiringAlarm[]> {
  const pages = await firingPages(client, event.environment, abortSignal);
  return pages.flatMap(firingIn);
}

/** The alarms that act; what stands under a composite one says the same once more. */
function firingIn({ MetricAlarms: metric = [], CompositeAlarms: composite = [] }: DescribeAlarmsCommandOutput) {
  return [...metric, ...composite].flatMap((alarm): FiringAlarm[] => {
    const { AlarmName: name, StateTransitionedTimestamp: since } = alarm;
    if (name === undefined || CONDITION.test(name)) return [];
    const by =
      "ActionsSuppressedBy" in alarm && alarm.ActionsSuppressedBy === "Alarm" ? alarm.ActionsSuppressor : undefined;
    const inhibited = by === undefined ? {} : { inhibitedBy: nameIn(by) };
    return [{ name, ...(since === undefined ? {} : { since }), ...inhibited }];
  });
}

async function children(client: CloudWatchClient, event: AlarmEvent, abortSignal: AbortSignal): Promise<ChildAlarm[]> {
  const names = event.triggeringChildren.map(nameIn);
  if (names.length === 0) return [];
  const command = new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ["MetricAlarm"] });
  const { MetricAlarms: alarms = [] } = await client.send(command, { abortSignal });
  return alarms.map(childOf);
}

function childOf(alarm: MetricAlarm): ChildAlarm {
  const { AlarmName: name = "", Metrics, MetricName, Threshold, ComparisonOperator, StateReason = "" } = alarm;
  const metric = MetricName ?? Metrics?.find(({ ReturnData }) => ReturnData)?.Label;
  return {
    name,
    ...(metric === undefined ? {} : { metric }),
    ...(Threshold === undefined ? {} : { threshold: Threshold }),
    ...(ComparisonOperator === undefined ? {} : { comparison: ComparisonOperator }),
    values: valuesIn(StateReason),
  };
}

import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";

import type { MetricKey } from "../../lib/alarm-engine/definition";
import type { Statistic } from "../../lib/alarm-engine/aggregate";

/** One metric, read by one statistic. */
export interface Asked {
  readonly metric: MetricKey;
  readonly statistic: Statistic;
}

/** One second of a metric; `t` is epoch seconds. */
export interface Datapoint {
  readonly t: number;
  readonly value: number;
}

/** GetMetricData takes at most 500 queries. */
const MOST_QUERIES = 500;

/** Every second of the metrics between two times (epoch seconds), oldest first, in the order that they were asked for. */
export async function datapointsOf(
  client: CloudWatchClient,
  asked: readonly Asked[],
  from: number,
  to: number,
): Promise<Datapoint[][]> {
  const found: Datapoint[][] = [];
  for (let place = 0; place < asked.length; place += MOST_QUERIES) {
    const queries = asked.slice(place, place + MOST_QUERIES).map(queryOf);
    const { MetricDataResults: results = [] } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: new Date(from * 1000),
        EndTime: new Date(to * 1000),
        ScanBy: "TimestampAscending",
      }),
    );
    const byId = new Map(results.map((result) => [result.Id, result]));
    for (const { Id } of queries) {
      const { Timestamps: times = [], Values: values = [] } = byId.get(Id) ?? {};
      found.push(times.map((time, at) => ({ t: time.getTime() / 1000, value: values[at] ?? Number.NaN })));
    }
  }
  return found;
}

function queryOf({ metric, statistic }: Asked, place: number): MetricDataQuery & { Id: string } {
  const { namespace, name, dimensions } = metric;
  const named = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: `m${place}`,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: name, Dimensions: named },
      Period: 1,
      Stat: statistic,
    },
  };
}

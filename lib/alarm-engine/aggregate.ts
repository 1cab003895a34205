/** What CloudWatch keeps of one period of one metric; enough for every statistic but percentiles. */
export interface Aggregate {
  count: number;
  sum: number;
  least: number;
  greatest: number;
}

export const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;

export type Statistic = (typeof STATISTICS)[number];

/** The statistic of a period's aggregate. */
export function statisticOf({ count, sum, least, greatest }: Aggregate, statistic: Statistic): number {
  switch (statistic) {
    case "SampleCount":
      return count;
    case "Average":
      return sum / count;
    case "Sum":
      return sum;
    case "Minimum":
      return least;
    case "Maximum":
      return greatest;
  }
}

import { publishedMetrics } from "../../lib/collectors";
import { publishedBy, unitOf } from "./account";
import type { Clients } from "./clients";
import { datapointsOf } from "./datapoints";
import type { Series } from "./recorded";

/** Longer than any run of the story. */
const LOOKED_BACK_SEC = 1200;
const statisticOf = new Map(publishedMetrics.map(({ name, read }) => [name, read]));

/** Everything that an environment has published, read back; a metric that nobody declared is read by Maximum. */
export async function seriesOf(clients: Clients, environment: string): Promise<readonly Series[]> {
  const metrics = await publishedBy(clients, environment);
  const now = Date.now() / 1000;
  const asked = metrics.map((metric) => ({ metric, statistic: statisticOf.get(metric.name) ?? ("Maximum" as const) }));
  const points = await datapointsOf(clients.cloudwatch, asked, now - LOOKED_BACK_SEC, now + 1);
  const series: Series[] = [];
  // One after the other: the emulator looks through all it has for each.
  for (const [place, metric] of metrics.entries()) {
    series.push({ ...metric, unit: await unitOf(clients, metric), points: points[place] ?? [] });
  }
  return series;
}

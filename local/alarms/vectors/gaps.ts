import type { Alarm } from "../../../lib/alarm-engine/definition";
import { RANGE_BEYOND } from "../../../lib/alarm-engine/metric-evaluation";
import { stateAt } from "./compare";
import { metricText } from "./metric-names";
import type { Outcome } from "./run-vector";
import { metricsOfAlarm } from "./stage";
import type { Vector } from "./vector";

/** What an alarm did while its data were missing. */
export type InGap = "kept" | "fired" | "ok";

/**
 * How an alarm came through the vector's gaps: spans without any of its metrics, so long that periods are missing even
 * in the wider range that it looks back, and what it makes of missing data decides.
 */
export function gapsMet(vector: Vector, outcome: Outcome, alarm: Alarm, name: string): InGap[] {
  if (alarm.kind === "composite") return [];
  const metrics = new Set(metricsOfAlarm(alarm).map(metricText));
  const times = vector.samples.filter(({ metric }) => metrics.has(metricText(metric))).map(({ time }) => time);
  const moments = [...new Set(times), vector.length].toSorted((a, b) => a - b);
  const deciding = alarm.period * (alarm.wallClock === undefined ? RANGE_BEYOND + 1 : 1);
  return moments.slice(1).flatMap((end, place) => {
    const begin = moments[place] ?? 0;
    // The sample at its beginning fills a period yet.
    if (end - begin <= deciding + alarm.period) return [];
    const [before, after] = [stateAt(vector, outcome, name, begin), stateAt(vector, outcome, name, end)];
    if (before === "ALARM") return after === "ALARM" ? ["kept"] : ["ok"];
    return after === "ALARM" ? ["fired"] : [];
  });
}

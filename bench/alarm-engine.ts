import type { Alarm } from "../lib/alarm-engine/definition";
import { AlarmEngine } from "../lib/alarm-engine/engine";
import { metricAlarm } from "../lib/alarm-engine/from-properties";
import type { Table } from "./table";

const DAY_SEC = 86_400;
const SAMPLE_SEC = 15;
/** Data older than this no alarm here looks back to. */
const KEPT_SEC = 3600;
const START = Date.UTC(2026, 0, 1) / 1000;
/** In turn: judged every minute, every 10 s, over whole minutes of the clock, and on two metrics at once. */
const KINDS = ["standard", "high resolution", "wall clock", "metric math"] as const;

/** Processor time of judging alarms over 15-second data, one metric an alarm. */
export async function alarmEngineBench(): Promise<Table> {
  const rows: (string | number)[][] = [];
  // What the first run costs is mostly the compiler's.
  judged(KINDS.length, 1);
  for (const alarms of [10, 40]) {
    for (const days of [1, 10, 30]) {
      const { cpuSec, transitions } = judged(alarms, days);
      rows.push([alarms, days, cpuSec.toFixed(2), ((cpuSec * 1e6) / (alarms * days)).toFixed(0), transitions]);
    }
  }
  const notes = ["30 days of 40 alarms: under 10 s of CPU, and about the same an alarm and day in every row."];
  return { columns: ["alarms", "days", "CPU s", "µs an alarm and day", "transitions"], rows, notes };
}

function judged(count: number, days: number): { readonly cpuSec: number; readonly transitions: number } {
  const alarms = Array.from({ length: count }, (_, place) => alarmOf(place));
  const metrics = alarms.map((_, place) => metricOf(place));
  const before = process.cpuUsage();
  const engine = new AlarmEngine(alarms, { start: START });
  for (let t = START; t < START + days * DAY_SEC; t += SAMPLE_SEC) {
    metrics.forEach((metric, place) => engine.publish(metric, t, valueAt(t, place), t + 5));
    engine.advance(t);
    if (t % KEPT_SEC === 0) engine.forget(t - KEPT_SEC);
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuSec: (user + system) / 1e6, transitions: engine.transitions.length };
}

const metricOf = (place: number) => ({ namespace: "Bench", name: `m${place}`, dimensions: { Environment: "bench" } });

/** Breaches for ten minutes in every six hours, each metric at another time. */
const valueAt = (t: number, place: number): number => ((t + place * 977) % 21_600 < 600 ? 1 : 0);

function alarmOf(place: number): Alarm {
  const kind = KINDS[place % KINDS.length];
  const metric = {
    Namespace: "Bench",
    MetricName: `m${place}`,
    Dimensions: [{ Name: "Environment", Value: "bench" }],
  };
  const stat = (id: string, name: string) => ({
    Id: id,
    MetricStat: { Metric: { ...metric, MetricName: name }, Period: 60, Stat: "Maximum" },
    ReturnData: false,
  });
  const reading =
    kind === "metric math"
      ? {
          Metrics: [
            stat("m1", `m${place}`),
            stat("m2", `m${place - 1}`),
            { Id: "e1", Expression: "IF(m2 < 1, m1, 0)" },
          ],
        }
      : { ...metric, Statistic: "Minimum", Period: kind === "high resolution" ? 30 : 60 };
  return metricAlarm({
    AlarmName: `a${place}`,
    ...reading,
    ...(kind === "wall clock" ? { EvaluationWindow: { WallClockWindow: {} } } : {}),
    EvaluationPeriods: 5,
    DatapointsToAlarm: 5,
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 0,
    TreatMissingData: "ignore",
  });
}

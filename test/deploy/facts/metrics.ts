import { families, publishedMetrics } from "../../../lib/collectors";
import { masterLinkUp, replicationLag } from "../../../lib/collectors/redis-server";
import { safeMode } from "../../../lib/collectors/safe-mode";
import { collectorUp, exporterUp, redisLastError } from "../../../lib/exporter";
import { ENVIRONMENT_DIMENSION, type Metric } from "../../../lib/metric";
import { pagingMetrics } from "../../../lib/notify/paging-metrics";
import type { Held, Recorded, Series } from "../recorded";

const MARK_SEC = 15;
const WINDOW_SEC = 10;
/** Metrics of windows, which are published under the time of the window's beginning. */
export const OF_A_WINDOW = /_last_window$|_utilization(_max)?$/;
/** From the schedule's first minute to the end of safe mode. */
const LEAST_MARKS = 6;
const declared = new Map(publishedMetrics.map((metric) => [nameAndLabels(metric.name, metric.labels), metric]));

/** Published by the tier, and here given rise to by nothing. */
const NOT_THERE: readonly Metric[] = [
  // Redis has failed nobody yet when the series are read back.
  redisLastError,
  // It is no replica, and has none.
  masterLinkUp,
  replicationLag,
  // No drill was held; and the notifier's go out as EMF, of which the emulator makes no metrics.
  ...pagingMetrics,
];

/** What the collectors published, read back from the account. */
export function describeMetrics(played: () => Recorded): void {
  test("the schedule alone has the collector take every mark, 15 s apart", () => {
    const { series } = played();

    const marks = timesOf(series, safeMode);

    expect(marks.length).toBeGreaterThanOrEqual(LEAST_MARKS);
    const [first = 0] = marks;
    for (const [place, mark] of marks.entries()) expect(mark).toBe(first + place * MARK_SEC);
    expect(first % MARK_SEC).toBe(0);
  });

  test("the heartbeat comes with every mark, and with every window in between", () => {
    const { series } = played();

    const beats = timesOf(series, exporterUp);

    const [first = 0, last = 0] = [beats[0], beats.at(-1)];
    const due = Array.from({ length: last - first + 1 }, (_, place) => first + place).filter(
      (t) => t % MARK_SEC === 0 || t % WINDOW_SEC === 0,
    );
    expect(beats).toEqual(due);
  });

  test("each metric has its name, its dimensions and its unit, and belongs to the environment's tier", () => {
    const { series } = played();

    expect(series.length).toBeGreaterThan(100);
    for (const { name, dimensions, unit } of series) {
      const { [ENVIRONMENT_DIMENSION]: environment, ...labels } = dimensions;
      const metric = declared.get(nameAndLabels(name, Object.keys(labels)));
      expect(environment).toBe("emu");
      expect([name, labels, metric?.unit]).toEqual([name, labels, unit]);
      expect(metric?.tier).not.toBe("logged");
    }
  });

  test("every metric of the environment's tier is published, but for what nothing gave rise to", () => {
    const { series } = played();
    const names = new Set(series.map(({ name }) => name));

    const missing = publishedMetrics.filter(({ name, tier }) => tier !== "logged" && !names.has(name));

    expect(new Set(missing)).toEqual(new Set(NOT_THERE));
  });

  test("every family is read at every mark", () => {
    const { series } = played();
    const ups = series.filter(({ name }) => name === collectorUp.name);

    const read = Object.values(families).flatMap(({ collectors }) => collectors.map(({ name }): string => name));
    expect(new Set(ups.map(({ dimensions }) => dimensions["Collector"]))).toEqual(new Set(read));
    for (const { points } of ups) expect(points.filter(({ value }) => value !== 1)).toEqual([]);
  });

  test("each value is what Redis held at its mark", () => {
    const { held, series } = played();

    const compared = held.flatMap((one) => comparable(one, series));

    expect(compared.length).toBeGreaterThan(40);
    for (const { what, value, published } of compared) expect([what, published]).toEqual([what, near(value)]);
  });
}

/** Redis' floats come a long way round. */
const near = (value: number): unknown => expect.closeTo(value, 6) as unknown;

function comparable(
  { t, when, values }: Held,
  series: readonly Series[],
): { what: string; value: number; published: number | undefined }[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const [, name = "", , labels = ""] = /^([^{]+)(\{(.*)\})?$/.exec(key) ?? [];
    const metric = publishedMetrics.find((one) => one.name === name && one.labels.length === countOf(labels));
    if (metric === undefined || metric.tier === "logged") return [];
    const found = series.find(
      (one) => one.name === name && [...metric.labels].map((label) => one.dimensions[label]).join(",") === labels,
    );
    const at = OF_A_WINDOW.test(name) ? t - WINDOW_SEC : t;
    return [{ what: `${key} ${when}`, value, published: found?.points.find((point) => point.t === at)?.value }];
  });
}

const countOf = (labels: string): number => (labels === "" ? 0 : labels.split(",").length);

function nameAndLabels(name: string, labels: readonly string[]): string {
  return [name, ...labels.toSorted()].join(" ");
}

function timesOf(series: readonly Series[], { name }: Metric): number[] {
  return series.find((one) => one.name === name)?.points.map(({ t }) => t) ?? [];
}

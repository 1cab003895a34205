import { Ajv } from "ajv";

import { safeMode } from "../../../lib/collectors/safe-mode";
import { MAX_LINE_BYTES } from "../../../lib/publish/limits";
import schema from "../../fixtures/emf.schema.json";
import { type Datapoint, datapointsOfLine } from "../../support/metric-api";
import { OF_A_WINDOW } from "./metrics";
import type { Recorded, Series } from "../recorded";

const isEmf = new Ajv({ strict: true }).compile(schema);
const MARK_SEC = 15;
/** At these marks all collectors are due. */
const EVERYTHING_DUE_SEC = 30;
const ENVIRONMENT = /^Environment=(emu|emf)$/;

/** The log lines of an environment that publishes as production does, of which CloudWatch makes metrics. */
export function describeEmf(played: () => Recorded): void {
  test("each line with metrics is valid, within the limits, and holds what it announces", () => {
    const lines = metricLines(played());

    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) {
      expect([isEmf(JSON.parse(line)), isEmf.errors]).toEqual([true, null]);
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
      const datapoints = datapointsOfLine(line);
      expect(datapoints.length).toBeGreaterThan(0);
      for (const { dimensions } of datapoints) expect(dimensions).toContain("Environment=emf");
    }
  });

  test("at a mark the lines hold exactly the metrics that the other publisher sent", () => {
    const recorded = played();
    // What is published under an earlier time than its mark's may be in the next run's lines.
    const points = metricLines(recorded)
      .flatMap(datapointsOfLine)
      .filter(({ name }) => !OF_A_WINDOW.test(name));
    const taken = points.filter(({ name }) => name === safeMode.name).map(({ at }) => at / 1000);
    // Rates are known from a collector's second mark on.
    const marks = taken.filter((t) => taken.includes(t - MARK_SEC) && isWhole(recorded.series, t));

    const compared = marks.map((t) => ({
      byEmf: unique(points.filter(({ at }) => at === t * 1000).map(ofLine)),
      byApi: unique(recorded.series.filter((one) => hasAt(one, t) && !OF_A_WINDOW.test(one.name)).map(ofSeries)),
    }));

    expect(compared.length).toBeGreaterThan(0);
    for (const { byEmf, byApi } of compared) expect(byEmf).toEqual(byApi);
  });

  test("the two environments read the same numbers of the same Redis", () => {
    const recorded = played();
    const points = metricLines(recorded)
      .flatMap(datapointsOfLine)
      .filter(({ name }) => OF_KEYS.test(name));

    const compared = points.flatMap((point) => {
      const series = recorded.series.find((one) => ofSeries(one) === ofLine(point));
      const other = series?.points.find(({ t }) => t === point.at / 1000);
      return other === undefined
        ? []
        : [{ what: `${ofLine(point)} @${point.at}`, byEmf: point.value, byApi: other.value }];
    });

    expect(compared.length).toBeGreaterThan(100);
    for (const { what, byEmf, byApi } of compared) expect([what, byEmf]).toEqual([what, byApi]);
  });
}

/** What keys hold: it is the same for whoever reads it at a mark. */
const OF_KEYS =
  /^quantum_(harvest_(kill_score|age|open|symbols|missing)|safety_(safe_mode$|faults_|rate_)|trade_intent_(stream|rate))/;

const metricLines = ({ emfLines }: Recorded): string[] => emfLines.filter((line) => line.startsWith('{"_aws"'));

/** Whether everything was due at a mark, and the other environment's collector was at work. */
const isWhole = (series: readonly Series[], t: number): boolean =>
  t % EVERYTHING_DUE_SEC === 0 && hasSafeMode(series, t) && hasSafeMode(series, t - MARK_SEC);

const hasSafeMode = (series: readonly Series[], t: number): boolean =>
  series.some((one) => one.name === safeMode.name && hasAt(one, t));

const hasAt = ({ points }: Series, t: number): boolean => points.some((point) => point.t === t);

const ofLine = ({ name, unit, dimensions }: Datapoint): string =>
  [name, unit, ...dimensions.filter((one) => !ENVIRONMENT.test(one)).toSorted()].join(" ");

const ofSeries = ({ name, unit, dimensions }: Series): string =>
  [
    name,
    unit,
    ...Object.entries(dimensions)
      .map(([label, value]) => `${label}=${value}`)
      .filter((one) => !ENVIRONMENT.test(one))
      .toSorted(),
  ].join(" ");

const unique = (all: readonly string[]): string[] => [...new Set(all)].toSorted();

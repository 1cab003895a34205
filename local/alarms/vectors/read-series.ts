import type { Node } from "yaml";

import { ARRIVAL_SEC } from "../../../lib/rules/latency";
import { healthyValue } from "./healthy";
import { isOurs, normalized } from "./metric-names";
import { expand, type Series } from "./notation";
import { timeOf } from "./read-time";
import { type Judged, metricsByText, type Pace, paceOf, type Stage } from "./stage";
import type { Published } from "./vector";
import type { Entry, YamlSource } from "./yaml-source";

/** A vector's keys by their names. */
export type Keys = ReadonlyMap<string, Entry>;

/** What is published in a vector, and how long it goes on, in seconds. */
export interface Story {
  readonly samples: readonly Published[];
  readonly length: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Reads a vector's series, and what is healthy beside them; throws ConfigError with file and line. */
export function readStory(source: YamlSource, node: Node, keys: Keys, judged: readonly Judged[], stage: Stage): Story {
  const ours: Pace = {
    interval: timeOf(source, keys.get("interval")) ?? stage.environment.sampleIntervalSec,
    arrival: timeOf(source, keys.get("arrival")) ?? ARRIVAL_SEC,
  };
  const metrics = metricsByText(judged);
  const paceOfText = (text: string): Pace => {
    const [metric] = metrics.get(text) ?? [];
    return metric ? paceOf(metric, judged, ours) : ours;
  };
  const series = seriesIn(source, keys.get("series"), [...metrics.keys()]);
  const ends = [...series].map(([text, { places }]) => places * paceOfText(text).interval);
  const length = timeOf(source, keys.get("length")) ?? Math.max(0, ...ends);
  if (length === 0) source.fail(node, "says neither series nor a length");
  if (keys.get("healthy"))
    addHealthy(source, keys.get("healthy") as Entry, series, [...metrics.keys()], (text) =>
      Math.ceil(length / paceOfText(text).interval),
    );
  const silences = spansOf(source, keys.get("restart"), length);
  const samples = [...series].flatMap(([text, one]) =>
    (metrics.get(text) ?? []).flatMap((metric) => publishedOf(one, metric, paceOfText(text))),
  );
  const isLost = ({ metric, time }: Published): boolean =>
    isOurs(metric) && silences.some(({ from, to }) => time >= from && time < to);
  return { samples: samples.filter((one) => !isLost(one)), length };
}

function seriesIn(source: YamlSource, entry: Entry | undefined, known: readonly string[]): Map<string, Series> {
  const series = new Map<string, Series>();
  for (const { key, at, value } of entry ? source.map(entry.value, "series") : []) {
    const text = normalized(key) ?? source.fail(at, `${JSON.stringify(key)} is no metric such as name{Label="value"}`);
    if (!known.includes(text)) {
      source.fail(at, `no alarm that is judged here reads ${text}; they read ${known.join(", ")}`);
    }
    if (series.has(text)) source.fail(at, `${text} is given twice`);
    const notation = source.text(value, text);
    series.set(
      text,
      source.at(value, () => expand(notation)),
    );
  }
  return series;
}

function addHealthy(
  source: YamlSource,
  { value }: Entry,
  series: Map<string, Series>,
  known: readonly string[],
  placesOf: (text: string) => number,
): void {
  if (source.text(value, "healthy") !== "true") source.fail(value, "healthy is true, or not said");
  for (const text of known.filter((one) => !series.has(one))) {
    const reading = healthyValue(text) ?? source.fail(value, `nothing says what ${text} reads while it is healthy`);
    const places = placesOf(text);
    series.set(text, expand(reading === "_" ? `_x${places}` : `${reading}x${places - 1}`));
  }
}

function publishedOf({ samples }: Series, metric: Published["metric"], { interval, arrival }: Pace): Published[] {
  return samples.flatMap(({ place, value, arrivesAfter = arrival, copies }) => {
    const time = place * interval;
    return Array.from({ length: copies }, () => ({ metric, time, value, arrival: time + arrivesAfter }));
  });
}

function spansOf(source: YamlSource, entry: Entry | undefined, length: number): Span[] {
  return (entry ? source.oneOrMore(entry.value) : []).map((node) => {
    const ends = source.map(node, "restart", ["from", "to"]);
    const [from, to] = ["from", "to"].map((key) =>
      timeOf(
        source,
        ends.find((one) => one.key === key),
      ),
    );
    if (from === undefined || to === undefined) return source.fail(node, "restart says from when to when");
    if (from >= to || to > length) source.fail(node, "restart ends after it begins, and before the vector does");
    return { from, to };
  });
}

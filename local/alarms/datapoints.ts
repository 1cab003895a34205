import { open } from "node:fs/promises";

import type { MetricKey } from "../../lib/alarm-engine/definition";
import { SeriesStore } from "../../lib/alarm-engine/series-store";
import { ConfigError } from "../../lib/errors";
import { unreadable } from "./unreadable";

/** Up to the year 2286; a larger time was said in milliseconds. */
export const MOST_EPOCH_SEC = 9_999_999_999;

/** Recorded datapoints, and the span of their times in epoch seconds; an empty one ends before it begins. */
export interface Recorded {
  readonly store: SeriesStore;
  readonly first: number;
  readonly last: number;
}

interface Datapoint {
  readonly t: number;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads a datapoint a line; throws ConfigError with the file, and the line's number where one is wrong. */
export function readDatapoints(file: string, arrivalDelaySec: number): Promise<Recorded> {
  return readLines(file, arrivalDelaySec).catch(unreadable(file));
}

async function readLines(file: string, arrivalDelaySec: number): Promise<Recorded> {
  const store = new SeriesStore();
  const metricOf = keys();
  let [first, last, number] = [Infinity, -Infinity, 0];
  const handle = await open(file);
  try {
    for await (const line of handle.readLines()) {
      number += 1;
      if (line.trim() === "") continue;
      const datapoint = parse(line, `${file}, line ${number}`);
      const { t, value } = datapoint;
      store.add(metricOf(datapoint), t, value, t + arrivalDelaySec);
      first = Math.min(first, t);
      last = Math.max(last, t);
    }
  } finally {
    await handle.close();
  }
  return { store, first, last };
}

/** One key object a metric, which the store knows again without comparing dimensions. */
function keys(): (datapoint: Datapoint) => MetricKey {
  const known = new Map<string, MetricKey>();
  return ({ namespace, name, dimensions }) => {
    const written = JSON.stringify([namespace, name, dimensions]);
    const key = known.get(written) ?? { namespace, name, dimensions };
    known.set(written, key);
    return key;
  };
}

function parse(line: string, where: string): Datapoint {
  let datapoint: unknown;
  try {
    datapoint = JSON.parse(line);
  } catch {
    throw new ConfigError(`${where}: no JSON`);
  }
  const wrong = wrongWith(datapoint);
  if (wrong !== undefined) throw new ConfigError(`${where}: ${wrong}`);
  return { dimensions: {}, ...(datapoint as Omit<Datapoint, "dimensions">) };
}

function wrongWith(datapoint: unknown): string | undefined {
  if (!isObject(datapoint)) return "no object {t, namespace, name, dimensions, value}";
  const { t, namespace, name, dimensions = {}, value } = datapoint;
  if (typeof t !== "number" || t < 0) return "t is no number of epoch seconds";
  if (t > MOST_EPOCH_SEC) return `t is ${t}: epoch seconds, not milliseconds`;
  if (typeof namespace !== "string" || typeof name !== "string") return "namespace and name have to be texts";
  if (!isObject(dimensions) || !Object.values(dimensions).every((one) => typeof one === "string")) {
    return "dimensions have to be an object of texts";
  }
  return typeof value === "number" && Number.isFinite(value) ? undefined : "value is no number";
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

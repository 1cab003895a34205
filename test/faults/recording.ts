import { ENVIRONMENT_DIMENSION } from "../../lib/metric";
import { type Datapoint, datapointsOfLine } from "../support/metric-api";
import type { Line } from "./lambda";

/** What one slot gave, whichever way it came. */
export interface Slot {
  /** Epoch milliseconds. */
  readonly t: number;
  /** By name and labels, `name{BTCUSDT}`. */
  readonly values: Map<string, number>;
  /** Series that came more than once. */
  readonly doubled: string[];
  /** The names of labels of each series, for whoever has to publish it again. */
  readonly labels: Map<string, Readonly<Record<string, string>>>;
  readonly properties: Record<string, unknown>;
}

/** Slots left out that a line of the log counts. */
interface LeftOut {
  readonly slots_left_out: number;
}

export interface Recording {
  readonly slots: ReadonlyMap<number, Slot>;
  readonly leftOut: number;
  /** Lines that are no JSON. */
  readonly unreadable: readonly string[];
}

/** Everything that a function wrote and sent, by slot. */
export function recordingOf(lines: readonly Line[], sent: readonly Datapoint[]): Recording {
  const slots = new Map<number, Slot>();
  const unreadable: string[] = [];
  let leftOut = 0;
  const at = (t: number): Slot => {
    const found = slots.get(t) ?? { t, values: new Map(), doubled: [], labels: new Map(), properties: {} };
    slots.set(t, found);
    return found;
  };
  for (const one of sent) file(at(one.at), one);
  for (const { text } of lines) {
    const root = parsed(text);
    if (root === undefined) {
      if (text.trim() !== "") unreadable.push(text);
      continue;
    }
    if (isLeftOut(root)) leftOut += root.slots_left_out;
    const t = slotOf(root);
    if (t === undefined) continue;
    Object.assign(at(t).properties, root);
    for (const one of datapointsOfLine(text)) file(at(one.at), one);
  }
  return { slots, leftOut, unreadable };
}

function file(slot: Slot, { name, dimensions, value }: Datapoint): void {
  const labels = Object.fromEntries(
    dimensions
      .map((one) => one.split(/=(.*)/s).slice(0, 2) as [string, string])
      .filter(([key]) => key !== ENVIRONMENT_DIMENSION),
  );
  const own = Object.values(labels);
  const series = own.length > 0 ? `${name}{${own.join(",")}}` : name;
  if (slot.values.has(series)) slot.doubled.push(series);
  slot.values.set(series, value);
  slot.labels.set(series, labels);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const root: unknown = JSON.parse(text);
    return typeof root === "object" && root !== null ? (root as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const isLeftOut = (root: object): root is LeftOut => "slots_left_out" in root;

/** Where the metrics went to the API the line has the slot's time in words. */
function slotOf({ _aws: metadata, timestamp }: Record<string, unknown>): number | undefined {
  const words = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return (metadata as { Timestamp?: number } | undefined)?.Timestamp ?? (Number.isNaN(words) ? undefined : words);
}

export const nameOf = (series: string): string => series.replace(/\{.*$/s, "");

import { lastFaultTimestamp } from "../lib/collectors/faults";
import type { Properties, Sample } from "../lib/metric";

/** A metric of the exporter before this one: always 1, what it says are its labels. CloudWatch has no such kind. */
export interface InfoMetric {
  readonly name: string;
  readonly help: string;
  /** Undefined where the slot does not say them. */
  labels(properties: Properties): Readonly<Record<string, string>> | undefined;
  /** Whether a slot that does not say the labels says that there is nothing to tell. */
  isGone(samples: readonly Sample[]): boolean;
}

const FAULT_LABELS = ["reason", "symbol", "side"] as const;
const MAX_SYMBOLS = 5;

export const infoMetrics: readonly InfoMetric[] = [
  {
    name: "quantum_safety_last_fault_info",
    help: "1; the labels are those of the newest fault, gone while the stream holds none",
    labels({ last_fault: fault }) {
      if (typeof fault !== "object" || fault === null) return undefined;
      const fields = fault as Record<string, unknown>;
      return Object.fromEntries(FAULT_LABELS.map((name) => [name, textOf(fields[name])]));
    },
    isGone: (samples) => samples.some(({ metric }) => metric === lastFaultTimestamp),
  },
  {
    name: "quantum_safety_rate_symbol_top5_info",
    help: "1; the labels are the busiest symbols of the window that ended last, and their attempts",
    labels({ top_symbols: top }) {
      if (!Array.isArray(top)) return undefined;
      const all = (top as { symbol: string; count: number }[]).slice(0, MAX_SYMBOLS);
      if (all.length === 0) return { symbols: "none" };
      const pairs = all.flatMap(({ symbol, count }, index) => [
        [`symbol_${index + 1}`, symbol],
        [`count_${index + 1}`, String(count)],
      ]);
      return Object.fromEntries(pairs) as Record<string, string>;
    },
    // The marks between two ends of windows do not speak of symbols; without any it says "none".
    isGone: () => false,
  },
];

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

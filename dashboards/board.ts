import type { Metric } from "../lib/metric";
import type { BoardName } from "../lib/rules/names";
import type { Rule } from "../lib/rules/rule";

/** One line, number or needle: a metric with its labels, read by its own statistic unless said otherwise. */
export interface Series {
  readonly metric: Metric;
  readonly labels: Readonly<Record<string, string>>;
  readonly label: string;
  /** How many samples came, in place of what they said. */
  readonly counted?: true;
  readonly axis?: "right";
}

export type Colour = "green" | "yellow" | "red";

/** From this value on, in this colour, up to the next one. */
export interface Band {
  readonly from: number;
  readonly colour: Colour;
}

/** Seconds; below a minute CloudWatch keeps three hours. */
export type Period = 10 | 30 | 60;

/** Where a panel stands on a grid of 24 columns. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A panel and its place. */
export type Panel = { readonly place: Place } &
  /** Markdown, and below it a link to the runbook section of each rule. */
  (
    | { readonly kind: "text"; readonly markdown: string; readonly runbooksOf: readonly Rule[] }
    | { readonly kind: "alarms"; readonly title: string; readonly rules: readonly Rule[] }
    /** A metric that is 0 or 1; red is what the rule fires on. */
    | { readonly kind: "flag"; readonly title: string; readonly series: Series; readonly rule: Rule }
    | {
        readonly kind: "gauge";
        readonly title: string;
        readonly series: Series;
        /** The first one is where the gauge begins. */
        readonly bands: readonly [Band, ...Band[]];
        readonly max: number;
      }
    | { readonly kind: "value"; readonly title: string; readonly series: readonly Series[] }
    | {
        readonly kind: "graph";
        readonly title: string;
        readonly series: readonly Series[];
        readonly period: Period;
        readonly bands?: readonly Band[];
      }
    /** A table out of the log lines: a query of Logs Insights, a command a line. */
    | { readonly kind: "table"; readonly title: string; readonly query: readonly string[] }
  );

/** A dashboard as data. */
export interface Board {
  readonly name: BoardName;
  readonly panels: readonly Panel[];
}

/** A metric on a panel; labels other than the metric's own do not compile. */
export function series<Label extends string>(
  metric: Metric<Label>,
  label: string,
  options: Pick<Series, "counted" | "axis"> & { readonly labels?: Readonly<Record<Label, string>> } = {},
): Series {
  const { labels = {}, ...others } = options;
  return { metric, label, labels, ...others };
}

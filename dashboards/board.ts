import type { Family } from "../lib/collectors";
import type { ValidatedEnvironment } from "../lib/environment";
import type { Metric } from "../lib/metric";
import type { BoardName } from "../lib/rules/names";
import type { Rule } from "../lib/rules/rule";
import type { Band, FixedBand } from "./bands";

/** A component of the kill score, as an environment names its weight. */
export type Weight = keyof ValidatedEnvironment["harvest"]["weights"];

/** One line, number or needle, or several of a kind: a metric with its labels, read by its own statistic. */
export interface Series {
  readonly metric: Metric;
  readonly labels: Readonly<Record<string, string>>;
  readonly label: string;
  /** How many samples came, in place of what they said. */
  readonly counted?: true;
  readonly axis?: "right";
  /** It is multiplied by this of the environment's weights. */
  readonly weight?: Weight;
  /** A line for each admitted symbol, or for each set of label values that CloudWatch finds. */
  readonly each?: "symbol" | "found";
  /** A count that comes in parts where several functions share the symbols; the parts are added up. */
  readonly inParts?: true;
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

/** Lines over time; the axis begins at 0 unless told otherwise. */
export interface Graph {
  readonly kind: "graph";
  readonly title: string;
  readonly series: readonly Series[];
  readonly period: Period;
  readonly bands?: readonly Band[];
  /** Each line stands on the one before it. */
  readonly stacked?: true;
  readonly goesBelowZero?: true;
  /** Where the axis ends. */
  readonly max?: number;
}

/** A panel and its place. */
export type Panel = { readonly place: Place } &
  /** Markdown, and below it a link to the runbook section of each rule. */
  (
    | { readonly kind: "text"; readonly markdown: string; readonly runbooksOf: readonly Rule[] }
    /** What would stand here and why it does not, in a sentence or two. */
    | { readonly kind: "note"; readonly title: string; readonly says: string }
    | { readonly kind: "alarms"; readonly title: string; readonly rules: readonly Rule[] }
    /** A metric that is 0 or 1; red is what the rule fires on. */
    | { readonly kind: "flag"; readonly title: string; readonly series: Series; readonly rule: Rule }
    | {
        readonly kind: "gauge";
        readonly title: string;
        readonly series: Series;
        /** The first one is where the gauge begins. */
        readonly bands: readonly [FixedBand, ...FixedBand[]];
        readonly max: number;
      }
    | { readonly kind: "value"; readonly title: string; readonly series: readonly Series[] }
    | Graph
    /** A table out of the log lines: a query of Logs Insights, a command a line. */
    | { readonly kind: "table"; readonly title: string; readonly query: readonly string[] }
  );

/** A dashboard as data. */
export interface Board {
  readonly name: BoardName;
  /** What it is for, in a sentence or two. */
  readonly purpose: string;
  /** Where none of them is collected there is no board; left out, there always is. */
  readonly families?: readonly [Family, ...Family[]];
  /** One of the admitted symbols can be chosen on top of it. */
  readonly choosesSymbol?: true;
  readonly panels: readonly Panel[];
}

/** In place of the symbol that is chosen on the board; the board's variable puts the choice there. */
export const CHOSEN_SYMBOL = "CHOSEN_SYMBOL";

type Options = Omit<Series, "metric" | "label" | "labels" | "each">;

/** A metric on a panel; labels other than the metric's own do not compile. */
export function series<Label extends string>(
  metric: Metric<Label>,
  label: string,
  options: Options & { readonly labels?: Readonly<Record<Label, string>> } = {},
): Series {
  const { labels = {}, ...others } = options;
  return { metric, label, labels, ...others };
}

/** A line for each admitted symbol, named after it. */
export function eachSymbol(metric: Metric<"Symbol">, label = ""): Series {
  return { metric, label, labels: {}, each: "symbol" };
}

/** Of the symbol that is chosen on the board. */
export function ofChosenSymbol(metric: Metric<"Symbol">, label: string, options: Options = {}): Series {
  return series(metric, label, { ...options, labels: { Symbol: CHOSEN_SYMBOL } });
}

/** A line for whatever CloudWatch finds under the metric's name and labels, named after the labels' values. */
export function eachFound(metric: Metric, options: Options = {}): Series {
  return { metric, label: "", labels: {}, each: "found", ...options };
}

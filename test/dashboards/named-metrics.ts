import type { Widget } from "../../dashboards/body";
import { families } from "../../lib/collectors";
import type { ValidatedEnvironment } from "../../lib/environment";
import { functionsOf } from "../../lib/environments/functions";
import { runMetrics } from "../../lib/exporter";
import { action } from "../../lib/harvest/metrics";
import { ACTIONS, UNKNOWN_ACTION } from "../../lib/harvest/proposal";
import type { Metric } from "../../lib/metric";

/** A metric, or all that a search finds, as a widget names it. */
export interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly stat: string;
  /** All dimensions, in their order. */
  readonly dimensions: readonly string[];
  /** Those that are told. */
  readonly values: Readonly<Record<string, string>>;
  readonly search?: string;
}

/** What says which metrics it fills. */
interface Filling {
  readonly metrics: readonly Metric[];
}

type Line = readonly (string | Readonly<Record<string, unknown>>)[];

/** What an expression may be: one search, the sum of one, or a line of the same widget times a number. */
const SEARCH = /^(?:SUM\()?SEARCH\('\{(?<schema>[^{}]+)\} (?<terms>[^']+)', '(?<stat>\w+)', (?<period>10|30|60)\)\)?$/;
const WEIGHTED = /^(?<id>m\d+) \* \d+(\.\d+)?$/;

/** Everything that a widget draws; throws on an expression of another form. */
export function namedOn({ properties }: Widget): readonly Named[] {
  const lines = (properties["metrics"] ?? []) as readonly Line[];
  const ids = new Set(lines.map((line) => (line.at(-1) as { id?: string }).id));
  return lines.flatMap((line) => {
    if (line.length > 1) return [fromLine(line)];
    const { expression } = line[0] as { expression: string };
    const weighted = WEIGHTED.exec(expression)?.groups;
    if (weighted) {
      if (!ids.has(weighted["id"])) throw new Error(`${expression}: the widget has no line of that id`);
      return [];
    }
    return [fromSearch(expression)];
  });
}

function fromLine(line: Line): Named {
  const [namespace, name, ...rest] = line as readonly string[];
  const { stat } = line.at(-1) as { stat: string };
  const pairs = rest.slice(0, -1);
  const dimensions = pairs.filter((_, place) => place % 2 === 0);
  const values = Object.fromEntries(dimensions.map((dimension, place) => [dimension, pairs[2 * place + 1] ?? ""]));
  return { namespace: namespace ?? "", name: name ?? "", stat, dimensions, values };
}

function fromSearch(expression: string): Named {
  const found = SEARCH.exec(expression)?.groups;
  if (found === undefined) throw new Error(`${expression}: is neither a search nor a weighted line`);
  const [namespace = "", ...dimensions] = (found["schema"] ?? "").split(",");
  const terms = [...(found["terms"] ?? "").matchAll(/(\w+)="([^"]*)"/g)];
  if (terms.map(([whole]) => whole).join(" ") !== found["terms"]) throw new Error(`${expression}: has a strange term`);
  const { MetricName: name = "", ...values } = Object.fromEntries(
    terms.map(([, key = "", value = ""]) => [key, value]),
  );
  return { namespace, name, stat: found["stat"] ?? "", dimensions, values, search: expression };
}

/** What the functions of an environment publish, by their collectors, its tier and its parts. */
export function publishedIn(environment: ValidatedEnvironment): readonly Metric[] {
  const taken = functionsOf(environment);
  const collected = new Set(taken.flatMap(({ collectors }) => collectors));
  const all = [...collected]
    .map((family): { readonly collectors: readonly Filling[]; readonly report: Filling } => families[family])
    .flatMap(({ collectors, report }) => collectors.concat(report))
    .flatMap(({ metrics }) => metrics)
    .concat(runMetrics);
  const parted = new Set(all.filter(({ labels }) => labels.includes("Part")).map(({ name }) => name));
  const isInParts = taken.some(({ part }) => part !== undefined);
  return all
    .filter(({ tier }) => tier === "alarmed" || (tier === "boarded" && environment.tier !== "alarmed"))
    .filter(({ name, labels }) => !parted.has(name) || labels.includes("Part") === isInParts);
}

/** The metric that is meant, if the environment publishes it under exactly these dimensions and values. */
export function publishedAs(named: Named, environment: ValidatedEnvironment): Metric | undefined {
  return publishedIn(environment).find(
    (metric) =>
      metric.name === named.name &&
      named.namespace === "QuantumTrader" &&
      named.dimensions.join() === ["Environment", ...metric.labels].join() &&
      Object.entries(named.values).every(([name, value]) => valuesOf(name, metric, environment).includes(value)) &&
      (named.search !== undefined || named.dimensions.every((name) => named.values[name] !== undefined)),
  );
}

/** Every value that a label can have and that is known beforehand. */
function valuesOf(label: string, metric: Metric, environment: ValidatedEnvironment): readonly string[] {
  switch (label) {
    case "Environment":
      return [environment.name];
    case "Symbol":
      return environment.symbols;
    case "Action":
      return metric === action ? ACTIONS : [...ACTIONS, UNKNOWN_ACTION];
    default:
      return [];
  }
}

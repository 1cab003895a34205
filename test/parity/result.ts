import type { ValidatedEnvironment } from "../../lib/environment";
import { type DeviationKind, deviationOf } from "../../lib/rules/deviation";
import { metricsOf } from "../../lib/rules/condition";
import { seriesName } from "../../lib/rules/promql";
import type { Rule } from "../../lib/rules/rule";
import type { Length } from "./episodes";
import { type Outcome, outcomeOf } from "./group";
import { type Order, type Run, runsOf } from "./runs";

/** What all stories of one rule came to. */
export interface RuleResult {
  readonly rule: Rule;
  readonly stories: number;
  readonly episodes: Readonly<Record<Length, number>>;
  /** Of episodes in between, where either side may tell. */
  readonly between: Readonly<Record<Outcome, number>>;
  readonly pages: { readonly ours: number; readonly prometheus: number };
  /** Stories in which each declared deviation was met. */
  readonly met: ReadonlyMap<DeviationKind, number>;
  /** Seconds from the fact to the alarm, in ascending order. */
  readonly latencies: { readonly ours: readonly number[]; readonly prometheus: readonly number[] };
  /** Stories with a difference that nobody declared. */
  readonly failed: readonly Run[];
  /** The story, where just one was asked for. */
  readonly only: Run | undefined;
  /** What is wrong with the rule itself. */
  readonly differences: readonly string[];
}

/** Told at once where a declared deviation has still to be met. */
const MORE = 60;

/** Tells stories about a rule, and more of them while a declared deviation has not been met. */
export async function resultOf(order: Order, environment: ValidatedEnvironment): Promise<RuleResult> {
  const { rule, numbers, patience = 0 } = order;
  const runs = await runsOf(order, environment);
  const end = Math.max(...numbers) + 1;
  for (let more = 0; more < patience && unmet(rule, runs).length > 0; more += MORE) {
    const next = Array.from({ length: MORE }, (_, place) => end + more + place);
    runs.push(...(await runsOf({ ...order, numbers: next }, environment)));
  }
  // Of one story alone nothing can be said to occur never.
  return summed(rule, runs, numbers.length > 1 ? unmet(rule, runs) : []);
}

function summed(rule: Rule, runs: readonly Run[], missed: readonly DeviationKind[]): RuleResult {
  const comparisons = runs.map(({ comparison }) => comparison);
  const groups = comparisons.flatMap((one) => one.groups);
  const uncertain = groups.filter(({ length }) => length === "between").map(outcomeOf);
  const latencies = (side: "ours" | "prometheus"): number[] =>
    comparisons.flatMap((one) => one.latencies[side]).toSorted((a, b) => a - b);
  return {
    rule,
    stories: runs.length,
    episodes: counted(
      ["long", "between", "short"],
      groups.map(({ length }) => length),
    ),
    between: counted(["both", "only ours", "only Prometheus's", "none"], uncertain),
    pages: {
      ours: sum(comparisons.map(({ pages }) => pages.ours)),
      prometheus: sum(comparisons.map(({ pages }) => pages.prometheus)),
    },
    met: new Map((rule.deviations ?? []).map(({ kind }) => [kind, metBy(rule, runs, kind)])),
    latencies: { ours: latencies("ours"), prometheus: latencies("prometheus") },
    only: runs.length === 1 ? runs[0] : undefined,
    failed: runs.filter(({ comparison }) => comparison.differences.length > 0),
    differences: [
      ...missed.map((kind) => `declares ${kind}, which never occurs`),
      ...(readsAnother(rule) && deviationOf(rule, "readsAnother") === undefined
        ? ["mirrors an expression of a metric that it does not read, and does not declare it"]
        : []),
    ],
  };
}

const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0);

function counted<Name extends string>(names: readonly Name[], of: readonly Name[]): Record<Name, number> {
  const counts = names.map((name) => [name, of.filter((one) => one === name).length] as const);
  return Object.fromEntries(counts) as Record<Name, number>;
}

function unmet(rule: Rule, runs: readonly Run[]): DeviationKind[] {
  return (rule.deviations ?? []).map(({ kind }) => kind).filter((kind) => metBy(rule, runs, kind) === 0);
}

function metBy(rule: Rule, runs: readonly Run[], kind: DeviationKind): number {
  if (kind === "readsAnother") return readsAnother(rule) ? runs.length : 0;
  return runs.filter(({ comparison }) => comparison.met.includes(kind)).length;
}

/** Whether the mirrored expression names a series that the rule does not read. */
function readsAnother({ condition, prometheus }: Rule): boolean {
  const own = new Set(metricsOf(condition).map(seriesName));
  const named = [...(prometheus?.expr.matchAll(/[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?= *[=<>])/g) ?? [])];
  return named.some(([name]) => !own.has(name));
}

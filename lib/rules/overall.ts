import type { Metric } from "../metric";
import { type Condition, seriesOf } from "./condition";
import { MAX_METRICS } from "./lint";
import { inParts, partsOf } from "./published";
import type { Rule } from "./rule";

/** The label of the alarm over all symbols, those without metrics of their own included. */
export const OVERALL = "max";

/**
 * Makes the alarm over all symbols quiet while the extreme is an admitted symbol's, whose own alarm tells of it; `own`
 * is the metric of that one. With more symbols than one alarm can read it is told twice.
 */
export function anotherHasIt(own: Metric<"Symbol">): NonNullable<Rule["adapt"]> {
  return (rule, environment, label) => {
    if (label !== OVERALL || rule.condition.kind !== "while") return rule;
    const where = rule.condition.where.map((some) => some.flatMap((one) => inParts(one, environment)));
    const all = environment.symbols.map((symbol) => ({ metric: own, labels: { Symbol: symbol } }));
    const wide: Condition = { ...rule.condition, where, except: all };
    const condition = seriesOf(wide).length <= MAX_METRICS ? wide : { ...rule.condition, where };
    // Each function publishes the highest of its own symbols: the least of those would say nothing of any.
    return partsOf(environment) === 1 ? { ...rule, condition } : { ...rule, condition, countsPeaks: true };
  };
}

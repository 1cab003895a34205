import { type Condition, type Threshold, thresholdsOf, withThresholds } from "../../lib/rules/condition";
import { type Duration, seconds } from "../../lib/rules/duration";
import type { Rule } from "../../lib/rules/rule";

/** A rule with one fact of it changed. */
export interface Mutant {
  readonly told: string;
  readonly rule: Rule;
}

/** The rule with each of its facts changed, one at a time. */
export function mutantsOf(rule: Rule): Mutant[] {
  const changes: readonly (readonly [string, Partial<Rule>])[] = [
    ...thresholdChanges(rule),
    ...durationsBeside(rule.for).map((one) => [`for ${one}`, { for: one }] as const),
    ...overallDurations(rule),
    ...durationsBeside(rule.within ?? "0s").map((one) => [`within ${one}`, { within: one }] as const),
    ...(["keep", "fires", "ok"] as const)
      .filter((one) => one !== rule.whenMissing)
      .map((one) => [`${one} without data`, { whenMissing: one }] as const),
    ...inhibitionChanges(rule),
    ...afterFlagChanges(rule),
    ...whereChanges(rule),
    ...heldBackChanges(rule),
    ...(rule.adapt ? [["the same in every environment", { adapt: (same: Rule) => same }] as const] : []),
    [`severity`, { severity: rule.severity === "info" ? "warning" : "info" }],
  ];
  const { countsPeaks, isShownOnly, ...plain } = rule;
  return [
    ...changes.map(([told, change]) => ({ told, rule: { ...rule, ...change } })),
    ...(isShownOnly ? [{ told: "not shown only", rule: { ...plain, ...(countsPeaks && { countsPeaks }) } }] : []),
    ...(countsPeaks ? [{ told: "counts no peaks", rule: plain }] : []),
  ];
}

/** Where the alarm over all has a duration of its own. */
function overallDurations({ overall }: Rule): (readonly [string, Partial<Rule>])[] {
  if (overall?.for === undefined) return [];
  return durationsBeside(overall.for).map(
    (one) => [`${overall.label}: for ${one}`, { overall: { ...overall, for: one } }] as const,
  );
}

function thresholdChanges(rule: Rule): (readonly [string, Partial<Rule>])[] {
  return conditionChanges(rule, (condition) =>
    thresholdsOf(condition).flatMap((own) =>
      otherThresholds(own).map(
        (other) => [toldOf(other), withThresholds(condition, (one) => (one === own ? other : one))] as const,
      ),
    ),
  );
}

/** What else has to hold, changed or not asked for. */
function whereChanges(rule: Rule): (readonly [string, Partial<Rule>])[] {
  return conditionChanges(rule, (condition) => {
    if (condition.kind !== "while") return [];
    const { where } = condition;
    const changed = where.flat().flatMap((own) =>
      otherThresholds(own).map((other) => {
        const others = where.map((some) => some.map((one) => (one === own ? other : one)));
        return [`while ${toldOf(other)}`, { ...condition, where: others }] as const;
      }),
    );
    const without = where.map((some) => {
      const told = `not while ${some.map(toldOf).join(" or ")}`;
      return [told, { ...condition, where: where.filter((one) => one !== some) }] as const;
    });
    const { answered, ...alone } = condition;
    const known = answered ? [[`known whatever ${answered.name} says`, alone] as const] : [];
    return [...changed, ...without, ...known];
  });
}

/** Each of several thresholds that something holds back, not held back. */
function heldBackChanges(rule: Rule): (readonly [string, Partial<Rule>])[] {
  return conditionChanges(rule, (condition) =>
    thresholdsOf(condition).flatMap((own) => {
      const { heldBackBy, ...free } = own;
      if (heldBackBy === undefined) return [];
      const changed = withThresholds(condition, (one) => (one === own ? free : one));
      return [[`${toldOf(own)}, not held back by ${heldBackBy.metric.name}`, changed] as const];
    }),
  );
}

/** Changes of the rule's own condition, and of the one over all that it is split by. */
function conditionChanges(
  { condition, overall }: Rule,
  changes: (condition: Condition) => (readonly [string, Condition])[],
): (readonly [string, Partial<Rule>])[] {
  return [
    ...changes(condition).map(([told, other]) => [told, { condition: other }] as const),
    ...(overall
      ? changes(overall.condition).map(
          ([told, other]) => [`${overall.label}: ${told}`, { overall: { ...overall, condition: other } }] as const,
        )
      : []),
  ];
}

const toldOf = ({ metric, operator, value, averageOver }: Threshold): string =>
  `${metric.name} ${operator} ${value} (${averageOver ?? "no average"})`;

function otherThresholds(one: Threshold): Threshold[] {
  if (one.operator === "==") return [{ ...one, value: 1 - one.value }];
  const step = Number.isInteger(one.value) ? 1 : 0.01;
  const strict = ({ ">": ">=", ">=": ">", "<": "<=", "<=": "<" } as const)[one.operator];
  return [
    { ...one, value: one.value + step },
    { ...one, value: one.value - step },
    { ...one, operator: strict },
  ];
}

/** A minute more, and a minute less where some is left. */
function durationsBeside(own: Duration): Duration[] {
  const length = seconds(own);
  if (length === 0) return [];
  return [length + 60, length - 60].filter((one) => one > 0).map((one) => `${one}s` as const);
}

function afterFlagChanges(rule: Rule): (readonly [string, Partial<Rule>])[] {
  return conditionChanges(rule, (condition) => {
    if (condition.kind !== "unless" || condition.after === undefined) return [];
    const { after, ...other } = condition;
    return [
      ["not held back after the flag", other] as const,
      ...durationsBeside(after).map((one) => [`held back ${one}`, { ...other, after: one }] as const),
    ];
  });
}

function inhibitionChanges({ inhibitedBy = [] }: Rule): (readonly [string, Partial<Rule>])[] {
  return inhibitedBy.flatMap(({ by, extension }) => [
    [`not inhibited by ${by.name}`, { inhibitedBy: inhibitedBy.filter((one) => one.by !== by) }] as const,
    [
      `inhibited by ${by.name} for another while`,
      {
        inhibitedBy: inhibitedBy.map((one) =>
          one.by === by ? { by, extension: extension === undefined ? "120s" : "240s" } : one,
        ),
      },
    ] as const,
  ]);
}

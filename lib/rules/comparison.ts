import { ConfigError } from "../errors";
import type { AlarmProperties, ComparisonOperator, MetricQuery, Statistic } from "./alarm";
import {
  type AnyOf,
  type Condition,
  holdingBack,
  isAws,
  namedMetric,
  type Operator,
  type Series,
  type Silence,
  type Threshold,
  thresholdsOf,
  type Unless,
  type While,
} from "./condition";
import { seconds } from "./duration";
import type { Rule } from "./rule";

/** What is compared with what, and by which statistic. */
export type Compared = Pick<
  AlarmProperties,
  "Namespace" | "MetricName" | "Dimensions" | "Statistic" | "Period" | "Metrics" | "ComparisonOperator" | "Threshold"
>;

const OPERATORS: Readonly<Record<Exclude<Operator, "==">, ComparisonOperator>> = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
};

type Inequality = Exclude<Operator, "==">;

const OPPOSITES: Readonly<Record<Inequality, Inequality>> = { ">": "<=", ">=": "<", "<": ">=", "<=": ">" };

/** A rule's comparison as an alarm makes it: of one metric, or by metric math. */
export function compared(
  rule: Rule & { readonly condition: Exclude<Condition, Silence> },
  environment: string,
  period: number,
): Compared {
  for (const one of thresholdsOf(rule.condition)) checkAverage(rule, one);
  const { condition } = rule;
  if (condition.kind === "threshold") {
    if (condition.heldBackBy) throw new ConfigError(`rules.${rule.name}: a threshold alone cannot be held back`);
    return {
      ...namedMetric(condition.metric, condition.labels, environment),
      Statistic: statisticOf(rule, condition),
      Period: period,
      ComparisonOperator: OPERATORS[inequality(rule.name, condition)],
      Threshold: condition.value,
    };
  }
  const query = (one: Threshold, index: number): MetricQuery => ({
    Id: `m${index + 1}`,
    MetricStat: {
      Metric: namedMetric(one.metric, one.labels, environment),
      Period: period,
      Stat: statisticOf(rule, one),
    },
    ReturnData: false,
  });
  switch (condition.kind) {
    case "any":
      return anyOf(rule, condition, query);
    case "unless":
      return unlessHeld(condition.threshold, unlessFlag(rule, condition, query), query);
    case "while":
      return unlessHeld(condition.threshold, whileOthers(rule, condition, query), query);
  }
}

type Query = (one: Threshold, index: number) => MetricQuery;

function anyOf(rule: Rule, condition: AnyOf, query: Query): Compared {
  const { of } = condition;
  const holders = holdingBack(condition);
  const idOf = (series: Series): string => {
    const place = holders.findIndex((one) => JSON.stringify(one) === JSON.stringify(series));
    return `m${of.length + place + 1}`;
  };
  const words = of.map((one, index) => {
    const holds = `m${index + 1} ${inequality(rule.name, one)} ${one.value}`;
    // As a comparison, and not with AND: a side that is missing then reads 0, so that it holds nothing back.
    return one.heldBackBy === undefined ? holds : `((${holds}) > (${idOf(one.heldBackBy)} > 0))`;
  });
  return {
    Metrics: [
      ...of.map(query),
      ...holders.map((one, place) => heldBack(query(raised(one), of.length + place))),
      { Id: "any", Expression: words.join(" OR "), Label: "1 while one of them holds", ReturnData: true },
    ],
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    Threshold: 1,
  };
}

function unlessFlag(rule: Rule, { threshold, flag }: Unless, query: Query): Compared {
  const operator = quietAtZero(rule, threshold, "while the flag is 1");
  return {
    Metrics: [
      query(threshold, 0),
      heldBack(query(raised({ metric: flag, labels: {} }), 1)),
      // With a number for one branch, a datum that is missing on either side is missing in the result, and never 0.
      { Id: "value", Expression: "IF(m2, 0, m1)", Label: threshold.metric.name, ReturnData: true },
    ],
    ComparisonOperator: OPERATORS[operator],
    Threshold: threshold.value,
  };
}

/** A comparison of `m1`, which reads 0 besides while what holds its threshold back is above 0. */
function unlessHeld({ heldBackBy }: Threshold, { Metrics: own = [], ...others }: Compared, query: Query): Compared {
  const value = own.at(-1);
  if (heldBackBy === undefined || value === undefined || "MetricStat" in value) return { ...others, Metrics: own };
  const place = own.filter((one) => "MetricStat" in one).length;
  return {
    ...others,
    Metrics: [
      ...own.slice(0, place),
      heldBack(query(raised(heldBackBy), place)),
      ...own.slice(place, -1),
      // Without a datum it holds nothing back, and drops none: IF would drop the value where its condition is missing.
      // Whether FILL makes data of nothing at all is not documented; beside m1, as 0, a side that is missing reads 0.
      {
        Id: "held",
        Expression: `FILL(m${place + 1}, 0) > m1 * 0`,
        Label: "1 while it is held back",
        ReturnData: false,
      },
      { ...value, Id: "own", ReturnData: false },
      { ...value, Expression: "IF(held, 0, own)" },
    ],
  };
}

const raised = ({ metric, labels }: Series): Threshold => ({
  kind: "threshold",
  metric,
  labels,
  operator: ">=",
  value: 1,
});

/** One sample that holds back is enough for its minute, whatever the rule asks of its own metric. */
function heldBack(asked: MetricQuery): MetricQuery {
  return "MetricStat" in asked ? { ...asked, MetricStat: { ...asked.MetricStat, Stat: "Maximum" } } : asked;
}

function whileOthers(rule: Rule, { threshold, where, except, answered }: While, query: Query): Compared {
  const operator = quietAtZero(rule, threshold, "where it does not count");
  const queries = [query(threshold, 0)];
  const idOf = (one: Threshold, changes: object = {}): string => {
    const { MetricStat, ...rest } = query(one, queries.length) as Extract<MetricQuery, { MetricStat: object }>;
    queries.push({ ...rest, MetricStat: { ...MetricStat, ...changes } });
    return rest.Id;
  };
  const broken = where.map((some) =>
    some
      .map((one) => {
        const holding = inequality(rule.name, one);
        return `${idOf(one, { Stat: isAbove(holding) ? "Minimum" : "Maximum" })} ${OPPOSITES[holding]} ${one.value}`;
      })
      .join(" AND "),
  );
  const ofAnother = except.map((one) => `${idOf({ ...threshold, ...one })} >= m1`);
  const known =
    answered === undefined
      ? undefined
      : ifAnswered(rule, threshold, idOf(raised({ metric: answered, labels: {} }), { Stat: "Minimum" }));
  return {
    Metrics: [
      ...queries,
      // A query of its own: of a comparison within IF the guide says two things where the last branch lacks a datum.
      {
        Id: "quiet",
        Expression: [...broken, ...ofAnother].map((one) => `(${one})`).join(" OR "),
        Label: "1 while it does not count",
        ReturnData: false,
      },
      ...(known ?? []),
      {
        Id: "value",
        Expression: `IF(quiet, 0, ${known ? "known" : "m1"})`,
        Label: threshold.metric.name,
        ReturnData: true,
      },
    ],
    ComparisonOperator: OPERATORS[operator],
    Threshold: threshold.value,
  };
}

/**
 * A datum that does not breach is 0, whatever the flag says: it is good news. One that breaches is divided by the flag,
 * so that it is dropped where that was 0, and the alarm keeps its state: a number in its place would end it. Queries of
 * their own, with a number for one branch: else a datum that is missing in the other would be 0.
 */
function ifAnswered(rule: Rule, one: Threshold, flagId: string): MetricQuery[] {
  const query = { ReturnData: false } as const;
  const calm = `m1 ${OPPOSITES[inequality(rule.name, one)]} ${one.value}`;
  return [
    { Id: "calm", Expression: calm, Label: "1 while it does not breach", ...query },
    { Id: "known", Expression: `IF(calm, 0, m1 / ${flagId})`, Label: "0, or what is known to breach", ...query },
  ];
}

/** The operator of a threshold that 0 does not pass. */
function quietAtZero(rule: Rule, threshold: Threshold, when: string): Inequality {
  const operator = inequality(rule.name, threshold);
  if (isAbove(operator) && (threshold.value > 0 || (operator === ">" && threshold.value === 0))) return operator;
  throw new ConfigError(`rules.${rule.name}: ${when} the value reads 0, which has to be on the quiet side`);
}

/**
 * "Held throughout the period" can be told by the least value for "above" and the greatest for "below"; "was so at some
 * time in it" by the other one.
 */
function statisticOf(rule: Rule, one: Threshold): Statistic {
  if (isAws(one.metric)) return one.metric.statistic;
  if (one.averageOver) return "Average";
  const isPeak = rule.countsPeaks === true || seconds(rule.for) === 0;
  return isAbove(inequality(rule.name, one)) === isPeak ? "Maximum" : "Minimum";
}

const isAbove = (operator: Inequality): boolean => operator === ">" || operator === ">=";

function inequality(name: string, { operator, value }: Threshold): Inequality {
  if (operator !== "==") return operator;
  // CloudWatch has no equality; of a flag, which is 0 or 1, each end says the same.
  if (value === 1) return ">=";
  if (value === 0) return "<=";
  throw new ConfigError(`rules.${name}.value is ${value}, but a flag is compared with 0 or 1`);
}

/** An average is of one period, so that it can neither be one of several nor of another length than its neighbours. */
function checkAverage({ name, for: duration, condition }: Rule, { averageOver }: Threshold): void {
  if (averageOver === undefined) return;
  const others = thresholdsOf(condition).map((one) => one.averageOver ?? averageOver);
  if (duration !== "0s" || others.some((one) => one !== averageOver)) {
    throw new ConfigError(`rules.${name}: an average over ${averageOver} is of one period, so for is 0s`);
  }
}

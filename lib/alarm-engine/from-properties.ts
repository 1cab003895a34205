import { nameIn } from "../arn";
import { ConfigError } from "../errors";
import { checkWindow, readActions, readWarmUp } from "./alarm-limits";
import { childrenOf, parseRule } from "./composite-rule";
import type { Actions, Comparison, CompositeAlarm, MetricAlarm, Place } from "./definition";
import { readQueries } from "./metric-queries";
import { type Properties, PropertyReader } from "./property-reader";
import type { MissingData } from "./state";
import { readWallClock } from "./wall-clock";

/** Stands in where nobody says where alarms are deployed. */
export const STAND_IN: Place = { partition: "aws", region: "us-east-1", account: "123456789012" };

/** Properties that tell nothing about states or actions; templates put in them what nobody needs to resolve. */
export const UNREAD = ["AlarmDescription", "Tags", "ActionConfiguration"] as const;

const COMMON_KEYS = [...UNREAD, "AlarmName", "ActionsEnabled", "AlarmActions", "OKActions", "InsufficientDataActions"];
const METRIC_ALARM_KEYS = new Set([
  ...COMMON_KEYS,
  "Namespace",
  "MetricName",
  "Dimensions",
  "Statistic",
  "Period",
  "Unit",
  "Metrics",
  "EvaluationPeriods",
  "DatapointsToAlarm",
  "ComparisonOperator",
  "Threshold",
  "TreatMissingData",
  "EvaluationWindow",
  "WarmUpConfiguration",
]);
const COMPOSITE_KEYS = new Set([
  ...COMMON_KEYS,
  "AlarmRule",
  "ActionsSuppressor",
  "ActionsSuppressorWaitPeriod",
  "ActionsSuppressorExtensionPeriod",
]);
const COMPARISONS: readonly Comparison[] = [
  "GreaterThanThreshold",
  "GreaterThanOrEqualToThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];
const MISSING: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** An alarm's ARN is composed of its name. */
export const alarmArn = ({ partition, region, account }: Place, name: string): string =>
  `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;

/** An alarm from its CloudFormation properties; throws ConfigError, with its name, for what is not evaluated here. */
export function metricAlarm(properties: Properties, place = STAND_IN): MetricAlarm {
  const read = readerOf(properties, METRIC_ALARM_KEYS);
  const queries = readQueries(read);
  return {
    kind: "metric",
    name: read.name,
    arn: alarmArn(place, read.name),
    actions: actions(read),
    ...queries,
    ...window(read, queries.period),
    comparison: read.choice("ComparisonOperator", COMPARISONS),
    threshold: read.number("Threshold"),
    missing: read.choice("TreatMissingData", MISSING, "missing"),
    wallClock: readWallClock(read, queries.period),
    ...readWarmUp(read),
  };
}

/** A composite alarm from its CloudFormation properties; throws ConfigError, with its name, for a rule that is none. */
export function compositeAlarm(properties: Properties, place = STAND_IN): CompositeAlarm {
  const read = readerOf(properties, COMPOSITE_KEYS);
  const text = read.text("AlarmRule");
  const rule = read.naming(() => parseRule(text));
  return {
    kind: "composite",
    name: read.name,
    arn: alarmArn(place, read.name),
    actions: actions(read),
    rule,
    children: [...new Set(childrenOf(rule).map(nameIn))],
    suppressor: read.has("ActionsSuppressor")
      ? {
          name: nameIn(read.text("ActionsSuppressor")),
          wait: read.number("ActionsSuppressorWaitPeriod"),
          extension: read.number("ActionsSuppressorExtensionPeriod"),
        }
      : undefined,
  };
}

function readerOf(properties: Properties, known: ReadonlySet<string>): PropertyReader {
  const name = properties["AlarmName"];
  if (typeof name !== "string") throw new ConfigError("an alarm has no AlarmName");
  const read = new PropertyReader(properties, name);
  read.only(known);
  return read;
}

function window(
  read: PropertyReader,
  period: number,
): Pick<MetricAlarm, "evaluationPeriods" | "datapointsToAlarm" | "saysDatapointsToAlarm"> {
  const evaluationPeriods = read.number("EvaluationPeriods");
  const datapointsToAlarm = read.number("DatapointsToAlarm", evaluationPeriods);
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) read.fail("needs EvaluationPeriods of 1 or more");
  if (!Number.isInteger(datapointsToAlarm) || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    read.fail(`has DatapointsToAlarm ${datapointsToAlarm} of EvaluationPeriods ${evaluationPeriods}`);
  }
  checkWindow(read, period, evaluationPeriods);
  return { evaluationPeriods, datapointsToAlarm, saysDatapointsToAlarm: read.has("DatapointsToAlarm") };
}

function actions(read: PropertyReader): Actions {
  return {
    isEnabled: read.flag("ActionsEnabled", true),
    ALARM: readActions(read, "AlarmActions"),
    OK: readActions(read, "OKActions"),
    INSUFFICIENT_DATA: readActions(read, "InsufficientDataActions"),
  };
}

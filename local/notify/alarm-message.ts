import type { State } from "../../lib/alarm-engine/state";
import { partitionOf } from "../../lib/partition";
import type { AlarmProperties, CompositeProperties } from "../../lib/rules/alarm";

/** An alarm that acts, and the change that it tells of. */
export interface Change {
  readonly properties: AlarmProperties | CompositeProperties;
  readonly region: string;
  readonly from: State;
  readonly to: State;
  /** Epoch seconds. */
  readonly at: number;
  /** CloudWatch's sentence. */
  readonly reason: string;
}

/** Of no account that there is: what is tried here must never end what a deployed alarm of the same name has begun. */
export const NO_ACCOUNT = "000000000000";

/** The message that CloudWatch publishes to an alarm's topic for a change, with the tags that it lets through. */
export function alarmMessage({ properties, region, from, to, at, reason }: Change): Readonly<Record<string, unknown>> {
  const { AlarmName, AlarmDescription, AlarmActions, OKActions, ActionConfiguration } = properties;
  return {
    AlarmName,
    AlarmDescription,
    AWSAccountId: NO_ACCOUNT,
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: new Date(at * 1000).toISOString().replace("Z", "+0000"),
    Region: region,
    AlarmArn: arnOf(region, AlarmName),
    OldStateValue: from,
    OKActions,
    AlarmActions,
    InsufficientDataActions: [],
    ...(isComposite(properties) ? composite(properties, region, to, reason) : { Trigger: triggerOf(properties) }),
    ...(ActionConfiguration ? { AlarmTags: tagsOf(properties), AlarmTagsStatus: "SUCCESS" } : {}),
  };
}

const arnOf = (region: string, name: string): string =>
  `arn:${partitionOf(region).name}:cloudwatch:${region}:${NO_ACCOUNT}:alarm:${name}`;

const tagsOf = ({ Tags }: Change["properties"]): object =>
  Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));

function isComposite(properties: AlarmProperties | CompositeProperties): properties is CompositeProperties {
  return "AlarmRule" in properties;
}

/** The sentence begins with the alarm that changed last. */
function composite({ AlarmRule }: CompositeProperties, region: string, to: State, reason: string): object {
  const [, child] = /^arn:[^:\s]+:cloudwatch:[^:\s]*:\d*:alarm:(\S+) transitioned to /.exec(reason) ?? [];
  const children = child === undefined ? [] : [{ Arn: arnOf(region, child), State: { Value: to } }];
  return { AlarmRule, TriggeringChildren: children };
}

function triggerOf(properties: AlarmProperties): object {
  const { MetricName, Namespace, Dimensions = [], Statistic, Metrics, Period } = properties;
  const { EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData } = properties;
  const one = {
    MetricName,
    Namespace,
    StatisticType: "Statistic",
    Statistic: Statistic?.toUpperCase(),
    Unit: null,
    Dimensions: Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period,
  };
  return {
    ...(Metrics === undefined ? one : { Metrics }),
    EvaluationPeriods,
    DatapointsToAlarm,
    ComparisonOperator,
    Threshold,
    TreatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
}

import type { NamedMetric } from "./condition";
import type { Severity } from "./severity";

export type ComparisonOperator =
  | "GreaterThanThreshold"
  | "GreaterThanOrEqualToThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

export type Statistic = "Minimum" | "Maximum" | "Average" | "Sum" | "SampleCount";

/** One query of a metric-math alarm: a metric, or what is made of metrics by their ids. */
export type MetricQuery =
  | {
      readonly Id: string;
      readonly MetricStat: { readonly Metric: NamedMetric; readonly Period: number; readonly Stat: Statistic };
      readonly ReturnData: false;
    }
  | { readonly Id: string; readonly Expression: string; readonly Label: string; readonly ReturnData: boolean };

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What alarms of both kinds have. */
interface Acting {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
  readonly ActionConfiguration?: {
    readonly AlarmTagsPropagation: { readonly Enabled: boolean; readonly IncludedTagKeys: readonly string[] };
  };
  readonly Tags: readonly Tag[];
}

/** Properties of AWS::CloudWatch::Alarm, keys as CloudFormation spells them; one metric, or `Metrics` in its place. */
export interface AlarmProperties extends Acting, Partial<NamedMetric> {
  readonly Statistic?: Statistic;
  readonly Period?: number;
  readonly Metrics?: readonly MetricQuery[];
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly ComparisonOperator: ComparisonOperator;
  readonly Threshold: number;
  readonly TreatMissingData: "ignore" | "breaching" | "notBreaching";
  readonly EvaluationWindow?: { readonly WallClockWindow: { readonly Timezone: string } };
  readonly WarmUpConfiguration?: {
    readonly WarmUpPeriodDurationInMinutes: number;
    readonly OnlyStartEvaluatingAfterWarmUpPeriodEnds?: boolean;
  };
}

/** Properties of AWS::CloudWatch::CompositeAlarm; periods in seconds. */
export interface CompositeProperties extends Acting {
  readonly AlarmRule: string;
  readonly ActionsSuppressor?: string;
  readonly ActionsSuppressorWaitPeriod?: number;
  readonly ActionsSuppressorExtensionPeriod?: number;
}

/** One resource of a template. `refersTo` names the alarms that have to be there before it. */
export type Alarm = { readonly id: string; readonly severity: Severity; readonly refersTo: readonly string[] } & (
  | { readonly type: "AWS::CloudWatch::Alarm"; readonly properties: AlarmProperties }
  | { readonly type: "AWS::CloudWatch::CompositeAlarm"; readonly properties: CompositeProperties }
);

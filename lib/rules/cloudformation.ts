import type { ValidatedEnvironment } from "../environment";
import { ConfigError } from "../errors";
import { ENVIRONMENT_DIMENSION, NAMESPACE } from "../metric";
import { boardUrl, runbookUrl } from "./links";
import { alarmName } from "./names";
import { overridden } from "./override";
import type { Operator, Rule, Severity, Threshold } from "./rule";
import { sentence } from "./sentence";
import { type Window, windowOf } from "./window";

/** Properties of AWS::CloudWatch::Alarm, keys as CloudFormation spells them; a plain JSON object. */
export interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic: "Minimum" | "Maximum" | "SampleCount";
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly ComparisonOperator: ComparisonOperator;
  readonly Threshold: number;
  readonly TreatMissingData: "ignore" | "breaching" | "notBreaching";
  readonly EvaluationWindow?: { readonly WallClockWindow: { readonly Timezone: string } };
  readonly WarmUpConfiguration?: { readonly WarmUpPeriodDurationInMinutes: number };
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
  readonly ActionConfiguration: {
    readonly AlarmTagsPropagation: { readonly Enabled: boolean; readonly IncludedTagKeys: readonly string[] };
  };
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

type ComparisonOperator =
  | "GreaterThanThreshold"
  | "GreaterThanOrEqualToThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

/** ARN of each severity's topic; tokens of a template will do. */
export type Topics = Readonly<Record<Severity, string>>;

/** PutMetricAlarm takes names up to this many characters. */
const MAX_NAME_LENGTH = 255;
/** PutMetricAlarm takes descriptions up to this many characters. */
const MAX_DESCRIPTION_LENGTH = 1024;
/**
 * How long a new alarm waits for its first heartbeat. It ends with the first one, so that only a watcher that never
 * comes up is paged this late; a first deploy takes minutes to attach the function to its network.
 */
const WARM_UP_MIN = 15;
/** Tags that a notification carries, to be routed by. */
const ROUTING_TAGS = ["severity", "component", "rule"] as const;

const TREAT_MISSING = { keep: "ignore", fires: "breaching", ok: "notBreaching" } as const;

/** A rule as an alarm of one environment; throws ConfigError, with names, for what CloudWatch could not do. */
export function alarmProperties(declared: Rule, environment: ValidatedEnvironment, topics: Topics): AlarmProperties {
  try {
    const rule = overridden(declared, environment.rules);
    const window = windowOf(rule, environment.sampleIntervalSec);
    const properties: AlarmProperties = {
      AlarmName: alarmName(environment.name, rule.name),
      AlarmDescription: description(rule, window, environment),
      ...reading(rule, environment.name),
      Period: window.period,
      EvaluationPeriods: window.periods,
      DatapointsToAlarm: window.periods,
      TreatMissingData: TREAT_MISSING[rule.whenMissing],
      AlarmActions: [topics[rule.severity]],
      OKActions: [topics[rule.severity]],
      ActionConfiguration: { AlarmTagsPropagation: { Enabled: true, IncludedTagKeys: ROUTING_TAGS } },
      Tags: ROUTING_TAGS.map((Key) => ({ Key, Value: Key === "rule" ? rule.name : rule[Key] })),
    };
    checkLengths(properties);
    return properties;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${environment.name}: ${error.message}`, { cause: error });
  }
}

type Reading = Pick<
  AlarmProperties,
  | "Namespace"
  | "MetricName"
  | "Dimensions"
  | "Statistic"
  | "ComparisonOperator"
  | "Threshold"
  | "EvaluationWindow"
  | "WarmUpConfiguration"
>;

function reading({ name, condition, whenMissing }: Rule, environment: string): Reading {
  const labels = condition.kind === "threshold" ? condition.labels : {};
  const of = {
    Namespace: NAMESPACE,
    MetricName: condition.metric.name,
    Dimensions: Object.entries({ [ENVIRONMENT_DIMENSION]: environment, ...labels }).map(([Name, Value]) => ({
      Name,
      Value,
    })),
  };
  if (condition.kind === "threshold") return { ...of, ...comparison(name, condition) };
  if (whenMissing !== "fires") throw new ConfigError(`rules.${name} is a silence that does not fire on missing data`);
  return {
    ...of,
    Statistic: "SampleCount",
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    // A sliding window looks two periods further back for data and would find the silence that much later.
    EvaluationWindow: { WallClockWindow: { Timezone: "UTC" } },
    WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: WARM_UP_MIN },
  };
}

/** The statistic by which "held throughout the period" can be told: the least for "above", the greatest for "below". */
const COMPARISONS = {
  ">": { ComparisonOperator: "GreaterThanThreshold", Statistic: "Minimum" },
  ">=": { ComparisonOperator: "GreaterThanOrEqualToThreshold", Statistic: "Minimum" },
  "<": { ComparisonOperator: "LessThanThreshold", Statistic: "Maximum" },
  "<=": { ComparisonOperator: "LessThanOrEqualToThreshold", Statistic: "Maximum" },
} as const satisfies Record<Exclude<Operator, "==">, Pick<AlarmProperties, "ComparisonOperator" | "Statistic">>;

function comparison(
  name: string,
  { operator, value }: Threshold,
): Pick<AlarmProperties, "ComparisonOperator" | "Statistic" | "Threshold"> {
  if (operator !== "==") return { ...COMPARISONS[operator], Threshold: value };
  // CloudWatch has no equality; of a flag, which is 0 or 1, each end says the same.
  if (value === 1) return { ...COMPARISONS[">="], Threshold: value };
  if (value === 0) return { ...COMPARISONS["<="], Threshold: value };
  throw new ConfigError(`rules.${name}.value is ${value}, but a flag is compared with 0 or 1`);
}

function description(rule: Rule, window: Window, { name, region, runbooks }: ValidatedEnvironment): string {
  return [
    `${rule.summary}. ${rule.description} ${sentence(rule, window)}`,
    `Runbook: ${runbookUrl(runbooks, rule)}`,
    `Board: ${boardUrl(region, name, rule.board)}`,
  ].join("\n");
}

function checkLengths({ AlarmName, AlarmDescription }: AlarmProperties): void {
  if (AlarmName.length > MAX_NAME_LENGTH) {
    throw new ConfigError(`${AlarmName}: an alarm's name has at most ${MAX_NAME_LENGTH} characters`);
  }
  if (AlarmDescription.length > MAX_DESCRIPTION_LENGTH) {
    const length = AlarmDescription.length;
    throw new ConfigError(
      `${AlarmName}: the description has ${length} of at most ${MAX_DESCRIPTION_LENGTH} characters`,
    );
  }
}

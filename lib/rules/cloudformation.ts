import type { ValidatedEnvironment } from "../environment";
import { ConfigError } from "../errors";
import type { AlarmProperties } from "./alarm";
import { compared, type Compared } from "./comparison";
import { type Condition, isAws, namedMetric, type Silence, thresholdsOf } from "./condition";
import { seconds } from "./duration";
import { isComposed } from "./inhibition";
import { boardUrl, runbookUrl } from "./links";
import { alarmName, conditionName } from "./names";
import type { Rule } from "./rule";
import { ruleIn } from "./rule-in";
import { sentence } from "./sentence";
import type { Severity } from "./severity";
import { type Window, windowOf } from "./window";

/** ARN of each severity's topic; tokens of a template will do. */
export type Topics = Readonly<Record<Severity, string>>;

/**
 * How long a new alarm waits for its first heartbeat. It ends with the first one, so that only a watcher that never
 * comes up is paged this late; a first deploy takes minutes to attach the function to its network.
 */
const WARM_UP_MIN = 15;
const ROUTING_TAGS = ["severity", "component", "rule"] as const;
/** Tags that a notification carries: those to be routed by, and what marks an exercise. */
const PROPAGATED_TAGS = [...ROUTING_TAGS, "drill"] as const;

const TREAT_MISSING = { keep: "ignore", fires: "breaching", ok: "notBreaching" } as const;

/**
 * A rule as an alarm of one environment, or what stands under its composite alarm; throws ConfigError, with names, for
 * what CloudWatch could not do.
 */
export function alarmProperties(
  declared: Rule,
  environment: ValidatedEnvironment,
  topics: Topics,
  label?: string,
): AlarmProperties {
  return saidOf(environment, () => {
    const rule = ruleIn(declared, environment, label);
    const window = windowOf(rule, environment.sampleIntervalSec);
    const isInner = isComposed(rule);
    return {
      AlarmName: (isInner ? conditionName : alarmName)(environment.name, rule.name, label),
      AlarmDescription: description(rule, window, environment),
      ...reading(rule, environment.name, window.period),
      EvaluationPeriods: window.periods,
      DatapointsToAlarm: window.hits,
      TreatMissingData: TREAT_MISSING[rule.whenMissing],
      ...(isInner ? actingForNobody(rule, environment) : actionsOf(rule, environment, topics)),
    };
  });
}

/** Says in which environment a setting cannot work. */
export function saidOf<T>({ name }: ValidatedEnvironment, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${name}: ${error.message}`, { cause: error });
  }
}

type Acting = Pick<AlarmProperties, "AlarmActions" | "OKActions" | "ActionConfiguration" | "Tags">;

/** Who hears of a rule's alarm, and by which tags it is routed. */
export function actionsOf(rule: Rule, environment: ValidatedEnvironment, topics: Topics): Acting {
  return acting(rule, environment, rule.isShownOnly ? [] : [topics[rule.severity]]);
}

/** Tags of an alarm that tells nobody. */
export const actingForNobody = (rule: Rule, environment: ValidatedEnvironment): Acting => acting(rule, environment, []);

/** Sends an alarm's tags with its notifications, unless the environment says that its region does not take this. */
export function propagation({
  alarmTags,
}: Pick<ValidatedEnvironment, "alarmTags">): Pick<Acting, "ActionConfiguration"> {
  if (!alarmTags) return {};
  return { ActionConfiguration: { AlarmTagsPropagation: { Enabled: true, IncludedTagKeys: PROPAGATED_TAGS } } };
}

function acting(rule: Rule, environment: ValidatedEnvironment, actions: readonly string[]): Acting {
  return {
    AlarmActions: actions,
    OKActions: actions,
    ...propagation(environment),
    Tags: ROUTING_TAGS.map((Key) => ({ Key, Value: Key === "rule" ? rule.name : rule[Key] })),
  };
}

type Reading = Compared & Pick<AlarmProperties, "EvaluationWindow" | "WarmUpConfiguration">;

function reading(rule: Rule, environment: string, period: number): Reading {
  const { name, condition, whenMissing } = rule;
  if (condition.kind !== "silence") {
    return { ...compared({ ...rule, condition }, environment, period), ...warmUpOf(condition) };
  }
  if (whenMissing !== "fires") throw new ConfigError(`rules.${name} is a silence that does not fire on missing data`);
  return {
    ...namedMetric(condition.metric, {}, environment),
    Period: period,
    Statistic: "SampleCount",
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    // A sliding window looks two periods further back for data and would find the silence that much later. What AWS
    // publishes comes minutes late, and needs just that.
    ...(isAws(condition.metric) ? {} : { EvaluationWindow: { WallClockWindow: { Timezone: "UTC" } } }),
    WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: WARM_UP_MIN },
  };
}

/** An average over an hour is one of the minutes that there are: one trip would be most of a new environment's first. */
function warmUpOf(condition: Exclude<Condition, Silence>): Pick<Reading, "WarmUpConfiguration"> {
  const averaged = thresholdsOf(condition).find(({ averageOver }) => averageOver !== undefined)?.averageOver;
  if (averaged === undefined) return {};
  const minutes = seconds(averaged) / 60;
  return {
    WarmUpConfiguration: {
      WarmUpPeriodDurationInMinutes: minutes,
      OnlyStartEvaluatingAfterWarmUpPeriodEnds: true,
    },
  };
}

/** What a paged person reads: what happened, what to do first, what is looked at, and where to read on. */
export function description(rule: Rule, window: Window, { name, region, runbooks }: ValidatedEnvironment): string {
  return [
    `${rule.summary}. ${rule.description} ${sentence(rule, window)}`,
    `Runbook: ${runbookUrl(runbooks, rule)}`,
    `Board: ${boardUrl(region, name, rule.board)}`,
  ].join("\n");
}

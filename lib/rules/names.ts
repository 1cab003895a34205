/** Every alert name, as the operators know it; a rule that is not named here does not compile. */
export const RULE_NAMES = [
  "QuantumSafeModeActive",
  "RedisDown",
  "QuantumRedisConnectionLost",
  "QuantumHighFaultRate",
  "QuantumSafetyFaultSpike",
  "QuantumPublishingStalled",
  "QuantumSafeModeNotObeyed",
  "QuantumTradingHalted",
  "QuantumFaultSeen",
  "QuantumSafeModeNoExpiry",
  "QuantumBreakerFlapping",
  "QuantumRateNearLimit",
  "RedisSlowQueries",
  "ConsumerGroupMissing",
  "StreamMissing",
  "RedisReplicaCutOff",
  "RedisFull",
  "ClockSkewed",
  "ConsumerGroupLagging",
  "ConsumerGroupStuck",
  "StreamEntriesLost",
  "QuantumHarvestKillScoreHigh",
  "QuantumHarvestKillScoreCritical",
  "QuantumHarvestMetricsStale",
  "QuantumHarvestPublisherDown",
  "QuantumHarvestSymbolMissing",
  "QuantumHarvestUnbacked",
  "QuantumHarvestExporterDown",
  "QuantumTelemetryExporterDown",
  "QuantumContractBroken",
  "CollectorFailing",
  "TelemetryLogsBroken",
  "LambdaFailing",
  "LambdaThrottled",
  "LambdaNearTimeout",
  "LambdaNotInvoked",
  "QuantumPageUndelivered",
  "PagerDrillFailed",
] as const;

export type RuleName = (typeof RULE_NAMES)[number];

/** Every board; also the name of its file and the end of its name in CloudWatch. */
export const BOARD_NAMES = ["quantum-safety", "quantum-harvest-control", "redis"] as const;

export type BoardName = (typeof BOARD_NAMES)[number];

/** Names of the files under docs/runbooks, each with a section a rule. */
export type RunbookName = "safety" | "harvest" | "redis" | "telemetry" | "paging";

/** The one place where an alarm gets its name; the label is a symbol, a service or whatever the rule is split by. */
export function alarmName(environment: string, rule: RuleName, label?: string): string {
  return [environment, rule, ...(label === undefined ? [] : [label])].join("-");
}

/** The synthetic alarm's name, after its environment's: it stands under no rule. */
export const DRILL_ALARM = "PagingDrill";

/** The synthetic alarm of an environment. */
export const drillAlarmName = (environment: string): string => `${environment}-${DRILL_ALARM}`;

/** The alarm under a composite one: it knows whether the condition holds, and takes no action. */
export function conditionName(environment: string, rule: RuleName, label?: string): string {
  return `${alarmName(environment, rule, label)}-condition`;
}

/** The alarm under a composite one that knows whether a flag was up of late, and takes no action. */
export function flagName(environment: string, rule: RuleName, label?: string): string {
  return `${alarmName(environment, rule, label)}-flag`;
}

/** The mute rule of quiet hours; further ones, where the alarms are too many for one, are counted from 2. */
export function muteRuleName(environment: string, quietHours: string, part = 1): string {
  return [environment, quietHours, ...(part === 1 ? [] : [part])].join("-");
}

/** What an alarm's name says, by the names that are made here. */
export interface NamedAlarm {
  readonly environment: string;
  /** The synthetic alarm stands under none. */
  readonly rule?: RuleName;
  readonly label?: string;
}

const ALARM_NAME = new RegExp(`^(.+?)-(${RULE_NAMES.join("|")})(?:-(.+))?$`, "s");
const DRILL_ALARM_NAME = new RegExp(`^(.+)-${DRILL_ALARM}$`);

/** The parts of an alarm's name, whether it acts or stands under one that does; undefined where it is none of ours. */
export function partsOfAlarmName(name: string): NamedAlarm | undefined {
  const [, drilled] = DRILL_ALARM_NAME.exec(name) ?? [];
  if (drilled !== undefined) return { environment: drilled };
  const [, environment, rule, rest] = ALARM_NAME.exec(name) ?? [];
  if (environment === undefined || rule === undefined) return undefined;
  const label = rest?.replace(/(?:^|-)(?:condition|flag)$/, "");
  return { environment, rule: rule as RuleName, ...(label ? { label } : {}) };
}

/** A board's name in CloudWatch. */
export function dashboardName(environment: string, board: BoardName): string {
  return `${environment}-${board}`;
}

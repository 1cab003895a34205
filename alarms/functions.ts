import { COLLECT_TIMEOUT_SEC } from "../lib/collect-timeout";
import type { ValidatedEnvironment } from "../lib/environment";
import { collectName } from "../lib/environments/names";
import { functionNamesOf } from "../lib/environments/paging";
import { type AwsMetric, lambdaMetric } from "../lib/rules/aws-metric";
import { awsThreshold, silence } from "../lib/rules/condition";
import type { Rule } from "../lib/rules/rule";

/** Runs once a week, of which two minutes in a row say nothing: PagerDrillFailed tells where it fails. */
const WEEKLY = "drill";
/** Tell until their time is over while a receiver is away; a run that is ended before it was told fails, and is told. */
const PATIENT: ReadonlySet<string> = new Set(["notify", "remind"]);
/** Runs when an alarm changes, so that its silence is peace. */
const CALLED = "notify";

const about = {
  severity: "warning",
  component: "telemetry",
  for: "2m",
  whenMissing: "ok",
  // Every function has its own, and its name in Lambda ends in this.
  perLabel: (environment: ValidatedEnvironment) => functionNamesOf(environment).filter((name) => name !== WEEKLY),
  runbook: "telemetry",
  board: "quantum-safety",
} as const;

const ofCollect = (name: string, statistic: AwsMetric["statistic"]): AwsMetric =>
  lambdaMetric({ name, statistic, resource: collectName });

/** A run that collects takes at most 84 s by design; from this share of its time-out on something holds it up. */
const NEAR = 0.9;
const MS_PER_SEC = 1000;

export const lambdaFailing: Rule = {
  ...about,
  name: "LambdaFailing",
  condition: awsThreshold(ofCollect("Errors", "Sum"), ">", 0),
  summary: "A function of the telemetry fails",
  description: "First read the last error in its log group.",
};

export const lambdaThrottled: Rule = {
  ...about,
  name: "LambdaThrottled",
  condition: awsThreshold(ofCollect("Throttles", "Sum"), ">", 0),
  summary: "A function of the telemetry is not let run: marks are lost, or pages wait",
  description: "First look at the account's concurrent executions: who uses them up?",
};

export const lambdaNearTimeout: Rule = {
  ...about,
  name: "LambdaNearTimeout",
  condition: awsThreshold(ofCollect("Duration", "Maximum"), ">", NEAR * COLLECT_TIMEOUT_SEC * MS_PER_SEC),
  perLabel: (environment) => about.perLabel(environment).filter((name) => !PATIENT.has(name)),
  summary: "A collecting function of the telemetry takes nearly all the time it has",
  description: "First look at the sample duration on the board: is it Redis that has become slow?",
};

export const lambdaNotInvoked: Rule = {
  ...about,
  name: "LambdaNotInvoked",
  condition: silence(ofCollect("Invocations", "Sum")),
  whenMissing: "fires",
  perLabel: (environment) => about.perLabel(environment).filter((name) => name !== CALLED),
  summary: "A function of the telemetry is not woken",
  description: "First look at its schedule in EventBridge Scheduler: is it enabled, and is its role there?",
};

export const functionRules = [
  lambdaFailing,
  lambdaThrottled,
  lambdaNearTimeout,
  lambdaNotInvoked,
] as const satisfies readonly Rule[];

import type { ValidatedEnvironment } from "../lib/environment";
import { deadLetterName } from "../lib/environments/names";
import { deadLetterLabelsOf } from "../lib/environments/paging";
import { timeToPage } from "../lib/notify/paging-metrics";
import { queueMetric } from "../lib/rules/aws-metric";
import { awsThreshold, threshold } from "../lib/rules/condition";
import { keepsWithoutData } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";

const about = { severity: "critical", component: "telemetry", runbook: "paging", board: "quantum-safety" } as const;

const lying = queueMetric({
  name: "ApproximateNumberOfMessagesVisible",
  statistic: "Maximum",
  resource: deadLetterName,
});

export const quantumPageUndelivered: Rule = {
  ...about,
  name: "QuantumPageUndelivered",
  // One is enough. Critical whatever it held: critical alarms go at least two ways, one of them without any code of ours,
  // so that this is heard of by another way than the one that failed.
  condition: awsThreshold(lying, ">", 0),
  for: "0s",
  // A queue that nothing was put into for six hours publishes nothing.
  whenMissing: "ok",
  perLabel: (environment: ValidatedEnvironment) => deadLetterLabelsOf(environment),
  summary: "A page could not be delivered: somebody was not told of an alarm",
  description:
    "First look at the alarms that fire now: they may not have been told by the way that this is named after.",
};

export const pagerDrillFailed: Rule = {
  ...about,
  name: "PagerDrillFailed",
  // Half of it is CloudWatch's: a datum is judged a minute later. A drill that does not come counts from a minute after
  // it was due, which the scheduler may be late.
  condition: threshold(timeToPage, ">", 120),
  // It is published once a minute, and once by the page itself.
  for: "1m",
  countsPeaks: true,
  whenMissing: "keep",
  isWanted: ({ notify }: ValidatedEnvironment) => notify?.drill !== undefined,
  summary: "The weekly drill was not told within two minutes: pages may not arrive",
  description:
    "First look whether the drill's alarm fired: if it did, the notifier is at fault, else what comes before.",
  deviations: [keepsWithoutData],
};

export const pagingRules = [quantumPageUndelivered, pagerDrillFailed] as const satisfies readonly Rule[];

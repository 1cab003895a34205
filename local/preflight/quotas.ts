import type { Subject } from "./clients";
import { concurrencyFindings } from "./concurrency";
import { type Finding, known, lookedAt } from "./finding";
import { givenNames } from "./names";

/** PutMetricAlarm and PutCompositeAlarm (CloudWatch's quotas); CloudFormation waits for them by itself. */
const ALARMS_PER_SECOND = 3;

/** What the account must have room for. */
export async function quotaFindings(subject: Subject): Promise<readonly Finding[]> {
  const { alarms, composites, dashboards } = givenNames(subject.environment);
  const seconds = Math.ceil(alarms.length / ALARMS_PER_SECOND);
  const counts = `${alarms.length} alarms (${composites} of them composite) and ${dashboards.length} dashboards`;
  return [
    known(`${counts}: CloudWatch has no quota for their number, and takes ${seconds} s at least for the alarms`),
    ...(await lookedAt("reservedConcurrency", () => concurrencyFindings(subject))),
  ];
}

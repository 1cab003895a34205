import type { ValidatedEnvironment } from "../../lib/environment";
import { type Finding, known, unknown } from "./finding";
import { givenNames } from "./names";

/** PutMetricAlarm and PutCompositeAlarm (CloudWatch's quotas); CloudFormation waits for them by itself. */
const ALARMS_PER_SECOND = 3;
/** What Lambda keeps back for functions without a reservation (Lambda guide, reserved concurrency). */
const UNRESERVED = 100;

/** What the account must have room for. */
export function quotaFindings(environment: ValidatedEnvironment): Finding[] {
  const { alarms, composites, dashboards } = givenNames(environment);
  const seconds = Math.ceil(alarms.length / ALARMS_PER_SECOND);
  const { reservedConcurrency } = environment;
  const counts = `${alarms.length} alarms (${composites} of them composite) and ${dashboards.length} dashboards`;
  return [
    known(`${counts}: CloudWatch has no quota for their number, and takes ${seconds} s at least for the alarms`),
    ...(reservedConcurrency === "none"
      ? []
      : [
          unknown(
            `reservedConcurrency is ${reservedConcurrency} a function that collects, four for the notifier, and Lambda keeps ${UNRESERVED} executions unreserved`,
            "aws lambda get-account-settings tells how many there are; reservedConcurrency: none where too few",
          ),
        ]),
  ];
}

import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandOutput,
} from "@aws-sdk/client-cloudwatch";

/** A hundred alarms a page; more than five hundred that fire at once are one incident. */
const MOST_PAGES = 5;

/** The alarms that are in ALARM, of an environment or of the account. */
export async function firingPages(
  client: CloudWatchClient,
  environment: string | undefined,
  abortSignal?: AbortSignal,
): Promise<DescribeAlarmsCommandOutput[]> {
  const pages: DescribeAlarmsCommandOutput[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const command = new DescribeAlarmsCommand({
      StateValue: "ALARM",
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      ...(environment === undefined ? {} : { AlarmNamePrefix: `${environment}-` }),
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const answer = await client.send(command, abortSignal === undefined ? {} : { abortSignal });
    pages.push(answer);
    if (answer.NextToken === undefined) break;
    token = answer.NextToken;
  }
  return pages;
}

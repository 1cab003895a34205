import { ArnFormat, type Stack } from "aws-cdk-lib";

/** ARN of an alarm, composed from its name, so that nothing hangs on the alarm itself. */
export function alarmArn(stack: Stack, name: string): string {
  return stack.formatArn({
    service: "cloudwatch",
    resource: "alarm",
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";

import type { Clients } from "./clients";
import type { Translated } from "./translation";
import { waitFor } from "./wait-for";

const STACK = "trial";
const LIMIT_SEC = 30;

/** Whether the emulator makes an alarm of these properties; whatever it made is gone afterwards. */
export async function isMade({ cloudformation: client }: Clients, alarm: Translated | undefined): Promise<boolean> {
  if (alarm === undefined) throw new Error("there is no such alarm to try");
  const template = { Resources: { Alarm: { Type: "AWS::CloudWatch::Alarm", Properties: alarm } } };
  await client.send(new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify(template) }));
  const status = await waitFor("the trial stack's end", LIMIT_SEC, async () => {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
    return stack?.StackStatus?.endsWith("_IN_PROGRESS") === false ? stack.StackStatus : undefined;
  });
  await client.send(new DeleteStackCommand({ StackName: STACK }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: LIMIT_SEC, minDelay: 1 }, { StackName: STACK });
  return status === "CREATE_COMPLETE";
}

import { Stack } from "aws-cdk-lib";
import { CfnSlackChannelConfiguration } from "aws-cdk-lib/aws-chatbot";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { stackName } from "../../lib/environments/names";
import { NOTIFIED } from "../../lib/environments/paging";
import { accepted } from "./accepted";
import type { Topics } from "./topics";

/** The most that anybody in the channel may have done: left out, it would be everything. */
const GUARDRAIL = "CloudWatchReadOnlyAccess";

const WHY_MANAGED = "Amazon Q documents this policy for showing alarms, and it changes with what Amazon Q shows.";

/** Amazon Q in chat applications shows the alarms in a Slack channel. */
export function chatChannel(
  scope: Construct,
  id: string,
  { environment, topics }: { environment: ValidatedEnvironment; topics: Topics },
): void {
  const chatbot = environment.notify?.chatbot;
  if (chatbot === undefined) return;
  const policy = ManagedPolicy.fromAwsManagedPolicyName(GUARDRAIL);
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal("chatbot.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
    description: `Shows the alarms of ${stackName(environment.name)} in Slack`,
    managedPolicies: [policy],
  });
  accepted(role, "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/CloudWatchReadOnlyAccess]", WHY_MANAGED);
  new CfnSlackChannelConfiguration(scope, id, {
    configurationName: stackName(environment.name),
    slackWorkspaceId: chatbot.workspaceId,
    slackChannelId: chatbot.channelId,
    iamRoleArn: role.roleArn,
    guardrailPolicies: [policy.managedPolicyArn],
    snsTopicArns: NOTIFIED.map((severity) => topics.arns[severity]),
    loggingLevel: "ERROR",
  });
}

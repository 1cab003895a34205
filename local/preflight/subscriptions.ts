import { paginateListSubscriptionsByTopic, type Subscription } from "@aws-sdk/client-sns";

import { topicName } from "../../lib/environments/names";
import { deliveriesOf } from "../../lib/environments/paging";
import type { Severity } from "../../lib/rules/severity";
import type { Subject } from "./clients";
import { broken, type Finding, known, lookedAt } from "./finding";

/** Whether everybody who is to be told by e-mail has confirmed; SNS forgets who has not after two days. */
export async function subscriptionFindings(subject: Subject): Promise<Finding[]> {
  const { environment, isDeployed } = subject;
  const mails = deliveriesOf(environment).flatMap(({ severity, to }) =>
    typeof to === "object" && "email" in to ? [{ severity, address: to.email }] : [],
  );
  if (mails.length === 0 || isDeployed === undefined) return [];
  if (!isDeployed) {
    const addresses = [...new Set(mails.map(({ address }) => address))].join(", ");
    return [known(`e-mail: ${addresses} will be asked to confirm when the stack is made, within two days`)];
  }
  const severities = [...new Set(mails.map(({ severity }) => severity))];
  const each = severities.map((severity) =>
    lookedAt(`e-mail of ${severity}`, async () => {
      const subscriptions = await subscribers(subject, severity);
      const own = mails.filter((mail) => mail.severity === severity);
      return own.map(({ address }) => mailFinding(address, severity, subscriptions));
    }),
  );
  return (await Promise.all(each)).flat();
}

async function subscribers({ clients, environment, account }: Subject, severity: Severity): Promise<Subscription[]> {
  const { region, name } = environment;
  const TopicArn = `arn:${partitionOf(region)}:sns:${region}:${account}:${topicName(name, severity)}`;
  const found: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: clients.sns }, { TopicArn })) {
    found.push(...(page.Subscriptions ?? []));
  }
  return found;
}

const partitionOf = (region: string): string => {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
};

function mailFinding(address: string, severity: Severity, all: readonly Subscription[]): Finding {
  const own = all.find(({ Protocol: protocol, Endpoint: to }) => protocol === "email" && to === address);
  if (own === undefined) {
    const fix = "deploy, or subscribe it in the console: somebody may have ended it by the link in a mail";
    return broken(`e-mail: ${address} is not told of ${severity}`, fix);
  }
  return own.SubscriptionArn?.startsWith("arn:")
    ? known(`e-mail: ${address} is told of ${severity}`)
    : broken(`e-mail: ${address} has not confirmed ${severity}`, "follow the link in the mail from AWS Notifications");
}

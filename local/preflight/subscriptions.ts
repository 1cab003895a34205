import { paginateListSubscriptionsByTopic, type Subscription } from "@aws-sdk/client-sns";

import { topicName } from "../../lib/environments/names";
import { deliveriesOf } from "../../lib/environments/paging";
import type { Severity } from "../../lib/rules/severity";
import type { Subject } from "./clients";
import { broken, type Finding, known, lookedAt } from "./finding";

/** Whether everybody who is to be told straight from SNS has confirmed; SNS forgets who has not after two days. */
export async function subscriptionFindings(subject: Subject): Promise<Finding[]> {
  const { environment, isDeployed } = subject;
  const direct = deliveriesOf(environment).flatMap(({ severity, to }): Direct[] => {
    if (to === "notify") return [];
    return [{ severity, address: "email" in to ? to.email : undefined }];
  });
  if (direct.length === 0 || isDeployed === undefined) return [];
  if (!isDeployed) {
    const addresses = [...new Set(direct.flatMap(({ address }) => address ?? []))].join(", ");
    return [known(`e-mail: ${addresses} will be asked to confirm when the stack is made, within two days`)];
  }
  const severities = [...new Set(direct.map(({ severity }) => severity))];
  const each = severities.map((severity) =>
    lookedAt(`who is told of ${severity} straight from SNS`, async () => {
      const subscriptions = await subscribers(subject, severity);
      const own = direct.filter((one) => one.severity === severity);
      return own.map(({ address }) =>
        address === undefined ? pagerFinding(severity, subscriptions) : mailFinding(address, severity, subscriptions),
      );
    }),
  );
  return (await Promise.all(each)).flat();
}

/** Told without code of ours; without an address of e-mail it is PagerDuty, whose address is a secret. */
interface Direct {
  readonly severity: Severity;
  readonly address: string | undefined;
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

const isConfirmed = ({ SubscriptionArn: arn }: Subscription): boolean => arn?.startsWith("arn:") === true;

/** Its endpoint holds a key, and is never printed. */
function pagerFinding(severity: Severity, all: readonly Subscription[]): Finding {
  const own = all.filter(({ Protocol: protocol }) => protocol === "https");
  if (own.length === 0) return broken(`PagerDuty is not told of ${severity}`, "deploy: the subscription is gone");
  return own.some(isConfirmed)
    ? known(`PagerDuty is told of ${severity}`)
    : broken(`PagerDuty has not confirmed ${severity}`, "is notify.pagerduty's secret the address of an integration?");
}

function mailFinding(address: string, severity: Severity, all: readonly Subscription[]): Finding {
  const own = all.find(({ Protocol: protocol, Endpoint: to }) => protocol === "email" && to === address);
  if (own === undefined) {
    const fix = "deploy, or subscribe it in the console: somebody may have ended it by the link in a mail";
    return broken(`e-mail: ${address} is not told of ${severity}`, fix);
  }
  return isConfirmed(own)
    ? known(`e-mail: ${address} is told of ${severity}`)
    : broken(`e-mail: ${address} has not confirmed ${severity}`, "follow the link in the mail from AWS Notifications");
}

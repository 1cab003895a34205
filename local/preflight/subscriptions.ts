import { paginateListSubscriptionsByTopic, type Subscription } from "@aws-sdk/client-sns";

import { topicName } from "../../lib/environments/names";
import { deliveriesOf } from "../../lib/environments/paging";
import { partitionOf } from "../../lib/partition";
import type { Severity } from "../../lib/rules/severity";
import type { Subject } from "./clients";
import { broken, type Finding, known, lookedAt } from "./finding";
import { type Direct, resubscription } from "./resubscription";

/** Whether everybody who is to be told straight from SNS has confirmed; SNS forgets who has not after two days. */
export async function subscriptionFindings(subject: Subject): Promise<Finding[]> {
  const { environment, isDeployed } = subject;
  const direct = deliveriesOf(environment).flatMap(({ label, severity, to }): Direct[] => {
    if (to === "notify") return [];
    return [{ label, severity, address: "email" in to ? to.email : undefined }];
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
      return own.map((one) => findingOf(one, subscriptions, () => resubscription(subject, one)));
    }),
  );
  return (await Promise.all(each)).flat();
}

async function subscribers({ clients, environment, account }: Subject, severity: Severity): Promise<Subscription[]> {
  const { region, name } = environment;
  const TopicArn = `arn:${partitionOf(region).name}:sns:${region}:${account}:${topicName(name, severity)}`;
  const found: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: clients.sns }, { TopicArn })) {
    found.push(...(page.Subscriptions ?? []));
  }
  return found;
}

/** So SNS lists for a while what somebody has ended, by the link in a mail or in the console. */
const ENDED = "Deleted";

const isConfirmed = ({ SubscriptionArn: arn }: Subscription): boolean => arn?.startsWith("arn:") === true;

function findingOf({ severity, address }: Direct, all: readonly Subscription[], resubscribe: () => string): Finding {
  const there = all.filter(({ SubscriptionArn: arn }) => arn !== ENDED);
  const [who, own] =
    address === undefined
      ? // Its endpoint holds a key, and is never printed.
        ["PagerDuty", there.filter(({ Protocol: protocol }) => protocol === "https")]
      : [
          `e-mail: ${address}`,
          there.filter(({ Protocol: protocol, Endpoint: to }) => protocol === "email" && to === address),
        ];
  if (own.length === 0) return broken(`${who} is not told of ${severity}`, resubscribe());
  if (own.some(isConfirmed)) return known(`${who} is told of ${severity}`);
  return broken(`${who} has not confirmed ${severity}`, address === undefined ? OF_PAGER : OF_MAIL);
}

const OF_MAIL =
  "follow the link in the mail from AWS Notifications; “Request confirmation” in the console sends another";
const OF_PAGER =
  "is notify.pagerduty's secret the address of an integration? Mend it and name its new versionId: a deploy takes it up then";

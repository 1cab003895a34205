import type { ValidatedEnvironment } from "../../lib/environment";
import { impossibleIn } from "../../lib/environments/combinations";
import { deadLetterName } from "../../lib/environments/names";
import { partitionOf } from "../../lib/partition";
import type { Severity } from "../../lib/rules/severity";
import type { Subject } from "./clients";

/** A subscription that no code of ours serves; without an address of e-mail it is PagerDuty's. */
export interface Direct {
  /** As in its dead-letter queue's name. */
  readonly label: string;
  readonly severity: Severity;
  readonly address: string | undefined;
}

/**
 * How a subscription comes back that SNS has forgotten. CloudFormation makes nothing anew while the template stays the
 * same; one made by hand has neither filter nor queue, and is not the stack's, which would fail of the next change to it.
 */
export function resubscription({ environment, account }: Subject, direct: Direct): string {
  const { region, name, removal } = environment;
  const { severity, label } = direct;
  const meanwhile = isPossibleWithout(environment, direct) ? "" : `, put another address for ${severity} in its place`;
  const queue = `https://sqs.${region}.${partitionOf(region).domain}/${account}/${deadLetterName(name, label)}`;
  const kept = removal === "retain" ? `; aws sqs delete-queue --queue-url ${queue}, which is retained` : "";
  return (
    `take ${settingOf(environment, direct)}${meanwhile} and deploy${kept}; ` +
    "a minute later, when its queue's name is free, put it back and deploy: a deploy alone makes nothing anew"
  );
}

function settingOf({ notify }: ValidatedEnvironment, { severity, address }: Direct): string {
  if (address === undefined) return "notify.pagerduty out";
  const { severities = [] } = notify?.email.find((one) => one.address === address) ?? {};
  return `${severities.length > 1 ? `${severity} of ${address}` : address} out of notify.email`;
}

/** Whether the step in between can be deployed: critical pages must keep two ways. */
function isPossibleWithout(environment: ValidatedEnvironment, { severity, address }: Direct): boolean {
  const { notify } = environment;
  if (notify === undefined) return true;
  const { pagerduty: _, ...others } = notify;
  const email = notify.email.map((one) =>
    one.address === address ? { ...one, severities: one.severities.filter((other) => other !== severity) } : one,
  );
  const left = address === undefined ? others : { ...notify, email };
  return impossibleIn({ ...environment, notify: left }).length === 0;
}

import { DescribeTypeCommand } from "@aws-sdk/client-cloudformation";

import type { ValidatedEnvironment } from "../../lib/environment";
import { knownMuteRules, knownRules } from "../alarms/known-rules";
import type { Subject } from "./clients";
import { broken, type Finding, isAbsent, known, lookedAt } from "./finding";

/** Resource types that not every region has, or has with every property, each with the properties that are used. */
type Wanted = ReadonlyMap<string, ReadonlySet<string>>;

/** What to set where a region lacks something; there is no way round the rest. */
const WAYS: Readonly<Record<string, string>> = {
  ActionConfiguration: "alarmTags: false (pages are then routed by name)",
  "AWS::CloudWatch::AlarmMuteRule": "take quietHours out",
  "AWS::Chatbot::SlackChannelConfiguration": "take notify.chatbot out, and use notify.slack",
  "AWS::ElastiCache::ServerlessCache": "name a Redis of yours in place of the trial",
};
const NO_WAY = "take another region";

/** Whether the region's CloudFormation knows every type and property that is newer than some regions. */
export async function typeFindings(subject: Subject): Promise<Finding[]> {
  const wanted = wantedBy(subject.environment);
  const each = Array.from(wanted, ([type, properties]) => lookedAt(type, () => oneType(subject, type, properties)));
  const findings = (await Promise.all(each)).flat();
  return findings.length > 0
    ? findings
    : [known(`CloudFormation of ${subject.environment.region} knows all that the stack asks of it`)];
}

function wantedBy(environment: ValidatedEnvironment): Wanted {
  const { redis, notify } = environment;
  const wanted = new Map<string, Set<string>>([["AWS::Scheduler::Schedule", new Set()]]);
  const alarms = knownRules(environment).flatMap((one) => one.alarms);
  for (const { type, properties } of [...alarms, ...knownMuteRules(environment)]) {
    const all = wanted.get(type) ?? new Set();
    for (const name of Object.keys(properties)) all.add(name);
    wanted.set(type, all);
  }
  if (redis.kind === "trial") wanted.set("AWS::ElastiCache::ServerlessCache", new Set());
  if (notify?.chatbot) wanted.set("AWS::Chatbot::SlackChannelConfiguration", new Set());
  return wanted;
}

async function oneType({ clients, environment }: Subject, type: string, used: ReadonlySet<string>): Promise<Finding[]> {
  const where = `CloudFormation of ${environment.region}`;
  try {
    const asked = new DescribeTypeCommand({ Type: "RESOURCE", TypeName: type });
    const { Schema: schema = "{}" } = await clients.cloudformation.send(asked);
    const { properties = {} } = JSON.parse(schema) as { readonly properties?: object };
    const missing = [...used].filter((name) => !Object.hasOwn(properties, name));
    return missing.map((name) => broken(`${where} knows no ${name} of ${type}`, WAYS[name] ?? NO_WAY));
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return [broken(`${where} knows no ${type}`, WAYS[type] ?? NO_WAY)];
  }
}

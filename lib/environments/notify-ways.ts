import { functionsOf } from "./functions";
import { channelsOf, deliveriesOf, pagingFunctionsOf } from "./paging";
import type { CompleteEnvironment } from "./schema";

const unless = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);
const twiceIn = (all: readonly string[]): string | undefined => all.find((one, place) => all.indexOf(one) !== place);

/** What cannot work of who is told and how, a sentence each. */
export function impossibleNotify(environment: CompleteEnvironment): string[] {
  const { notify } = environment;
  if (notify === undefined) return [];
  const own = functionsOf(environment).find(({ name }) => ["notify", "remind", "drill"].includes(name));
  return [
    ...unless(own === undefined, `functions has one called ${own?.name}, as a function that tells people is`),
    ...waysOf(environment),
    ...unless(
      notify.slack === undefined || notify.chatbot === undefined,
      "notify.slack and notify.chatbot both tell Slack: every alarm would be told twice",
    ),
    ...addressesOf(environment),
    ...throughNotifier(environment),
    ...secretsOf(environment),
  ];
}

/** What failed must not be told only by what failed. */
function waysOf(environment: CompleteEnvironment): string[] {
  const critical = deliveriesOf(environment).filter(({ severity }) => severity === "critical");
  const count = critical.length + (environment.notify?.chatbot ? 1 : 0);
  return [
    ...unless(
      critical.some(({ to }) => to !== "notify"),
      "notify tells of critical alarms through functions of ours only: add pagerduty by sns, or an e-mail address for critical",
    ),
    ...unless(
      count !== 1,
      "notify tells of critical alarms by one way only, so that nobody would hear of its failing: add a second",
    ),
  ];
}

function addressesOf(environment: CompleteEnvironment): string[] {
  const { email = [] } = environment.notify ?? {};
  const address = twiceIn(email.map((one) => one.address.toLowerCase()));
  const severe = email.find(({ severities }) => twiceIn(severities) !== undefined);
  const label = twiceIn(deliveriesOf(environment).map((one) => one.label));
  if (address !== undefined) return [`notify.email names ${address} twice`];
  if (severe !== undefined) return [`notify.email gives ${severe.address} a severity twice`];
  return unless(label === undefined, `notify.email has two addresses that both become ${label} in names`);
}

/** The alarm about a failed drill goes by the topic, policy and key that the drill tries: it may fail as they do. */
function throughNotifier(environment: CompleteEnvironment): string[] {
  const { heartbeat, drill } = environment.notify ?? {};
  const isThere = pagingFunctionsOf(environment).length > 0;
  const severity = drill?.severity ?? "critical";
  const isHeard = channelsOf(environment).some(({ severities }) => severities.includes(severity));
  return [
    ...unless(
      isThere || heartbeat === undefined,
      "notify.heartbeat tells that the notifier is well, but there is none: add slack, webhook or pagerduty by events",
    ),
    ...unless(
      isHeard || drill === undefined,
      `notify.drill is ${severity}, but no channel of the notifier takes that: add slack or webhook`,
    ),
    ...unless(
      drill === undefined || heartbeat !== undefined,
      "notify.drill would tell of its failing only by what it tries: add heartbeat, which is missed outside",
    ),
  ];
}

/** CloudFormation and the functions read secrets of their own region. */
function secretsOf({ notify, region }: CompleteEnvironment): string[] {
  const entries = Object.entries(notify ?? {}) as readonly (readonly [string, object])[];
  return entries.flatMap(([key, value]) => {
    const arn = "secretArn" in value ? String(value.secretArn) : undefined;
    const at = arn?.split(":")[3];
    return unless(at === undefined || at === region, `notify.${key}.secretArn is in ${at}, and not in ${region}`);
  });
}

import { groupLag, groupLost, groupOldestPending, groupPending } from "../lib/collectors/streams";
import type { ValidatedEnvironment } from "../lib/environment";
import { any, EACH, threshold, withThresholds } from "../lib/rules/condition";
import { keepsWithoutData } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";
import { redisDown } from "./safety";

const byGroup = { Stream: EACH, Group: EACH };

/** Alarms need names before there is any group, so that they are for groups that the environment declares. */
const groupsOf = ({ groups }: ValidatedEnvironment): readonly string[] => groups.map(labelOf);

/** What all names of streams begin with by default, and what an alarm's name can do without. */
const PREFIX = "quantum:stream:";

function labelOf({ stream, group }: ValidatedEnvironment["groups"][number]): string {
  return `${stream.startsWith(PREFIX) ? stream.slice(PREFIX.length) : stream}-${group}`;
}

/** Both names of a group are in its alarm's label, and the environment knows which they are. */
const ofGroup: NonNullable<Rule["adapt"]> = (rule, { groups }, label) => {
  const found = groups.find((one) => labelOf(one) === label);
  if (!found) return rule;
  const { stream, group, maxLag } = found;
  const condition = withThresholds(rule.condition, (one) => ({
    ...one,
    labels: { Stream: stream, Group: group },
    value:
      maxLag !== undefined && [groupLag, groupPending].some((metric) => metric === one.metric) ? maxLag : one.value,
  }));
  return { ...rule, condition };
};

const about = {
  component: "trading",
  whenMissing: "keep",
  perLabel: groupsOf,
  adapt: ofGroup,
  runbook: "redis",
  board: "redis",
} as const;

export const consumerGroupLagging: Rule = {
  ...about,
  name: "ConsumerGroupLagging",
  severity: "warning",
  // A lag that Redis does not know counts for nothing here; the entries that wait too long still tell.
  condition: any(
    threshold(groupLag, ">", 1000, byGroup),
    threshold(groupPending, ">", 1000, byGroup),
    // A tenth of a second is usual: an order that comes a minute late is for another market.
    threshold(groupOldestPending, ">", 60, byGroup),
  ),
  for: "2m",
  inhibitedBy: [{ by: redisDown }],
  summary: "A consumer group does not keep up with its stream: what is published is not acted on",
  description: "First look whether its consumers run, and at the oldest entry that one of them holds.",
  deviations: [keepsWithoutData],
};

export const streamEntriesLost: Rule = {
  ...about,
  name: "StreamEntriesLost",
  severity: "critical",
  condition: threshold(groupLost, "==", 1, byGroup),
  for: "0s",
  summary: "Entries were trimmed from a stream before its consumer group had read them",
  description: "First stop the loss: start the group's consumers. What is gone is gone, and has to be found elsewhere.",
  deviations: [keepsWithoutData],
};

export const streamRules = [consumerGroupLagging, streamEntriesLost] as const satisfies readonly Rule[];

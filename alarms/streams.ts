import {
  groupLag,
  groupLost,
  groupMissing,
  groupOldestPending,
  groupPending,
  groupStuck,
  streamMissing,
} from "../lib/collectors/streams";
import type { ValidatedEnvironment } from "../lib/environment";
import { declaredStreams, groupLabel, streamLabel } from "../lib/environments/declared";
import { keysUnder } from "../lib/redis/keys";
import {
  any,
  type Condition,
  EACH,
  heldBackBy,
  type Threshold,
  threshold,
  withThresholds,
} from "../lib/rules/condition";
import { keepsWithoutData } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";
import { redisDown } from "./safety";

const byStream = { Stream: EACH };
const byGroup = { Stream: EACH, Group: EACH };

/** Alarms need names before there is any group, so that they are for groups that the environment declares. */
const groupsOf = (environment: ValidatedEnvironment): readonly string[] =>
  environment.groups.map((one) => groupLabel(environment, one));

/** All but the intents: of these QuantumPublishingStalled tells. */
const streamsOf = (environment: ValidatedEnvironment): ReturnType<typeof declaredStreams> => {
  const { intents } = keysUnder(environment.keys.prefix, environment.keys.overrides);
  return declaredStreams(environment).filter(({ stream }) => stream !== intents);
};

/** The condition about one stream or group. */
function about(condition: Condition, labels: Threshold["labels"]): Condition {
  return withThresholds(condition, (one) => ({
    ...one,
    labels,
    ...(one.heldBackBy === undefined ? {} : { heldBackBy: { ...one.heldBackBy, labels } }),
  }));
}

const isCount = ({ metric }: Threshold): boolean => [groupLag, groupPending].some((one) => one === metric);

/** Both names of a group are in its alarm's label, and the environment knows which they are. */
const ofGroup: NonNullable<Rule["adapt"]> = (rule, environment, label) => {
  const found = environment.groups.find((one) => groupLabel(environment, one) === label);
  if (!found) return rule;
  const { stream, group, maxLag } = found;
  const condition = withThresholds(about(rule.condition, { Stream: stream, Group: group }), (one) =>
    maxLag !== undefined && isCount(one) ? { ...one, value: maxLag } : one,
  );
  return { ...rule, condition };
};

const common = { component: "trading", whenMissing: "keep", runbook: "redis", board: "redis" } as const;
const perGroup = { ...common, perLabel: groupsOf, adapt: ofGroup } as const;

export const consumerGroupMissing: Rule = {
  ...perGroup,
  name: "ConsumerGroupMissing",
  severity: "warning",
  condition: threshold(groupMissing, "==", 1, byGroup),
  for: "2m",
  inhibitedBy: [{ by: redisDown }],
  adapt: (rule, environment, label) => {
    const isCritical = environment.groups.some((one) => one.critical && groupLabel(environment, one) === label);
    return { ...ofGroup(rule, environment, label), severity: isCritical ? "critical" : rule.severity };
  },
  summary: "A consumer group that has to be there is gone: nobody reads its stream for it",
  description: "First look whether its service runs: most make their group when they start. Then who removed it.",
  deviations: [keepsWithoutData],
};

export const streamIsMissing: Rule = {
  ...common,
  name: "StreamMissing",
  severity: "warning",
  condition: threshold(streamMissing, "==", 1, byStream),
  for: "2m",
  inhibitedBy: [{ by: redisDown }],
  perLabel: (environment) => streamsOf(environment).map(({ stream }) => streamLabel(environment, stream)),
  adapt: (rule, environment, label) => {
    const found = streamsOf(environment).find(({ stream }) => streamLabel(environment, stream) === label);
    if (!found) return rule;
    const condition = about(rule.condition, { Stream: found.stream });
    return { ...rule, condition, severity: found.critical ? "critical" : rule.severity };
  },
  summary: "A stream that has to be there does not exist",
  description: "First look whether Redis came back empty, and whether the service that writes the stream runs.",
  deviations: [keepsWithoutData],
};

export const consumerGroupLagging: Rule = {
  ...perGroup,
  name: "ConsumerGroupLagging",
  severity: "warning",
  // A lag that Redis does not know counts for nothing here; the entries that wait too long still tell. How long does not
  // count while others keep up with what a dead consumer left: it waits for ever, and ConsumerGroupStuck tells of it.
  condition: any(
    threshold(groupLag, ">", 1000, byGroup),
    threshold(groupPending, ">", 1000, byGroup),
    // A tenth of a second is usual: an order that comes a minute late is for another market.
    heldBackBy(groupStuck, byGroup, threshold(groupOldestPending, ">", 60, byGroup)),
  ),
  for: "2m",
  inhibitedBy: [{ by: redisDown }],
  summary: "A consumer group does not keep up with its stream: what is published is not acted on",
  description: "First look whether its consumers run, and at the oldest entry that one of them holds.",
  deviations: [keepsWithoutData],
};

export const consumerGroupStuck: Rule = {
  ...perGroup,
  name: "ConsumerGroupStuck",
  severity: "info",
  condition: threshold(groupStuck, ">", 0, byGroup),
  for: "15m",
  inhibitedBy: [{ by: redisDown }],
  summary: "A consumer died with entries that it had not acknowledged; the others keep up, and nobody takes these over",
  description: "First look which entries they are, and whether they were acted on; then claim or acknowledge them.",
  deviations: [keepsWithoutData],
};

export const streamEntriesLost: Rule = {
  ...perGroup,
  name: "StreamEntriesLost",
  severity: "critical",
  condition: threshold(groupLost, "==", 1, byGroup),
  for: "0s",
  summary: "Entries were trimmed from a stream before its consumer group had read them",
  description: "First stop the loss: start the group's consumers. What is gone is gone, and has to be found elsewhere.",
  deviations: [keepsWithoutData],
};

export const streamRules = [
  consumerGroupMissing,
  streamIsMissing,
  consumerGroupLagging,
  consumerGroupStuck,
  streamEntriesLost,
] as const satisfies readonly Rule[];

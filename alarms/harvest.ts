import type { ValidatedEnvironment } from "../lib/environment";
import { functionsOf } from "../lib/environments/functions";
import { redisUp } from "../lib/exporter";
import { harvestExporterUp } from "../lib/harvest/report";
import {
  age,
  ageMax,
  ageMin,
  killScore,
  killScoreMax,
  missingCount,
  openPositions,
  present,
  symbolCount,
  unbackedCount,
} from "../lib/harvest/metrics";
import { any, during, EACH, silence, threshold, thresholdsOf, whereAnswered, type While } from "../lib/rules/condition";
import { keepsWithoutData, waits } from "../lib/rules/deviation";
import { exists } from "../lib/rules/labels";
import { overridden } from "../lib/rules/override";
import { inParts, partsOf } from "../lib/rules/published";
import type { Rule } from "../lib/rules/rule";
import { unlessFull } from "../lib/rules/unless-full";
import { serverUp } from "../lib/server-report";
import { anotherHasIt, OVERALL } from "../lib/rules/overall";
import { redisDown } from "./safety";
import { quantumTelemetryExporterDown } from "./telemetry";

const about = { component: "trading", runbook: "harvest", board: "quantum-harvest-control" } as const;

const bySymbol = { Symbol: EACH };
const isPresent = threshold(present, ">=", 1, bySymbol);
const someAreLive = threshold(symbolCount, ">=", 1);
const symbolsOf = ({ symbols }: ValidatedEnvironment): readonly string[] => symbols;

/** A healthy proposal is at most 20 s old, as it is renewed every 10 s; this is above 30 s for two minutes. */
const STALE_SEC = 150;
/** Of the youngest of all: by then eight rounds of the publisher are missing. */
const SILENT_SEC = 90;

/** Counts come in parts where several functions share the symbols: each of them may be the one that has something. */
const inAnyPart: NonNullable<Rule["adapt"]> = (rule, environment) => {
  const { condition } = rule;
  if (condition.kind !== "threshold" || partsOf(environment) === 1) return rule;
  return { ...rule, condition: any(...inParts(condition, environment)) };
};

/** Without position keys no symbol is known to have a position, nor to have none. */
const withPositionKeys = ({ harvest }: ValidatedEnvironment): boolean => harvest.positions;

export const quantumHarvestKillScoreCritical: Rule = {
  ...about,
  name: "QuantumHarvestKillScoreCritical",
  severity: "critical",
  condition: during([isPresent], threshold(killScore, ">=", 0.8, bySymbol)),
  for: "1m",
  whenMissing: "keep",
  perLabel: symbolsOf,
  overall: { label: OVERALL, condition: during([someAreLive], threshold(killScoreMax, ">=", 0.8)) },
  adapt: anotherHasIt(killScore),
  summary: "Harvest all but demands that a position be closed",
  description: "First look at the proposed action and the components on the board: does execution act on it?",
  prometheus: { expr: "quantum_harvest_kill_score >= 0.8", for: "1m" },
  deviations: [keepsWithoutData],
};

export const quantumHarvestKillScoreHigh: Rule = {
  ...about,
  name: "QuantumHarvestKillScoreHigh",
  severity: "warning",
  condition: during([isPresent], threshold(killScore, ">=", 0.6, bySymbol)),
  for: "2m",
  whenMissing: "keep",
  inhibitedBy: [{ by: quantumHarvestKillScoreCritical }],
  perLabel: symbolsOf,
  overall: { label: OVERALL, condition: during([someAreLive], threshold(killScoreMax, ">=", 0.6)) },
  adapt: anotherHasIt(killScore),
  summary: "Harvest asks for a position to be reduced or closed",
  description: "First look at the components on the board: which of them drives the score?",
  prometheus: { expr: "quantum_harvest_kill_score >= 0.6", for: "2m" },
  deviations: [keepsWithoutData, waits],
};

export const quantumHarvestPublisherDown: Rule = {
  ...about,
  name: "QuantumHarvestPublisherDown",
  severity: "critical",
  // With the first sample after a lost Redis every proposal is old: Redis has to be back for all of the datapoint.
  condition: whereAnswered(
    during([threshold(openPositions, ">=", 1)], unlessFull(threshold(ageMin, ">", SILENT_SEC))),
    redisUp,
  ),
  for: "2m",
  inOneDatapoint: true,
  whenMissing: "keep",
  inhibitedBy: [{ by: redisDown }],
  adapt: (rule, environment) => {
    const { condition } = rule;
    if (condition.kind !== "while") return rule;
    const { positions } = environment.harvest;
    const open = positions ? condition.where : [[someAreLive]];
    const where = open.map((some) => some.flatMap((one) => inParts(one, environment)));
    // Without position keys nobody knows whether there is anything to publish.
    const severity = positions ? rule.severity : "warning";
    return { ...rule, severity, condition: { ...ifAnswered(condition, environment), where } };
  },
  summary: "No harvest proposal is renewed any more, and positions are open",
  description: "First look whether the harvest publisher runs: nobody proposes to take profit or to close.",
  deviations: [keepsWithoutData],
};

/** By what an environment collects that says whether Redis answers; harvest alone has no such metric. */
function ifAnswered(condition: While, { collectors }: ValidatedEnvironment): While {
  if (collectors.includes("safety")) return condition;
  if (collectors.includes("redis")) return whereAnswered(condition, serverUp);
  const { answered: _, ...alone } = condition;
  return alone;
}

const othersAreRenewed = threshold(ageMin, "<=", SILENT_SEC);
const ofOverallAge = anotherHasIt(age);

/**
 * Holds a stale proposal back while its publisher is silent, by the limit that says so there. Where nothing else tells
 * of that, nothing is held back; nor where functions share the symbols, as then each has a youngest of its own.
 */
const whileOthersAreRenewed: NonNullable<Rule["adapt"]> = (rule, environment, label) => {
  const { condition } = rule;
  if (condition.kind !== "while") return rule;
  const isTold = exists(quantumHarvestPublisherDown, environment) && partsOf(environment) === 1;
  const limit = limitOf(overridden(quantumHarvestPublisherDown, environment.rules));
  const there = condition.where.flatMap((some) => {
    if (some.every(({ metric }) => metric !== ageMin)) return [some];
    if (!isTold) return [];
    return [limit === SILENT_SEC ? some : some.map((one) => ({ ...one, value: limit }))];
  });
  return ofOverallAge({ ...rule, condition: { ...condition, where: there } }, environment, label);
};

const limitOf = ({ condition }: Rule): number => thresholdsOf(condition)[0]?.value ?? SILENT_SEC;

export const quantumHarvestMetricsStale: Rule = {
  ...about,
  name: "QuantumHarvestMetricsStale",
  severity: "warning",
  condition: during([isPresent, othersAreRenewed], unlessFull(threshold(age, ">", STALE_SEC, bySymbol))),
  for: "0s",
  whenMissing: "keep",
  inhibitedBy: [{ by: redisDown }, { by: quantumHarvestPublisherDown }],
  perLabel: symbolsOf,
  overall: {
    label: OVERALL,
    condition: during([someAreLive, othersAreRenewed], unlessFull(threshold(ageMax, ">", STALE_SEC))),
  },
  adapt: whileOthersAreRenewed,
  summary: "The proposal of an open position is not renewed any more, and others are",
  description: "First look at the publisher's log for this symbol: does it fail for one, and go on with the rest?",
  prometheus: { expr: "time() - quantum_harvest_last_update_epoch > 30", for: "2m" },
  deviations: [
    keepsWithoutData,
    {
      kind: "earlier",
      bySec: 150,
      why: "Where a position opens, or Redis answers again, an old proposal is stale at once; there it is seen for two minutes first, and told half a minute later.",
    },
    {
      kind: "leftToAnother",
      why: "While no proposal at all is renewed QuantumHarvestPublisherDown tells of it, once and not for each symbol; and RedisFull while Redis takes none.",
    },
    {
      kind: "readsAnother",
      why: "Age grows with time, so above 30 for two minutes is above 150 at once; closed positions do not count.",
    },
  ],
};

export const quantumHarvestSymbolMissing: Rule = {
  ...about,
  name: "QuantumHarvestSymbolMissing",
  severity: "warning",
  condition: threshold(missingCount, ">", 0),
  for: "2m",
  whenMissing: "keep",
  inhibitedBy: [{ by: redisDown }],
  isWanted: withPositionKeys,
  adapt: inAnyPart,
  summary: "A position is open, and harvest proposes nothing for it",
  description:
    "First look which one (position open, standing missing in the log's rows): does the publisher fail for it?",
  deviations: [keepsWithoutData],
};

export const quantumHarvestUnbacked: Rule = {
  ...about,
  name: "QuantumHarvestUnbacked",
  severity: "warning",
  condition: threshold(unbackedCount, ">", 0),
  for: "10m",
  whenMissing: "keep",
  inhibitedBy: [{ by: redisDown }],
  isWanted: withPositionKeys,
  adapt: inAnyPart,
  summary: "Harvest renews proposals, but these symbols have no position key: their kill scores are not watched",
  description: "First look where positions are kept: under another key (`keys`), or nowhere (`harvest.positions`)?",
  deviations: [keepsWithoutData],
};

export const quantumHarvestExporterDown: Rule = {
  ...about,
  name: "QuantumHarvestExporterDown",
  severity: "critical",
  component: "telemetry",
  condition: silence(harvestExporterUp),
  for: "1m",
  whenMissing: "fires",
  inhibitedBy: [{ by: quantumTelemetryExporterDown }],
  // One function writes both heartbeats into one line: of its end one page is enough.
  isShownOnly: true,
  adapt: (rule, environment) => {
    const isAlone = functionsOf(environment).some(
      ({ collectors }) => collectors.includes("harvest") && !collectors.includes("safety"),
    );
    if (!isAlone) return rule;
    const { isShownOnly: _, inhibitedBy: __, ...acting } = rule;
    return acting;
  },
  summary: "The harvest telemetry is silent: nobody would see a kill score",
  description: "First look whether the function that reads the harvest runs at all: its log group, then its errors.",
  prometheus: { expr: "up == 0", for: "1m" },
  deviations: [
    {
      kind: "readsAnother",
      why: "There is no scraper whose view of the target could be read: the heartbeat's silence is.",
    },
    {
      kind: "leftToAnother",
      why: "One function writes both heartbeats: of its end QuantumTelemetryExporterDown tells alone, a minute later, and of less than its two minutes nobody does.",
    },
  ],
};

export const harvestRules = [
  quantumHarvestKillScoreHigh,
  quantumHarvestKillScoreCritical,
  quantumHarvestMetricsStale,
  quantumHarvestPublisherDown,
  quantumHarvestSymbolMissing,
  quantumHarvestUnbacked,
  quantumHarvestExporterDown,
] as const satisfies readonly Rule[];

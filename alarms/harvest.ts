import type { ValidatedEnvironment } from "../lib/environment";
import { functionsOf } from "../lib/environments/functions";
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
} from "../lib/harvest/metrics";
import { any, during, EACH, silence, threshold } from "../lib/rules/condition";
import { keepsWithoutData, waits } from "../lib/rules/deviation";
import { inParts, partsOf } from "../lib/rules/published";
import type { Rule } from "../lib/rules/rule";
import { anotherHasIt, OVERALL } from "../lib/rules/overall";
import { redisDown } from "./safety";
import { quantumTelemetryExporterDown } from "./telemetry";

const about = { component: "trading", runbook: "harvest", board: "quantum-harvest-control" } as const;

const bySymbol = { Symbol: EACH };
const isPresent = threshold(present, ">=", 1, bySymbol);
const someAreLive = threshold(symbolCount, ">=", 1);
const symbolsOf = ({ symbols }: ValidatedEnvironment): readonly string[] => symbols;

/** A quiet symbol is rewritten every 60 to 70 s, so that this is two rewrites missed and a third one late. */
const STALE_SEC = 180;
/** The age that a healthy publisher lets no proposal reach: it is 70 s, and what a round of many takes. */
const OLDEST_HEALTHY = "80s";

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
  condition: during([threshold(openPositions, ">=", 1)], threshold(ageMin, ">", STALE_SEC)),
  // With the first sample after a lost Redis every proposal is old: a minute lets the publisher write again.
  for: "1m",
  whenMissing: "keep",
  inhibitedBy: [{ by: redisDown }],
  adapt: (rule, environment) => {
    const { condition } = rule;
    if (condition.kind !== "while") return rule;
    const { positions } = environment.harvest;
    const open = positions ? condition.where : [[someAreLive]];
    const where = open.map((some) => some.flatMap((one) => inParts(one, environment)));
    // Without position keys nobody knows whether there is anything to publish.
    return { ...rule, severity: positions ? rule.severity : "warning", condition: { ...condition, where } };
  },
  summary: "No harvest proposal has been renewed for three minutes, and positions are open",
  description: "First look whether the harvest publisher runs: nobody proposes to take profit or to close.",
  deviations: [keepsWithoutData],
};

export const quantumHarvestMetricsStale: Rule = {
  ...about,
  name: "QuantumHarvestMetricsStale",
  severity: "warning",
  condition: during([isPresent], threshold(age, ">", STALE_SEC, bySymbol)),
  for: "0s",
  whenMissing: "keep",
  // A publisher that dies leaves proposals of which the oldest is stale so much before the youngest.
  inhibitedBy: [{ by: redisDown }, { by: quantumHarvestPublisherDown, lead: OLDEST_HEALTHY }],
  perLabel: symbolsOf,
  overall: { label: OVERALL, condition: during([someAreLive], threshold(ageMax, ">", STALE_SEC)) },
  adapt: anotherHasIt(age),
  summary: "The proposal of an open position has not been renewed for three minutes, and others are",
  description: "First look at the publisher's log for this symbol: does it fail for one, and go on with the rest?",
  prometheus: { expr: "time() - quantum_harvest_last_update_epoch > 60", for: "2m" },
  deviations: [
    keepsWithoutData,
    waits,
    {
      kind: "earlier",
      bySec: 150,
      why: "Where a position opens, or Redis answers again, an old proposal is stale at once; there it is seen for two minutes first, and told half a minute later.",
    },
    {
      kind: "readsAnother",
      why: "Age grows with time, so above 60 for two minutes is above 180 at once; closed positions do not count.",
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
  adapt: (rule, environment) => {
    const { condition } = rule;
    if (condition.kind !== "threshold" || partsOf(environment) === 1) return rule;
    return { ...rule, condition: any(...inParts(condition, environment)) };
  },
  summary: "A configured symbol has no harvest proposal at all",
  description: "First look which one: deleted by hand, misspelt in the configuration, or never published?",
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
  quantumHarvestExporterDown,
] as const satisfies readonly Rule[];

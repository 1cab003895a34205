import { harvestExporterUp } from "../lib/harvest/report";
import {
  actionCount,
  age,
  ageMax,
  ageMin,
  agePenalty,
  killScore,
  killScoreMax,
  missingCount,
  newStopLoss,
  openPositions,
  present,
  regimeFlip,
  retiredCount,
  rNet,
  sigmaSpike,
  symbolCount,
  tsDrop,
  unbackedCount,
} from "../lib/harvest/metrics";
import { ACTIONS, UNKNOWN_ACTION } from "../lib/harvest/proposal";
import { COLUMNS } from "../lib/harvest/rows";
import { type Board, eachSymbol, ofChosenSymbol, type Panel, series } from "./board";
import { rulesOf } from "./board-rules";
import { ageBands, killScoreBands } from "./rule-values";

const [, , ...cells] = COLUMNS.split(",");

/**
 * The newest row of each symbol that is live, of those that a sample's first property holds: the highest kill scores.
 * One that others have pushed out of it stays with its last row, and `seen` tells how old that is.
 */
const PROPOSALS = [
  "filter ispresent(harvest_1)",
  // Rows are parted by semicolons, so that a line stays within the fields that Logs Insights finds.
  `fields concat('["', replace(harvest_1, ';', '","'), '"]') as list`,
  "fields jsonParse(list) as rows",
  "unnest rows into row",
  // A symbol without a proposal has no more than these two, and must not pass for live with what it had before.
  "parse row /^(?<symbol>[^,]+),(?<standing>[^,]+)/",
  `parse row '*,*,${cells.map(() => "*").join(",")}' as row_symbol, row_standing, ${cells.join(", ")}`,
  `stats latest(standing) as state, ${[
    "latest(kill_score) as score",
    "latest(r_net) as R_net",
    "latest(new_sl) as new_stop_loss",
    "latest(action) as proposed",
    "latest(k_regime_flip) as flip",
    "latest(k_ts_drop) as trend_drop",
    "latest(age_seconds) as age",
    "latest(@timestamp) as seen",
  ].join(", ")} by symbol`,
  'filter state = "live"',
  "sort score desc",
  "limit 100",
];

const urgent: readonly Panel[] = [
  {
    kind: "graph",
    title: "Kill score",
    series: [series(killScoreMax, "highest of all"), eachSymbol(killScore)],
    period: 60,
    bands: killScoreBands,
    place: { x: 0, y: 8, width: 12, height: 7 },
  },
  {
    kind: "graph",
    title: "Time since the last update",
    series: [series(ageMax, "oldest of all"), series(ageMin, "newest of all"), eachSymbol(age)],
    period: 60,
    bands: ageBands,
    place: { x: 12, y: 8, width: 12, height: 7 },
  },
  {
    kind: "table",
    title: "Live proposals: the highest scores",
    query: PROPOSALS,
    place: { x: 0, y: 15, width: 16, height: 7 },
  },
  {
    kind: "value",
    title: "Symbols",
    series: [
      series(symbolCount, "live", { inParts: true }),
      series(openPositions, "open positions", { inParts: true }),
      series(missingCount, "missing", { inParts: true }),
      series(retiredCount, "retired", { inParts: true }),
      series(unbackedCount, "without a position key", { inParts: true }),
    ],
    place: { x: 16, y: 15, width: 8, height: 7 },
  },
];

/** Most symbols propose nothing most of the time: that would hide the others. */
const [, ...URGENT_ACTIONS] = ACTIONS;

const bySymbol: readonly Panel[] = [
  {
    kind: "graph",
    title: "R_net",
    series: [eachSymbol(rNet)],
    period: 60,
    bands: [
      { from: Number.NEGATIVE_INFINITY, colour: "red" },
      { from: 3, colour: "yellow" },
      { from: 7, colour: "green" },
    ],
    goesBelowZero: true,
    place: { x: 0, y: 22, width: 12, height: 6 },
  },
  {
    // Numbers, since prices of different symbols have no scale in common.
    kind: "value",
    title: "New stop-loss",
    series: [eachSymbol(newStopLoss)],
    place: { x: 12, y: 22, width: 12, height: 6 },
  },
  {
    kind: "graph",
    title: "Kill-score components of the chosen symbol, weighted",
    series: [
      ofChosenSymbol(regimeFlip, "regime flip", { weight: "regimeFlip" }),
      ofChosenSymbol(sigmaSpike, "sigma spike", { weight: "sigmaSpike" }),
      ofChosenSymbol(tsDrop, "trend drop", { weight: "tsDrop" }),
      ofChosenSymbol(agePenalty, "age", { weight: "agePenalty" }),
    ],
    period: 60,
    stacked: true,
    place: { x: 0, y: 28, width: 12, height: 6 },
  },
  {
    kind: "graph",
    title: "Symbols by action, without NONE",
    series: [...URGENT_ACTIONS, UNKNOWN_ACTION].map((name) =>
      series(actionCount, name, { labels: { Action: name }, inParts: true }),
    ),
    period: 60,
    stacked: true,
    place: { x: 12, y: 28, width: 12, height: 6 },
  },
];

const overview: readonly Panel[] = [
  {
    kind: "graph",
    title: "Live (1) or not (0)",
    series: [eachSymbol(present)],
    period: 60,
    place: { x: 0, y: 34, width: 12, height: 6 },
  },
  {
    kind: "graph",
    title: "Samples a minute",
    series: [series(harvestExporterUp, "samples", { counted: true })],
    period: 60,
    place: { x: 12, y: 34, width: 12, height: 6 },
  },
];

const rules = rulesOf("quantum-harvest-control", "RedisDown", "QuantumTelemetryExporterDown", "QuantumContractBroken");
const purpose = "Which open position asks to be closed or reduced, and whether the proposals are fresh.";
const weights =
  "Components are drawn by the weights of the environment (`harvest.weights`); the kernel's own are 1.0 for regime flip, 0.5 for sigma spike, 0.5 for trend drop and 0.3 for age.";

/** What the harvest pipeline proposes for each open position. */
export const quantumHarvestControl: Board = {
  name: "quantum-harvest-control",
  purpose,
  families: ["harvest"],
  choosesSymbol: true,
  panels: [
    {
      kind: "text",
      markdown: `# Quantum Harvest Control\n${purpose} ${weights}`,
      runbooksOf: rules,
      place: { x: 0, y: 0, width: 24, height: 3 },
    },
    { kind: "alarms", title: "Alarms", rules, place: { x: 0, y: 3, width: 24, height: 5 } },
    ...urgent,
    ...bySymbol,
    ...overview,
  ],
};

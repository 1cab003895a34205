import { type Metric, metric } from "../metric";

const bySymbol = ["Symbol"] as const;

export const killScore = metric({
  name: "quantum_harvest_kill_score",
  unit: "None",
  tier: "alarmed",
  help: "how strongly the position asks to be closed, 0 to 1; absent unless live",
  labels: bySymbol,
});

export const regimeFlip = metric({
  name: "quantum_harvest_k_regime_flip",
  unit: "None",
  tier: "boarded",
  help: "component of the kill score, 0 or 1: the market's regime has turned",
  labels: bySymbol,
});

export const sigmaSpike = metric({
  name: "quantum_harvest_k_sigma_spike",
  unit: "None",
  tier: "boarded",
  help: "component of the kill score, 0 to 2: volatility has jumped",
  labels: bySymbol,
});

export const tsDrop = metric({
  name: "quantum_harvest_k_ts_drop",
  unit: "None",
  tier: "boarded",
  help: "component of the kill score, 0 to 0.5: the trend has lost strength",
  labels: bySymbol,
});

export const agePenalty = metric({
  name: "quantum_harvest_k_age_penalty",
  unit: "None",
  tier: "boarded",
  help: "component of the kill score, 0 to 1: the position has been open for long",
  labels: bySymbol,
});

export const rNet = metric({
  name: "quantum_harvest_r_net",
  unit: "None",
  tier: "boarded",
  help: "profit in multiples of the risk taken, net of costs",
  labels: bySymbol,
});

export const newStopLoss = metric({
  name: "quantum_harvest_new_sl",
  unit: "None",
  tier: "boarded",
  help: "price of the stop-loss that is proposed; absent where none is, which is the ordinary case",
  labels: bySymbol,
});

export const lastUpdate = metric({
  name: "quantum_harvest_last_update_epoch",
  unit: "Seconds",
  tier: "boarded",
  help: "epoch seconds of the proposal's last update",
  labels: bySymbol,
});

export const age = metric({
  name: "quantum_harvest_age_seconds",
  unit: "Seconds",
  tier: "alarmed",
  help: "time since the proposal's last update, never below 0; absent unless live",
  labels: bySymbol,
});

export const present = metric({
  name: "quantum_harvest_present",
  unit: "None",
  tier: "alarmed",
  help: "1 while there is a proposal and its position is open, else 0",
  labels: bySymbol,
});

export const action = metric({
  name: "quantum_harvest_action",
  unit: "None",
  tier: "logged",
  help: "1 for the action that is obeyed, 0 for the others; all 0 where it is an unknown one",
  labels: ["Symbol", "Action"],
});

export const killScoreMax = metric({
  name: "quantum_harvest_kill_score_max",
  unit: "None",
  tier: "alarmed",
  help: "the highest kill score of all live symbols; which it is stands in the log line",
});

export const ageMax = metric({
  name: "quantum_harvest_age_seconds_max",
  unit: "Seconds",
  tier: "alarmed",
  help: "time since the last update of the live symbol that has waited longest",
});

export const ageMin = metric({
  name: "quantum_harvest_age_seconds_min",
  unit: "Seconds",
  tier: "alarmed",
  read: "Minimum",
  help: "time since the last update of any live symbol: whether the publisher is alive",
});

export const symbolCount = metric({
  name: "quantum_harvest_symbols",
  unit: "Count",
  tier: "alarmed",
  help: "symbols with a proposal whose position is open",
});

export const retiredCount = metric({
  name: "quantum_harvest_symbols_retired",
  unit: "Count",
  tier: "boarded",
  help: "symbols with a proposal whose position is not open",
});

export const missingCount = metric({
  name: "quantum_harvest_missing_symbols",
  unit: "Count",
  tier: "alarmed",
  help: "configured symbols whose position is open and that have no proposal",
});

export const openPositions = metric({
  name: "quantum_harvest_open_positions",
  unit: "Count",
  tier: "alarmed",
  help: "symbols with an open position, with or without a proposal; absent where position keys are not in use",
});

export const unbackedCount = metric({
  name: "quantum_harvest_unbacked_proposals",
  unit: "Count",
  tier: "alarmed",
  help: "proposals renewed in the last 60 s of symbols without any position key; absent where these are not in use",
});

export const actionCount = metric({
  name: "quantum_harvest_action_count",
  unit: "Count",
  tier: "boarded",
  help: "live symbols for which this action is proposed and obeyed",
  labels: ["Action"],
});

/** Counts of one part where several functions share the symbols: a maximum over parts would be no count. */
const inParts = new Map<Metric, Metric>(
  [symbolCount, retiredCount, missingCount, openPositions, unbackedCount, actionCount].map((count: Metric) => [
    count,
    { ...count, help: `${count.help}, of one part where symbols are shared`, labels: [...count.labels, "Part"] },
  ]),
);

/** The same count with the part as a further dimension. */
export const ofPart = (count: Metric): Metric => inParts.get(count) ?? count;

/** Everything that the harvest collector fills. */
export const harvestMetrics: readonly Metric[] = [
  killScore,
  regimeFlip,
  sigmaSpike,
  tsDrop,
  agePenalty,
  rNet,
  newStopLoss,
  lastUpdate,
  age,
  present,
  action,
  killScoreMax,
  ageMax,
  ageMin,
  ...inParts.keys(),
  ...inParts.values(),
];

import { quantumRateNearLimit } from "../alarms/breaker";
import { quantumPublishingStalled, quantumSafeModeActive, quantumTradingHalted } from "../alarms/safety";
import { faultsLast1h, faultStreamLength } from "../lib/collectors/faults";
import { haltsActive } from "../lib/collectors/halts";
import { intentAge, intentRate, intentStreamLength, openingRate } from "../lib/collectors/intents";
import {
  rateGlobalCurrent,
  rateGlobalLast,
  rateGlobalUtilization,
  rateSymbolUtilizationMax,
} from "../lib/collectors/rate-windows";
import { safeMode, safeModeTtl } from "../lib/collectors/safe-mode";
import {
  collectorUp,
  collectorViolations,
  contractViolations,
  errors,
  redisUp,
  sampleDuration,
  scrapes,
} from "../lib/exporter";
import { ruleBands } from "./bands";
import { type Board, eachFound, type Panel, series } from "./board";
import { rulesOf } from "./board-rules";
import { BROKEN_READINGS, BUSIEST_SYMBOLS, HALTS, LAST_FAULTS } from "./safety-tables";

/** The longest expiry that any writer gives safe mode, in seconds: the execution service after margin failures. */
const LONGEST_TTL_SEC = 900;
/** TTL of safe mode that is absent, or has no expiry. */
const NO_TTL = -1;

const kernel: readonly Panel[] = [
  {
    kind: "flag",
    title: "SAFE MODE",
    series: series(safeMode, "safe mode"),
    rule: quantumSafeModeActive,
    place: { x: 0, y: 10, width: 6, height: 6 },
  },
  {
    kind: "gauge",
    title: "Safe mode lifts itself in (-1: off, or never)",
    series: series(safeModeTtl, "TTL"),
    bands: [
      { from: NO_TTL, colour: "green" },
      { from: 60, colour: "yellow" },
      { from: 180, colour: "red" },
    ],
    max: LONGEST_TTL_SEC,
    place: { x: 6, y: 10, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Faults in the last hour",
    series: [series(faultsLast1h, "faults")],
    period: 60,
    bands: [
      { from: 5, colour: "yellow" },
      { from: 20, colour: "red" },
    ],
    place: { x: 12, y: 10, width: 6, height: 6 },
  },
  {
    kind: "value",
    title: "Fault stream length",
    series: [series(faultStreamLength, "entries")],
    place: { x: 18, y: 10, width: 6, height: 6 },
  },
];

const traffic: readonly Panel[] = [
  {
    kind: "graph",
    title: "Trade intents a minute",
    series: [series(intentRate, "published"), series(openingRate, "that open")],
    period: 60,
    place: { x: 0, y: 16, width: 8, height: 6 },
  },
  {
    kind: "graph",
    title: "Intents attempted in 10 s windows (kept three hours)",
    series: [series(rateGlobalLast, "last window"), series(rateGlobalCurrent, "current window")],
    // One datum a window: a longer period would hide the windows between the highest.
    period: 10,
    bands: [
      { from: 15, colour: "yellow" },
      { from: 20, colour: "red" },
    ],
    place: { x: 8, y: 16, width: 8, height: 6 },
  },
  {
    kind: "value",
    title: "Trade-intent stream length",
    series: [series(intentStreamLength, "entries")],
    place: { x: 16, y: 16, width: 8, height: 6 },
  },
  {
    kind: "graph",
    title: "Time since the last intent",
    series: [series(intentAge, "age")],
    period: 60,
    bands: ruleBands(quantumPublishingStalled, intentAge),
    place: { x: 0, y: 22, width: 12, height: 6 },
  },
  {
    kind: "graph",
    title: "Attempts against the kernel's limits",
    series: [series(rateGlobalUtilization, "all symbols"), series(rateSymbolUtilizationMax, "busiest symbol")],
    period: 60,
    bands: ruleBands(quantumRateNearLimit, rateGlobalUtilization, "yellow"),
    place: { x: 12, y: 22, width: 12, height: 6 },
  },
];

const tables: readonly Panel[] = [
  { kind: "table", title: "Last faults", query: LAST_FAULTS, place: { x: 0, y: 28, width: 12, height: 6 } },
  {
    kind: "table",
    title: "Busiest symbols by window",
    query: BUSIEST_SYMBOLS,
    place: { x: 12, y: 28, width: 12, height: 6 },
  },
];

const halts: readonly Panel[] = [
  {
    kind: "graph",
    title: "Halts of trading that are on, besides safe mode",
    series: [series(haltsActive, "read by a gate")],
    period: 60,
    bands: ruleBands(quantumTradingHalted, haltsActive),
    place: { x: 0, y: 34, width: 8, height: 6 },
  },
  {
    kind: "table",
    title: "Which halts are on, and their signs",
    query: HALTS,
    place: { x: 8, y: 34, width: 16, height: 6 },
  },
];

const watcher: readonly Panel[] = [
  {
    kind: "graph",
    title: "Redis answers (1) or not (0), and how fast",
    series: [series(redisUp, "up"), series(sampleDuration, "sample", { axis: "right" })],
    period: 60,
    place: { x: 0, y: 40, width: 12, height: 6 },
  },
  {
    kind: "graph",
    title: "Exporter: samples a minute, and errors in one",
    series: [series(scrapes, "samples", { counted: true }), series(errors, "errors", { axis: "right" })],
    period: 60,
    place: { x: 12, y: 40, width: 12, height: 6 },
  },
  {
    kind: "graph",
    title: "Collectors up (1) or not (0)",
    series: [eachFound(collectorUp)],
    period: 60,
    place: { x: 0, y: 46, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Contract violations",
    series: [series(contractViolations, "all"), eachFound(collectorViolations)],
    period: 60,
    place: { x: 6, y: 46, width: 6, height: 6 },
  },
  { kind: "table", title: "Broken readings", query: BROKEN_READINGS, place: { x: 12, y: 46, width: 12, height: 6 } },
];

const rules = rulesOf("quantum-safety");
const purpose =
  "Safe mode is meant to block all trading; the rate of intents that open says whether it does. While Redis is down the kernel lets everything through.";

/** What the Core Safety Kernel does, and whether anyone would see it. */
export const quantumSafety: Board = {
  name: "quantum-safety",
  purpose,
  panels: [
    {
      kind: "text",
      markdown: `# Quantum Safety\n${purpose}`,
      runbooksOf: rules,
      place: { x: 0, y: 0, width: 24, height: 4 },
    },
    { kind: "alarms", title: "Alarms", rules, place: { x: 0, y: 4, width: 24, height: 6 } },
    ...kernel,
    ...traffic,
    ...tables,
    ...halts,
    ...watcher,
  ],
};

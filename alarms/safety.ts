import { faultsLast1h, faultsLast5m } from "../lib/collectors/faults";
import { haltsActive } from "../lib/collectors/halts";
import { intentAge, intentStreamMissing, openingRate } from "../lib/collectors/intents";
import { safeMode, safeModeNoExpiry } from "../lib/collectors/safe-mode";
import { redisUp } from "../lib/exporter";
import { any, during, threshold, unless } from "../lib/rules/condition";
import { keepsWithoutData, waits } from "../lib/rules/deviation";
import type { Rule } from "../lib/rules/rule";
import { unlessFull } from "../lib/rules/unless-full";
import { serverUp } from "../lib/server-report";

const about = { component: "trading", runbook: "safety", board: "quantum-safety" } as const;

export const quantumSafeModeActive: Rule = {
  ...about,
  name: "QuantumSafeModeActive",
  severity: "critical",
  // The kernel obeys exactly this. A minute leaves out a halt that an operator sets and lifts at once.
  condition: threshold(safeMode, "==", 1),
  for: "1m",
  // While Redis is down the flag is not published: a halt that was on is still taken for on.
  whenMissing: "keep",
  // What was read, and no more: the kernel fails open, and not every publisher asks it.
  summary: "SAFE MODE is on: the Core Safety Kernel is told to block all trading",
  description:
    "First look whether intents that open are still published, then at the last fault and the TTL: together they tell who set it, and when it lifts itself.",
  prometheus: { expr: "quantum_safety_safe_mode == 1", for: "1m" },
  deviations: [keepsWithoutData],
};

export const quantumSafeModeNoExpiry: Rule = {
  ...about,
  name: "QuantumSafeModeNoExpiry",
  severity: "critical",
  condition: threshold(safeModeNoExpiry, "==", 1),
  // Long enough for an operator who halts by hand to be at it still; then it is taken for forgotten.
  for: "15m",
  whenMissing: "keep",
  summary: "SAFE MODE has been on for 15 minutes without expiry: it will not lift itself",
  description: "First ask in the trading channel who halted; only who halted lifts it.",
  deviations: [keepsWithoutData],
};

export const quantumSafeModeNotObeyed: Rule = {
  ...about,
  name: "QuantumSafeModeNotObeyed",
  severity: "critical",
  condition: during([threshold(safeMode, "==", 1)], threshold(openingRate, ">", 0)),
  // The rate looks back 60 s, so that the first minute after a trip is what came before it.
  for: "2m",
  inOneDatapoint: true,
  whenMissing: "keep",
  summary: "SAFE MODE is on, and intents that open are still published",
  description:
    "First find who writes them: the newest entries of the trade-intent stream name symbol and source. Stop that writer by hand: safe mode does not.",
  deviations: [keepsWithoutData],
};

export const quantumTradingHalted: Rule = {
  ...about,
  name: "QuantumTradingHalted",
  severity: "critical",
  condition: threshold(haltsActive, ">", 0),
  for: "1m",
  whenMissing: "keep",
  summary: "Trading is halted by a switch other than safe mode",
  description: "First look which switch it is, what it stops, and who set it: the page and the board list them.",
  deviations: [keepsWithoutData],
};

export const redisDown: Rule = {
  ...about,
  name: "RedisDown",
  severity: "critical",
  // Either function that reads it may be the one that is left; where both say it, it is one alarm all the same.
  condition: any(threshold(redisUp, "==", 0), threshold(serverUp, "==", 0)),
  for: "1m",
  whenMissing: "keep",
  // The page says which kind it is, where that is known: a Redis that refuses only us says nothing of the kernel.
  summary: "Redis does not answer us: if the kernel has lost it too, the circuit breaker is off",
  description: "First look at redis_why in the log, and PING it from a host beside it: more urgent than safe mode.",
  prometheus: { expr: "quantum_safety_redis_up == 0 or redis_up == 0", for: "1m" },
  deviations: [keepsWithoutData],
};

export const quantumRedisConnectionLost: Rule = {
  ...about,
  name: "QuantumRedisConnectionLost",
  severity: "info",
  component: "telemetry",
  condition: threshold(redisUp, "==", 0),
  for: "1m",
  whenMissing: "keep",
  inhibitedBy: [{ by: redisDown }],
  // Of one lost Redis one page is enough, and that is RedisDown's.
  isShownOnly: true,
  summary: "The safety telemetry has lost Redis",
  description: "RedisDown tells of the same and pages: begin there.",
  prometheus: { expr: "quantum_safety_redis_up == 0", for: "1m" },
  deviations: [keepsWithoutData],
};

export const quantumHighFaultRate: Rule = {
  ...about,
  name: "QuantumHighFaultRate",
  severity: "warning",
  // The mirrored number. Each trip blocks for 300 s, so that twelve an hour are the most there can be.
  condition: threshold(faultsLast1h, ">", 10),
  for: "5m",
  whenMissing: "keep",
  summary: "The circuit breaker has tripped more than ten times in an hour",
  description: "First look at the last faults on the board: one sender, or one symbol, is behind most of them.",
  prometheus: { expr: "quantum_safety_faults_last_1h > 10", for: "5m" },
  deviations: [keepsWithoutData],
};

export const quantumSafetyFaultSpike: Rule = {
  ...about,
  name: "QuantumSafetyFaultSpike",
  severity: "warning",
  // The mirrored number: only several writers at once come to so many in five minutes.
  condition: threshold(faultsLast5m, ">", 5),
  for: "3m",
  whenMissing: "keep",
  inhibitedBy: [{ by: quantumSafeModeActive }],
  summary: "More than five faults in five minutes, and safe mode does not hold",
  description: "First look whether safe mode is on: after a fault it should be, and then there can be no spike.",
  prometheus: { expr: "quantum_safety_faults_last_5m > 5", for: "3m" },
  deviations: [keepsWithoutData, waits],
};

export const quantumPublishingStalled: Rule = {
  ...about,
  name: "QuantumPublishingStalled",
  severity: "warning",
  // Five minutes without an intent, as the summary says; safe mode is meant to let none through, so it does not count.
  // After safe mode the age is still that of the halt until the first intent comes.
  condition: unless(safeMode, unlessFull(threshold(intentAge, ">", 300)), "5m"),
  for: "0s",
  // A Redis that came back empty has no stream, and a stream that is not there has no age.
  overall: {
    label: "missing",
    condition: unless(safeMode, unlessFull(threshold(intentStreamMissing, "==", 1)), "5m"),
    for: "5m",
  },
  whenMissing: "keep",
  inhibitedBy: [{ by: quantumSafeModeActive, extension: "300s" }, { by: redisDown }],
  summary: "No trade intent has been published for five minutes, and safe mode is off",
  description: "First look at the strategy services: do they run, and do they write to the stream?",
  prometheus: { expr: "quantum_trade_intent_rate_per_min == 0 and quantum_safety_safe_mode == 0", for: "5m" },
  deviations: [
    keepsWithoutData,
    {
      kind: "waits",
      why: "It is held back for five minutes after safe mode, and not told where intents flow again meanwhile. There the five minutes of the expression itself begin with the end of safe mode.",
    },
    {
      kind: "earlier",
      bySec: 300,
      why: "Five minutes are counted from the last intent. There the rate is 0 only a minute after it, and the five minutes begin anew with every short safe mode.",
    },
    {
      kind: "readsAnother",
      why: "The age of the last intent is exact at any rate; the change of the stream's length is 0 for ever once it is trimmed.",
    },
    {
      kind: "leftToAnother",
      why: "A full Redis takes no intent: RedisFull tells of it, once.",
    },
  ],
};

export const safetyRules = [
  quantumSafeModeActive,
  redisDown,
  quantumRedisConnectionLost,
  quantumHighFaultRate,
  quantumSafetyFaultSpike,
  quantumPublishingStalled,
  quantumSafeModeNoExpiry,
  quantumSafeModeNotObeyed,
  quantumTradingHalted,
] as const satisfies readonly Rule[];

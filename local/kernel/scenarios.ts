import { FLAT_SCORE } from "./harvest";
import type { Side } from "./intent";

/** What can happen to the trading system. */
export type Happening =
  /** Intents are published from here on, irregularly and well below the limits. */
  | { readonly does: "publish" }
  | { readonly does: "stop-publishing" }
  /** Attempts on one symbol and side, beside whatever else is published. */
  | {
      readonly does: "burst";
      readonly symbol: string;
      readonly side: Side;
      readonly attempts: number;
      readonly everyMs: number;
    }
  /** Somebody who never asks the kernel publishes intents, one a second: such as open a position, or exits. */
  | {
      readonly does: "bypass";
      readonly symbol: string;
      readonly side: Side;
      readonly isExit: boolean;
      readonly count: number;
    }
  /** The governor locks trading down: the system's mode, and the signs that go with it. */
  | { readonly does: "lock-down"; readonly reason: string }
  | { readonly does: "lift-lockdown" }
  | { readonly does: "margin-failures"; readonly count: number; readonly everyMs: number }
  /** From here on harvest gives a position this kill score. */
  | { readonly does: "kill-score"; readonly symbol: string; readonly score: number }
  | { readonly does: "close-position"; readonly symbol: string }
  /** The intent bridge takes so many intents and dies with them; it is started again. */
  | { readonly does: "lose-bridge"; readonly intents: number }
  /** The telemetry's user gets another password, and its connections are cut; nobody else's. */
  | { readonly does: "rotate-password" }
  /** It gets its old one back. */
  | { readonly does: "restore-password" }
  /** Every position is flat from here on; proposals go on being renewed, at a kill score that means nothing. */
  | { readonly does: "close-all" }
  | { readonly does: "kill-redis" }
  | { readonly does: "restart-redis" };

/** A happening, so many seconds after the start. */
export type Step = { readonly at: number } & Happening;

/** What a run of the simulated kernel plays; steps are in the order of their time. */
export interface Scenario {
  readonly name: string;
  readonly sentence: string;
  readonly timeline: readonly Step[];
}

const PUBLISHING: Step = { at: 0, does: "publish" };

/** All that can be played, by name; the first is the default. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "calm",
    sentence: "A dozen symbols trade quietly, well below every limit.",
    timeline: [PUBLISHING],
  },
  {
    name: "burst",
    sentence: "After 20 s a strategy runs wild on BTCUSDT: the breaker trips and sets safe mode for 300 s.",
    // Wherever a window ends in it, one window sees more than five of the attempts; the rest runs into safe mode.
    timeline: [PUBLISHING, { at: 20, does: "burst", symbol: "BTCUSDT", side: "BUY", attempts: 40, everyMs: 150 }],
  },
  {
    name: "stall",
    sentence: "After 30 s the publisher stops without a word; nothing else is wrong.",
    timeline: [PUBLISHING, { at: 30, does: "stop-publishing" }],
  },
  {
    name: "margin-halt",
    sentence: "After 20 s five orders fail for want of margin: that sets safe mode for 900 s, and no fault says why.",
    timeline: [PUBLISHING, { at: 20, does: "margin-failures", count: 5, everyMs: 1500 }],
  },
  {
    name: "not-obeyed",
    sentence:
      "After 20 s five margin failures set safe mode for 900 s; from the first minute on a publisher that never asks the kernel opens a position a second, for six minutes.",
    // The worst that its alarm takes is 238 s.
    timeline: [
      PUBLISHING,
      { at: 20, does: "margin-failures", count: 5, everyMs: 1500 },
      { at: 60, does: "bypass", symbol: "BTCUSDT", side: "BUY", isExit: false, count: 360 },
    ],
  },
  {
    name: "halted",
    sentence: "After 30 s the governor locks trading down for a drawdown; six minutes later a person lifts it.",
    timeline: [PUBLISHING, { at: 30, does: "lock-down", reason: "drawdown 12 %" }, { at: 390, does: "lift-lockdown" }],
  },
  {
    name: "redis-down",
    sentence: "After 30 s Redis crashes; two minutes later it is back, empty.",
    // A minute and a half is the most that its alarm takes.
    timeline: [PUBLISHING, { at: 30, does: "kill-redis" }, { at: 150, does: "restart-redis" }],
  },
  {
    name: "outage",
    sentence: "After 30 s Redis crashes; ten minutes later it is back, empty.",
    timeline: [PUBLISHING, { at: 30, does: "kill-redis" }, { at: 630, does: "restart-redis" }],
  },
  {
    name: "refused",
    sentence:
      "After 30 s the password of the telemetry's user is rotated; trading goes on unseen until it is given back three minutes later.",
    // A minute and a half is the most that its alarm takes.
    timeline: [PUBLISHING, { at: 30, does: "rotate-password" }, { at: 210, does: "restore-password" }],
  },
  {
    name: "harvest",
    sentence:
      "After 30 s the kill score of ETHUSDT is high, six minutes later critical; after a quarter of an hour the position is closed.",
    // Each is longer than its alarm takes at most: 336 s, with the wait for the critical one, and 98 s.
    timeline: [
      PUBLISHING,
      { at: 30, does: "kill-score", symbol: "ETHUSDT", score: 0.68 },
      { at: 390, does: "kill-score", symbol: "ETHUSDT", score: 0.86 },
      { at: 900, does: "close-position", symbol: "ETHUSDT" },
    ],
  },
  {
    name: "stuck-consumer",
    sentence:
      "After 30 s the intent bridge dies with three intents in hand; the next one keeps up, and nobody takes these three over.",
    // A minute until it is known to be dead, and a quarter of an hour until its alarm tells.
    timeline: [PUBLISHING, { at: 30, does: "lose-bridge", intents: 3 }],
  },
  {
    name: "flat-book",
    sentence:
      "All 20 candidates are flat, and each is still proposed to be closed; after ten minutes ETHUSDT is bought.",
    timeline: [
      PUBLISHING,
      { at: 0, does: "close-all" },
      { at: 600, does: "kill-score", symbol: "ETHUSDT", score: FLAT_SCORE },
    ],
  },
];

import { promisify } from "node:util";
import { Redis } from "ioredis";

import { systemClock } from "../../lib/notify/clock";
import { startCommand } from "../../local/start";
import { Pagerduty } from "./receivers/pagerduty";
import { Slack } from "./receivers/slack";

/** A receiver that takes its time: what a page tells must be so when it is taken. */
const SLOW_MS = 100;
const realDelay = promisify(setTimeout);
const NOON = Date.parse("2026-03-01T12:00:00Z");
const FAULTS = "quantum:stream:safety.fault";
const INTENTS = "quantum:stream:trade.intent";

/** An entry of a stream, names and values in turn. */
export type Entry = [id: string, fields: string[]];

/** What Redis held while a page arrived. */
export interface Held {
  /** Epoch milliseconds of the time that the run goes by. */
  readonly now: number;
  readonly safeMode: string | null;
  readonly ttlMs: number;
  readonly faults: readonly Entry[];
  readonly intents: readonly Entry[];
}

/** A run of `start`, and what came of it. */
export interface Run {
  readonly slack: Slack;
  readonly pagerduty: Pagerduty;
  /** For each message in Slack, in order. */
  readonly held: readonly Held[];
  readonly lines: readonly string[];
}

async function hold(redis: Redis): Promise<Held> {
  const now = Date.now();
  const [safeMode, ttlMs] = await Promise.all([
    redis.get("quantum:safety:safe_mode"),
    redis.pttl("quantum:safety:safe_mode"),
  ]);
  const [faults, intents] = await Promise.all([redis.xrange(FAULTS, "-", "+"), redis.xrange(INTENTS, "-", "+")]);
  return { now, safeMode, ttlMs, faults, intents };
}

/** Plays a scenario as fast as this machine can; the time of the run stands still while a page arrives. */
export async function play(
  scenario: string,
  seconds: number,
  env: (slack: Slack, pager: Pagerduty) => object,
): Promise<Run> {
  // The receivers' rates are of real time, and this process has another one while it runs.
  const clock = { ...systemClock, now: () => performance.now() };
  const [slack, pagerduty] = await Promise.all([new Slack(clock).listen(), new Pagerduty(clock).listen()]);
  const { PATH = "", TMPDIR } = process.env;
  const own = { PATH, ENVIRONMENT: "prod", ...(TMPDIR === undefined ? {} : { TMPDIR }) };
  jest.replaceProperty(process, "env", { ...own, ...env(slack, pagerduty) });
  jest.spyOn(Date, "now").mockReturnValue(NOON);
  const lines: string[] = [];
  const held: Held[] = [];
  let redis: Redis | undefined;
  slack.before = async () => {
    await realDelay(SLOW_MS);
    if (redis !== undefined) held.push(await hold(redis));
  };
  const print = (line: string): void => {
    lines.push(line);
    const [, url] = /^Redis: (redis:\S+)/.exec(line) ?? [];
    // A client that is told to disconnect from a server that is gone waits for it.
    if (line === "stopped") redis?.disconnect();
    if (url !== undefined) redis = new Redis(url, { retryStrategy: () => null }).on("error", () => {});
  };
  try {
    await startCommand({ scenario, speed: Infinity, duration: seconds, port: 0 }, print);
  } finally {
    jest.restoreAllMocks();
    if (redis?.status !== "end") redis?.disconnect();
    await Promise.all([slack.stop(), pagerduty.stop()]);
  }
  return { slack, pagerduty, held, lines };
}

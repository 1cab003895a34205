import { ConfigError } from "../lib/errors";
import { loggedProperties } from "../lib/exporter";
import { collectHandler } from "../lib/handler";
import type { Log } from "../lib/log";
import type { Publisher } from "../lib/publish/publisher";
import { Sampler } from "../lib/sampler";
import { endOf } from "../lib/slots";
import { LiveAlarms } from "./alarms/live";
import { type Clock, elapse, realClock } from "./clock";
import { startRedis } from "./embedded-redis";
import { FastSampler } from "./fast-sampler";
import { FastTime } from "./fast-time";
import { type Kernel, type KernelOptions, startKernel } from "./kernel/kernel";
import { type Scenario, SCENARIOS } from "./kernel/scenarios";
import { MetricsPage, serveMetrics } from "./metrics-page";
import { type Paging, startPaging } from "./notify/paging";
import { addressOf, type CommonOptions, configFor, configForOwn, namesRedis } from "./options";
import { sampleLines } from "./sample-lines";
import { palette } from "./terminal";
import { asWatchingUser, watchingUserLine } from "./watching-user";

export interface StartOptions extends CommonOptions {
  readonly scenario?: string;
  readonly seed?: number;
  readonly port: number;
  readonly duration?: number;
  readonly speed?: number;
}

type Print = (text: string) => void;
type Cleanup = (() => Promise<void> | void)[];

/** Alarms with periods below a minute are evaluated so often. */
const JUDGED_EVERY_MS = 10_000;

/** Runs until Ctrl-C (or `--duration`); then everything that it started is gone. */
export async function startCommand(options: StartOptions, print: Print): Promise<number> {
  const scenario = chosenScenario(options, namesRedis(options));
  const cleanup: Cleanup = [];
  const end = endOnSignals(cleanup);
  try {
    const embedded = scenario && (await startRedis({ config: [watchingUserLine()], signal: end.signal }));
    if (embedded) cleanup.push(() => embedded.stop());
    const config = embedded ? configForOwn(asWatchingUser(embedded.url), options) : configFor(options);
    const page = new MetricsPage(config.environment);
    const server = await serveMetrics(page, options.port);
    cleanup.push(() => server.close());
    print(`Redis: ${embedded ? `${embedded.url} (of our own, gone at the end)` : addressOf(config)}`);
    print(`metrics: ${server.url}`);
    const clock = clockOf(options, cleanup, print);
    if (options.duration !== undefined) void elapse(clock, options.duration * 1000, end.signal).then(() => end.abort());
    const { seed } = options;
    if (embedded && scenario) {
      const kernel = runKernel({ redis: embedded, scenario, clock, seed }, print);
      cleanup.push(() => kernel.stop());
      // Else the first sample would find an empty Redis, and say that everything is missing.
      await clock.hold(() => kernel.ready);
    }
    const sampler = clock === realClock ? new Sampler(config) : new FastSampler(config, clock);
    cleanup.push(() => sampler.close());
    const colour = palette(process.stdout.isTTY);
    const alarms = new LiveAlarms(config.environment, clock.now() / 1000, print, colour);
    const paging = startPaging({ config, alarms, clock, print, colour });
    const judging = judge(alarms, clock, end.signal);
    cleanup.push(() => judging);
    const publisher = publisherTo({ page, alarms, paging, clock, print });
    await watch({ sampler, publisher, clock, log: printedLog(print), signal: end.signal });
    await paging.pages.settled();
    print(alarms.summary());
    print("stopped");
    return 0;
  } catch (error) {
    // Ctrl-C can end a server that is just being started, before it is out of the terminal's reach.
    if (end.signal.aborted) return 0;
    throw error;
  } finally {
    end.abort();
    for (const step of cleanup.toReversed()) await step();
  }
}

function endOnSignals(cleanup: Cleanup): AbortController {
  const end = new AbortController();
  const stop = (): void => end.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, stop);
  // Nobody reads any more, as after `| head`.
  process.stdout.once("error", stop);
  cleanup.push(() => {
    for (const signal of signals) process.off(signal, stop);
    process.stdout.off("error", stop);
  });
  return end;
}

function chosenScenario({ scenario: name, seed, speed }: StartOptions, isOwnRedis: boolean): Scenario | undefined {
  if (isOwnRedis) {
    if (speed !== undefined) {
      throw new ConfigError("--speed needs the embedded Redis: a Redis of yours keeps its own time");
    }
    if (name === undefined && seed === undefined) return undefined;
    const option = name === undefined ? "--seed" : "--scenario";
    throw new ConfigError(`${option} needs the embedded Redis: a Redis of yours is only read`);
  }
  const found = SCENARIOS.find((one) => one.name === (name ?? "calm"));
  if (found) return found;
  throw new ConfigError(
    `--scenario: ${JSON.stringify(name)} is not one of ${SCENARIOS.map((one) => one.name).join(", ")}`,
  );
}

/** Real time, or one that is made as fast as asked for until it is cleaned up. */
function clockOf({ speed = 1 }: StartOptions, cleanup: Cleanup, print: Print): Clock {
  if (speed === 1) return realClock;
  const time = new FastTime(speed);
  time.start();
  cleanup.push(() => time.stop());
  print(`${speed} times as fast as time; the server's own clock does not follow, so no clock skew is told`);
  return time;
}

function runKernel(options: KernelOptions, print: Print): Kernel {
  print(`scenario ${options.scenario.name}: ${options.scenario.sentence}`);
  const colour = palette(process.stdout.isTTY);
  return startKernel({ ...options, onEvent: (text) => print(colour.dim(`          kernel: ${text}`)) });
}

interface Outlets {
  readonly page: MetricsPage;
  readonly alarms: LiveAlarms;
  readonly paging: Paging;
  readonly clock: Clock;
  readonly print: Print;
}

function publisherTo({ page, alarms, paging, clock, print }: Outlets): Publisher {
  const colour = palette(process.stdout.isTTY);
  return {
    async publish(samples, properties, at) {
      page.update(samples, properties, at);
      for (const line of sampleLines({ at, samples, properties }, colour)) print(line);
      await paging.context.publish(samples, properties, at);
      alarms.publish(samples, clock.now() / 1000);
    },
  };
}

async function judge(alarms: LiveAlarms, clock: Clock, signal: AbortSignal): Promise<void> {
  while (await elapse(clock, JUDGED_EVERY_MS, signal)) alarms.advance(clock.now() / 1000);
}

const quiet = (): void => undefined;

/** Warnings as a person reads them. */
function printedLog(print: Print): Log {
  const colour = palette(process.stdout.isTTY);
  const warning = (message: string): void => print(colour.warn(`          ${message}`));
  return { debug: quiet, info: quiet, warning, error: warning };
}

interface Watching {
  readonly sampler: Sampler;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A run after the other, each when the one before has ended; the first sample is taken at once. */
async function watch({ sampler, publisher, clock, log, signal }: Watching): Promise<void> {
  const first = await sampler.sample(new Date(clock.now()));
  await publisher.publish(first.samples, loggedProperties(first.properties, first.violations), first.at);
  const handler = collectHandler(sampler, publisher, log);
  let scheduledAt = clock.now();
  while (!signal.aborted) {
    const startedAt = clock.now();
    await handler(
      { scheduledAt: new Date(scheduledAt).toISOString() },
      { getRemainingTimeInMillis: () => Infinity, signal },
    );
    scheduledAt = endOf({ scheduledAt, startedAt });
    // Where a sample takes no time, the next run would begin at the very mark that this one ended with.
    await elapse(clock, 1, signal);
  }
}

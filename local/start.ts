import { ConfigError } from "../lib/errors";
import { loggedProperties } from "../lib/exporter";
import { collectHandler } from "../lib/handler";
import type { Publisher } from "../lib/publish/publisher";
import { Sampler } from "../lib/sampler";
import { LiveAlarms } from "./alarms/live";
import { type EmbeddedRedis, startRedis } from "./embedded-redis";
import { startKernel } from "./kernel/kernel";
import { type Scenario, SCENARIOS } from "./kernel/scenarios";
import { MetricsPage, serveMetrics } from "./metrics-page";
import { addressOf, type CommonOptions, configFor, configForOwn, namesRedis } from "./options";
import { sampleLines } from "./sample-lines";
import { palette } from "./terminal";

export interface StartOptions extends CommonOptions {
  readonly scenario?: string;
  readonly seed?: number;
  readonly port: number;
  readonly duration?: number;
}

type Print = (text: string) => void;

/** Alarms with periods below a minute are evaluated so often. */
const JUDGED_EVERY_MS = 10_000;

/** Runs until Ctrl-C (or `--duration`); then everything that it started is gone. */
export async function startCommand(options: StartOptions, print: Print): Promise<number> {
  const scenario = chosenScenario(options, namesRedis(options));
  const end = new AbortController();
  const stop = (): void => end.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  // Nobody reads any more, as after `| head`.
  process.stdout.once("error", stop);
  const timer = options.duration === undefined ? undefined : setTimeout(stop, options.duration * 1000);
  const cleanup: (() => Promise<void> | void)[] = [() => clearTimeout(timer)];
  try {
    const embedded = scenario && (await startRedis());
    if (embedded) cleanup.push(() => embedded.stop());
    const config = embedded ? configForOwn(embedded.url, options) : configFor(options);
    const page = new MetricsPage(config.environment);
    const server = await serveMetrics(page, options.port);
    cleanup.push(() => server.close());
    print(`Redis: ${embedded ? `${embedded.url} (of our own, gone at the end)` : addressOf(config)}`);
    print(`metrics: ${server.url}`);
    if (embedded && scenario) cleanup.push(runKernel(embedded, scenario, options.seed, print));
    const sampler = new Sampler(config);
    cleanup.push(() => sampler.close());
    const alarms = new LiveAlarms(config.environment, Date.now() / 1000, print, palette(process.stdout.isTTY));
    const judging = setInterval(() => alarms.advance(Date.now() / 1000), JUDGED_EVERY_MS);
    cleanup.push(() => clearInterval(judging));
    await watch(sampler, publisherTo(page, alarms, print), end.signal);
    print("stopped");
    return 0;
  } catch (error) {
    // Ctrl-C can end a server that is just being started, before it is out of the terminal's reach.
    if (end.signal.aborted) return 0;
    throw error;
  } finally {
    for (const step of cleanup.toReversed()) await step();
  }
}

function chosenScenario({ scenario: name, seed }: StartOptions, isOwnRedis: boolean): Scenario | undefined {
  if (isOwnRedis) {
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

function runKernel(
  redis: EmbeddedRedis,
  scenario: Scenario,
  seed: number | undefined,
  print: Print,
): () => Promise<void> {
  print(`scenario ${scenario.name}: ${scenario.sentence}`);
  const colour = palette(process.stdout.isTTY);
  const kernel = startKernel({
    redis,
    scenario,
    ...(seed === undefined ? {} : { seed }),
    onEvent: (text) => print(colour.dim(`          kernel: ${text}`)),
  });
  return () => kernel.stop();
}

function publisherTo(page: MetricsPage, alarms: LiveAlarms, print: Print): Publisher {
  const colour = palette(process.stdout.isTTY);
  return {
    async publish(samples, properties, at) {
      page.update(samples, at);
      for (const line of sampleLines({ at, samples, properties }, colour)) print(line);
      alarms.publish(samples, Date.now() / 1000);
    },
  };
}

/** A minute's run after the other, as the schedule starts them; the first sample is taken at once. */
async function watch(sampler: Sampler, publisher: Publisher, signal: AbortSignal): Promise<void> {
  const first = await sampler.sample(new Date());
  await publisher.publish(first.samples, loggedProperties(first.properties, first.violations), first.at);
  const handler = collectHandler(sampler, publisher);
  let minute = Math.floor(Date.now() / 60_000) * 60_000;
  while (!signal.aborted) {
    await handler(
      { scheduledAt: new Date(minute).toISOString() },
      { getRemainingTimeInMillis: () => Infinity, signal },
    );
    minute += 60_000;
  }
}

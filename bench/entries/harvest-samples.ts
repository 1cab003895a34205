import { setTimeout as delay } from "node:timers/promises";

import { readConfig } from "../../lib/config";
import { loggedProperties } from "../../lib/exporter";
import { symbolCount } from "../../lib/harvest/metrics";
import { emfPublisher } from "../../lib/publish/emf";
import { Sampler } from "../../lib/sampler";

/** What one process measured; times in milliseconds, memory in megabytes. */
export interface HarvestFigures {
  readonly wallMs: readonly number[];
  /** Processor time of a sample, without its lines and without looking for symbols. */
  readonly cpuMs: readonly number[];
  /** From a sample's begin until it is published and symbols were looked for. */
  readonly wholeMs: readonly number[];
  readonly rssMb: number;
}

const WARM_UP = 6;
const SAMPLES = 40;
/** Each looks at 20,000 keys. */
const MOST_LOOKS = 20;
const MARK_MS = 15_000;
/**
 * In Lambda there are 15 s between two samples; here so much, which is five periods of the quota. Nothing is saved up from
 * one period to the next, so that this is as good as 15 s to begin with, and less to clean up in.
 */
const PAUSE_MS = 500;

/** Takes and publishes samples of all families as the function does, of so many live symbols as the argument says. */
async function measure(): Promise<void> {
  const config = readConfig(process.env);
  const sampler = new Sampler(config);
  const publisher = emfPublisher({ ...config, write: async () => undefined });
  const figures = { wallMs: [] as number[], cpuMs: [] as number[], wholeMs: [] as number[] };
  await lookedThrough(sampler);
  for (let sample = -WARM_UP; sample < SAMPLES; sample++) {
    // On a mark, so that looking for symbols is due.
    const at = new Date(Math.floor(Date.now() / MARK_MS) * MARK_MS);
    const startedAt = performance.now();
    const before = process.cpuUsage();
    const { properties, samples, violations } = await sampler.sample(at);
    const { user, system } = process.cpuUsage(before);
    const wallMs = performance.now() - startedAt;
    const wrong = properties["redis_error"] ?? properties["failed"];
    if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
    const live = samples.find(({ metric }) => metric === symbolCount)?.value;
    if (live !== Number(process.argv[2])) throw new Error(`${JSON.stringify(live)} symbols are live`);
    await publisher.publish(samples, loggedProperties(properties, violations), at);
    await sampler.between(at);
    if (sample >= 0) {
      figures.wallMs.push(wallMs);
      figures.cpuMs.push((user + system) / 1000);
      figures.wholeMs.push(performance.now() - startedAt);
    }
    await delay(PAUSE_MS);
  }
  sampler.close();
  const { maxRSS } = process.resourceUsage();
  const told: HarvestFigures = { ...figures, rssMb: maxRSS / 1024 };
  process.stdout.write(JSON.stringify(told));
}

/** Looks for symbols until every key was looked at. */
async function lookedThrough(sampler: Sampler): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    await sampler.between(new Date(0));
    const { properties } = await sampler.sample(new Date(Math.floor(Date.now() / MARK_MS) * MARK_MS));
    if (properties["harvest_symbols_complete"] === true) return;
  }
  throw new Error("not every key was looked at");
}

void measure();

import { setTimeout as delay } from "node:timers/promises";

import { readConfig } from "../../lib/config";
import { Sampler } from "../../lib/sampler";

/** What one process measured; times in milliseconds, memory in megabytes. */
export interface HarvestFigures {
  readonly wallMs: readonly number[];
  readonly cpuMs: number;
  readonly rssMb: number;
}

const WARM_UP = 3;
const SAMPLES = 30;
/** Between two samples there are seconds; without any pause sockets would not even give back what they have read. */
const PAUSE_MS = 20;

/** Takes samples of as many symbols as the argument says, and prints its figures as JSON. */
async function measure(): Promise<void> {
  const symbols = Array.from({ length: Number(process.argv[2]) }, (_, index) => `C${index}USDT`);
  const [admitted, further] = [symbols.slice(0, 3).join(","), symbols.slice(3).join(",")];
  // A process takes only so many by its real environment.
  const sampler = new Sampler(readConfig({ ...process.env, SYMBOLS: admitted, HARVEST_SYMBOLS: further }));
  for (let sample = 0; sample < WARM_UP; sample++) await sampler.sample(new Date());
  const wallMs: number[] = [];
  const before = process.cpuUsage();
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startedAt = performance.now();
    const { properties } = await sampler.sample(new Date());
    wallMs.push(performance.now() - startedAt);
    await delay(PAUSE_MS);
    if (properties["redis_error"] !== undefined) throw new Error(JSON.stringify(properties["redis_error"]));
  }
  const { user, system } = process.cpuUsage(before);
  sampler.close();
  const figures: HarvestFigures = {
    wallMs,
    cpuMs: (user + system) / 1000 / SAMPLES,
    rssMb: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(JSON.stringify(figures));
}

void measure();

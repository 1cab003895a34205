import { readFileSync } from "node:fs";

import { readConfig } from "../../../lib/config";
import { loggedProperties } from "../../../lib/exporter";
import { emfPublisher } from "../../../lib/publish/emf";
import { Sampler } from "../../../lib/sampler";

/** What one process saw in its slots. */
export interface SlotsSeen {
  /** Names of what the last slot published. */
  readonly published: readonly string[];
  /** Of each slot, `quantum_safety_redis_up`. */
  readonly up: readonly (number | undefined)[];
  /** Keys that the last slot found broken. */
  readonly broken: readonly string[];
  /** The most memory that the process ever held, in megabytes. */
  readonly peakMb: number;
}

const SLOTS = 40;

/** Takes and publishes samples of all families as the function does, and says what came of it. */
async function take(): Promise<void> {
  const config = readConfig(process.env);
  const sampler = new Sampler(config);
  const publisher = emfPublisher({ ...config, write: async () => undefined });
  const up: (number | undefined)[] = [];
  let last: Awaited<ReturnType<Sampler["sample"]>> | undefined;
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = new Date();
    last = await sampler.sample(at);
    await publisher.publish(last.samples, loggedProperties(last.properties, last.violations), at);
    const found = last.samples.find(({ metric }) => metric.name === "quantum_safety_redis_up")?.value;
    up.push(typeof found === "number" ? found : undefined);
  }
  sampler.close();
  const status = readFileSync("/proc/self/status", "utf8");
  const seen: SlotsSeen = {
    published: [...new Set(last?.samples.map(({ metric }) => metric.name))],
    up,
    broken: [...new Set(last?.violations.map(({ key }) => key))],
    peakMb: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024,
  };
  process.stdout.write(JSON.stringify(seen));
}

void take();

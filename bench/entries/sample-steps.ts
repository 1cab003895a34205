import { createInterface } from "node:readline";

import { readConfig } from "../../lib/config";
import { loggedProperties } from "../../lib/exporter";
import { emfPublisher } from "../../lib/publish/emf";
import { Sampler } from "../../lib/sampler";
import { READ_AFTER_MS } from "../../lib/slots";

/** Processor time of one sample, in microseconds: reading it, and its lines besides. */
export interface Step {
  readonly readUs: number;
  readonly linesUs: number;
  readonly samples: number;
}

const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Takes and publishes the sample of each slot that a line on stdin names, and answers with its figures as JSON. */
async function step(): Promise<void> {
  const config = readConfig(process.env);
  let slot = 0;
  const sampler = new Sampler(config, () => slot + READ_AFTER_MS);
  const publisher = emfPublisher({ ...config, write: async () => undefined });
  for await (const line of createInterface({ input: process.stdin })) {
    slot = Number(line);
    const at = new Date(slot);
    const before = spent();
    const { samples, properties, violations } = await sampler.sample(at);
    const between = spent();
    await publisher.publish(samples, loggedProperties(properties, violations), at);
    const after = spent();
    const wrong = properties["redis_error"] ?? properties["failed"];
    if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
    const told: Step = { readUs: between - before, linesUs: after - between, samples: samples.length };
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
  sampler.close();
}

void step();

import { readdirSync } from "node:fs";

import { readConfig } from "../../../lib/config";
import { loggedProperties } from "../../../lib/exporter";
import { emfPublisher } from "../../../lib/publish/emf";
import { READ_AFTER_MS } from "../../../lib/slots";
import { Sampler } from "../../../lib/sampler";

/** What a sandbox holds at some time of its life. */
export interface Held {
  /** Megabytes that the process has, and those of live objects. */
  readonly rssMb: number;
  readonly heapMb: number;
  /** Open files, sockets among them, and what keeps Node awake. */
  readonly files: number;
  readonly handles: number;
  /** `quantum_safety_redis_up` of the last slot, and how many series it published. */
  readonly up: number | undefined;
  readonly series: number;
}

/** Takes the slots that its parent names, by the clock that it says, and tells what it holds when it is asked. */
function soak(): void {
  const config = readConfig(process.env);
  let now = 0;
  const sampler = new Sampler(config, () => now);
  const publisher = emfPublisher({ ...config, write: async () => undefined, now: () => now });
  let held: Pick<Held, "up" | "series"> = { up: undefined, series: 0 };
  const take = async (t: number): Promise<void> => {
    now = t + READ_AFTER_MS;
    const { samples, properties, violations, at } = await sampler.sample(new Date(t));
    await publisher.publish(samples, loggedProperties(properties, violations), at);
    const up = samples.find(({ metric }) => metric.name === "quantum_safety_redis_up")?.value;
    held = { up: typeof up === "number" ? up : undefined, series: samples.length };
  };
  const look = (): Held => {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    const files = readdirSync("/proc/self/fd").length;
    return {
      ...held,
      rssMb: rss / 2 ** 20,
      heapMb: heapUsed / 2 ** 20,
      files,
      handles: process.getActiveResourcesInfo().length,
    };
  };
  process.on("message", (t: number | "look") => {
    if (t === "look") process.send?.(look());
    else void take(t).then(() => process.send?.("taken"));
  });
  process.send?.("ready");
}

soak();

import type { Config } from "../lib/config";
import { type Sampled, Sampler } from "../lib/sampler";
import { clockSkew } from "../lib/server-health";
import type { Clock } from "./clock";

/**
 * Samples at the moments of a time that is faster than the servers': a sample takes none of it. The server's own clock
 * does not follow, so what it differs by is not told.
 */
export class FastSampler extends Sampler {
  readonly #clock: Clock;

  constructor(config: Config, clock: Clock) {
    super(config, clock.now);
    this.#clock = clock;
  }

  override async sample(at: Date, collectors = this.all): Promise<Sampled> {
    const { samples, properties, health, ...sampled } = await this.#clock.hold(() => super.sample(at, collectors));
    const { clock_skew_ms: _, ...told } = properties;
    const { skewMs: _made, ...real } = health;
    return {
      ...sampled,
      samples: samples.filter(({ metric }) => metric !== clockSkew),
      properties: told,
      health: real,
    };
  }
}

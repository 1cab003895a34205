import { FAMILIES, families, type Family } from "./collectors";
import type { Collected, Collector } from "./collector";
import type { Config } from "./config";
import { ConfigError } from "./errors";
import {
  describeRun,
  type FoundViolation,
  type Outcome,
  type RedisHealth,
  type Report,
  violationsOf,
} from "./exporter";
import { withoutFrozenKeys } from "./frozen";
import type { Properties, Sample } from "./metric";
import { SAMPLE_LIMIT_MS } from "./redis/limits";
import { KeyScan } from "./redis/key-scan";
import { RedisLink } from "./redis/link";
import { readServerState } from "./redis/server-state";
import { RedisSession } from "./redis/session";
import type { RedisSource } from "./redis/source";
import { run } from "./run";
import { cutOffOf, refusedFlag, standingOf } from "./server-health";
import { isDue } from "./slots";

/** Everything that one slot gave. */
export interface Sampled {
  readonly at: Date;
  readonly samples: readonly Sample[];
  readonly properties: Properties;
  readonly violations: readonly FoundViolation[];
  readonly health: RedisHealth;
}

/** How often further harvest symbols are looked for, where they are: once in the 15 s between two marks. */
export const DISCOVERY_INTERVAL_SEC = 15;

/** A family that was chosen, and the seconds between its marks. */
interface Chosen {
  readonly family: (typeof families)[Family];
  readonly interval: number;
}

/** Takes samples over one warm connection; lives as long as its sandbox. */
export class Sampler {
  /** Seconds between marks: of families, of collectors that are due more often, and of looking for symbols. */
  readonly intervals: readonly number[];
  readonly #config: Config;
  /** Every collector, for a sample at a time that is no mark. */
  readonly all: readonly Collector<RedisSource>[];
  readonly #chosen: readonly Chosen[];
  readonly #link: RedisLink;
  readonly #scan: KeyScan | undefined;
  readonly #now: () => number;
  readonly #memories = new Map<string, unknown>();
  #lastErrorAt: Date | undefined;

  constructor(config: Config, now: () => number = Date.now) {
    this.#config = config;
    const { harvest, sampleIntervalSec } = config;
    this.#chosen = config.families.map((name) => ({
      family: familyNamed(name),
      interval: name === "harvest" ? harvest.intervalSec : sampleIntervalSec,
    }));
    this.all = this.#chosen.flatMap(({ family }) => family.collectors);
    this.#link = new RedisLink(config.redis, now);
    this.#now = now;
    const isDiscovering = harvest.isDiscovering && config.families.includes("harvest");
    if (isDiscovering) this.#scan = new KeyScan(this.#link, config.keys.harvestProposal, harvest);
    const own = this.all.flatMap(({ every }) => (every === undefined ? [] : [every]));
    const looking = isDiscovering ? [DISCOVERY_INTERVAL_SEC] : [];
    this.intervals = [...new Set([...this.#chosen.map(({ interval }) => interval), ...own, ...looking])];
  }

  /** The collectors due at a mark: all of a family at its own, and those that are due more often at theirs. */
  due(at: Date): readonly Collector<RedisSource>[] {
    return this.#chosen.flatMap(({ family, interval }) =>
      family.collectors.filter(({ every = interval }: Collector<RedisSource>) =>
        [every, interval].some((each) => isDue(at.getTime(), each)),
      ),
    );
  }

  /** What happens between a mark and the next one, after its sample is published; never throws. */
  async between(at: Date): Promise<void> {
    if (isDue(at.getTime(), DISCOVERY_INTERVAL_SEC)) await this.#scan?.advance();
  }

  /** Reads the collectors, all unless said otherwise; never throws for what Redis does. */
  async sample(at: Date, collectors = this.all): Promise<Sampled> {
    const session = new RedisSession(this.#link, SAMPLE_LIMIT_MS);
    const { keys, symbols, limits, faultLookbackMax, streams, groups, halts } = this.#config;
    const harvest = { ...this.#config.harvest, found: this.#scan?.found };
    const asked = { keys, symbols, limits, faultLookbackMax, streams, groups, halts, harvest };
    const source: RedisSource = { redis: session, ...asked, now: this.#now };
    const [outcomes, state] = await Promise.all([
      run(collectors, source, at, this.#memories, SAMPLE_LIMIT_MS),
      readServerState(session, this.#config.redis.topology.kind === "cluster"),
      session.time().catch(() => undefined),
    ]);
    const { health: own, server } = standingOf(session.health(), state);
    const health = refusedFlag(own, outcomes);
    if (!health.isUp) this.#lastErrorAt = at;
    const isFrozen = server !== undefined && cutOffOf(server) !== undefined;
    const told = isFrozen ? withoutFrozenKeys(outcomes) : outcomes;
    const lastErrorAt = this.#lastErrorAt;
    const about = describeRun({ at, health, server, lastErrorAt }, told, this.#reportsOf(collectors));
    if (!health.isUp) return { at, ...about, violations: [], health };

    for (const one of told) if ("collected" in one) this.#remember(one);
    const collected = told.flatMap((one) => ("collected" in one ? [one.collected] : []));
    return {
      at,
      samples: [...collected.flatMap(({ samples }) => samples), ...about.samples],
      properties: merged([...collected, about]),
      violations: violationsOf(told),
      health,
    };
  }

  close(): void {
    this.#link.close();
  }

  /** A family reports with each of its collectors, so that a function without it never speaks for it. */
  #reportsOf(taken: readonly Collector<RedisSource>[]): Report[] {
    return this.#chosen
      .filter(({ family }) => family.collectors.some((each) => taken.includes(each)))
      .map(({ family }) => family.report);
  }

  #remember({ collector, collected }: Extract<Outcome, { collected: unknown }>): void {
    if (collected.memory !== undefined) this.#memories.set(collector.name, collected.memory);
  }
}

/** What is said of this slot; what is unknown stands under one name, whoever does not know it. */
function merged(collected: readonly Pick<Collected, "properties">[]): Properties {
  const all = collected.map(({ properties }) => properties);
  const unknown: object = Object.assign({}, ...all.map((own) => own["unknown"]));
  return Object.assign({}, ...all, Object.keys(unknown).length > 0 ? { unknown } : {}) as Properties;
}

function familyNamed(family: string): (typeof families)[Family] {
  if (!FAMILIES.includes(family as Family)) {
    throw new ConfigError(`COLLECTORS: ${JSON.stringify(family)} is not one of ${FAMILIES.join(", ")}`);
  }
  return families[family as Family];
}

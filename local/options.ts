import { FAMILIES } from "../lib/collectors";
import { type Config, readConfig } from "../lib/config";
import { ConfigError } from "../lib/errors";
import { CANDIDATES } from "./kernel/harvest";

/** Options that every command understands. */
export interface CommonOptions {
  readonly redis?: string;
  readonly collectors?: string;
}

/** The configuration of the environment, with what was said on the command line in its place. */
export function configFor(options: CommonOptions, env: NodeJS.ProcessEnv = process.env): Config {
  const config = readConfig({
    ...env,
    ...(options.redis === undefined ? {} : { REDIS_URL: options.redis }),
    COLLECTORS: options.collectors || env["COLLECTORS"] || FAMILIES.join(","),
  });
  // With no collector nothing is asked, and Redis would be called down.
  if (config.families.length === 0) throw new ConfigError(`COLLECTORS: names none of ${FAMILIES.join(", ")}`);
  return config;
}

/** Whether a Redis is named that is not ours, so that it may only be read. */
export function namesRedis(options: CommonOptions, env: NodeJS.ProcessEnv = process.env): boolean {
  if (options.redis !== undefined) return options.redis !== "";
  return ["REDIS_URL", "REDIS_HOST", "REDIS_NODES", "REDIS_SENTINELS"].some((name) => Boolean(env[name]));
}

/**
 * The configuration for a Redis of our own: what the environment says of another one does not hold for it. The harvest
 * is read of all symbols that the simulated kernel has.
 */
export function configForOwn(url: string, options: CommonOptions, env: NodeJS.ProcessEnv = process.env): Config {
  const others = Object.entries(env).filter(([name]) => !/^(REDIS_.*|KEY_PREFIX|KEYS)$/.test(name));
  const candidates = { HARVEST_SYMBOLS: CANDIDATES.join(",") };
  return configFor({ ...options, redis: url }, { ...candidates, ...Object.fromEntries(others) });
}

/** Where Redis is, for people: without credentials. */
export function addressOf({ redis: { topology, tls } }: Config): string {
  const scheme = tls === undefined ? "redis" : "rediss";
  switch (topology.kind) {
    case "single":
      return `${scheme}://${topology.host}:${topology.port}`;
    case "cluster":
      return `${scheme} cluster at ${topology.nodes.map(({ host, port }) => `${host}:${port}`).join(", ")}`;
    case "sentinel":
      return `${scheme} master ${topology.master} by ${topology.sentinels.length} sentinels`;
  }
}

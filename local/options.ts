import { FAMILIES } from "../lib/collectors";
import { type Config, readConfig } from "../lib/config";

/** Options that every command understands. */
export interface CommonOptions {
  readonly redis?: string;
  readonly collectors?: string;
}

/** The configuration of the environment, with what was said on the command line in its place. */
export function configFor(options: CommonOptions, env: NodeJS.ProcessEnv = process.env): Config {
  return readConfig({
    ...env,
    ...(options.redis === undefined ? {} : { REDIS_URL: options.redis }),
    COLLECTORS: options.collectors ?? env["COLLECTORS"] ?? FAMILIES.join(","),
  });
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

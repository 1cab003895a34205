import type { ValidatedEnvironment } from "../../lib/environment";
import { collectorVariables } from "../../lib/environments/collector-variables";
import { ConfigError } from "../../lib/errors";
import { configFor } from "../options";

/** A Redis that was there before the stack. */
export type ExistingRedis = Extract<ValidatedEnvironment["redis"], { kind: "existing" }>;
type Variables = Readonly<Record<string, string>>;

/** What a shell reads as it stands. */
const PLAIN = /^[\w.,:/@=+-]+$/;

/** A command that looks at an environment's Redis from within its VPC as the functions do; no password stands in it. */
export function redisLine(environment: ValidatedEnvironment, redis: ExistingRedis): string {
  const set = Object.entries(needed(asDeployed(environment, redis)))
    // Where Redis is comes first: the rest is read by few.
    .toSorted(([a], [b]) => Number(b.startsWith("REDIS_")) - Number(a.startsWith("REDIS_")))
    .map(([name, value]) => `${name}=${PLAIN.test(value) ? value : quoted(value)}`);
  const { ca } = redis.tls === false ? {} : redis.tls;
  // Some thousand characters, of which nobody would paste all.
  const trusted = ca === undefined ? [] : [`REDIS_TLS_CA="$(cat ca.pem)"`];
  return [...set, ...trusted, "npx quantum-watch doctor"].join(" ");
}

/** The variables of a function that takes everything, but for what the doctor makes nothing of. */
function asDeployed(environment: ValidatedEnvironment, redis: ExistingRedis): Variables {
  const all = collectorVariables(environment, redis, { name: "collect", collectors: environment.collectors });
  const { SERVICE_VERSION: _, LOG_LEVEL: __, TIER: ___, REDIS_TLS_CA: ____, ...read } = all;
  return { ...read, AWS_REGION: environment.region };
}

/** Those without which something else would be looked at. */
function needed(all: Variables): Variables {
  const whole = configText(all);
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => {
      const { [name]: _, ...others } = all;
      return configText(others) !== whole;
    }),
  );
}

/** Undefined where nothing could be looked at. */
function configText(variables: Variables): string | undefined {
  try {
    return JSON.stringify(configFor({}, variables));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

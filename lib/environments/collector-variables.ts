import { version } from "../../package.json";
import type { VariableName } from "../config";
import { collectSizeOf } from "./collect-size";
import { declaredGroups, namedStreams } from "./declared";
import type { CollectFunction } from "./functions";
import type { RedisSettings } from "./redis-schema";
import type { CompleteEnvironment } from "./schema";

/** Lambda sets the region itself; a password never stands in a template, alone or in a URL. */
type StackVariable = Exclude<VariableName, "AWS_REGION" | "REDIS_PASSWORD" | "REDIS_URL">;

/** Each variable that the function may read, decided here one by one; undefined leaves it unset. */
type Variables = Readonly<Record<StackVariable, string | undefined>>;

/** The environment variables of a function that collects. */
export function collectorVariables(
  environment: CompleteEnvironment,
  redis: RedisSettings,
  collects: CollectFunction,
): Record<string, string> {
  const { name, keys, limits, harvest } = environment;
  const { collectors, part } = collects;
  const variables: Variables = {
    ENVIRONMENT: name,
    SERVICE_VERSION: version,
    LOG_LEVEL: environment.logLevel,
    SAMPLE_INTERVAL_SEC: String(environment.sampleIntervalSec),
    FAULT_LOOKBACK_MAX: String(environment.faultLookbackMax),
    SYMBOLS: environment.symbols.join(","),
    COLLECTORS: collectors.join(","),
    // Lambda takes 4 kB of variables in all: the contract's own are not written out.
    HALTS: environment.halts && collectors.includes("safety") ? JSON.stringify(environment.halts) : undefined,
    STREAMS:
      namedStreams(environment)
        .map(({ stream }) => stream)
        .join(",") || undefined,
    // Said even where there are none: else the function would expect those of the contract.
    GROUPS: collectors.includes("streams") ? JSON.stringify(declaredGroups(environment)) : undefined,
    TIER: environment.tier,
    SAFETY_WINDOW_SEC: String(limits.windowSec),
    SAFETY_GLOBAL_MAX: String(limits.globalMax),
    SAFETY_SYMBOL_MAX: String(limits.symbolMax),
    // The kernel's names for the same two.
    SAFETY_GLOBAL_MAX_INTENTS_PER_WINDOW: undefined,
    SAFETY_SYMBOL_MAX_INTENTS_PER_WINDOW: undefined,
    KEY_PREFIX: keys.prefix,
    KEYS: JSON.stringify(keys.overrides),
    HARVEST_SYMBOLS: harvest.symbols.join(","),
    HARVEST_DISCOVERY: harvest.discovery,
    HARVEST_MOST_SYMBOLS:
      harvest.discovery === "on" ? String(collectSizeOf(environment, collects).mostSymbols) : undefined,
    HARVEST_INTERVAL_SEC: String(harvest.intervalSec ?? environment.sampleIntervalSec),
    HARVEST_POSITIONS: String(harvest.positions),
    HARVEST_PART: part && `${part.number}/${part.of}`,
    ...addressVariables(redis),
    ...authenticationVariables(redis),
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

type AddressVariable =
  | "REDIS_HOST"
  | "REDIS_PORT"
  | "REDIS_DB"
  | "REDIS_TLS"
  | "REDIS_TLS_CA"
  | "REDIS_TOPOLOGY"
  | "REDIS_NODES"
  | "REDIS_SENTINELS"
  | "REDIS_SENTINEL_MASTER";

function addressVariables({ topology, db, tls }: RedisSettings): Pick<Variables, AddressVariable> {
  return {
    REDIS_TOPOLOGY: topology.kind,
    REDIS_HOST: topology.kind === "single" ? topology.host : undefined,
    REDIS_PORT: topology.kind === "single" ? String(topology.port) : undefined,
    REDIS_NODES: topology.kind === "cluster" ? addresses(topology.nodes) : undefined,
    REDIS_SENTINELS: topology.kind === "sentinel" ? addresses(topology.sentinels) : undefined,
    REDIS_SENTINEL_MASTER: topology.kind === "sentinel" ? topology.master : undefined,
    REDIS_DB: String(db),
    REDIS_TLS: String(tls !== false),
    REDIS_TLS_CA: tls === false ? undefined : tls.ca,
  };
}

type AuthenticationVariable =
  | "REDIS_AUTH"
  | "REDIS_USERNAME"
  | "REDIS_SECRET_ARN"
  | "REDIS_CACHE_NAME"
  | "REDIS_SERVERLESS";

function authenticationVariables({ authentication }: RedisSettings): Pick<Variables, AuthenticationVariable> {
  const isIam = authentication.kind === "iam";
  return {
    REDIS_AUTH: authentication.kind,
    REDIS_USERNAME: authentication.kind === "none" ? undefined : authentication.username,
    REDIS_SECRET_ARN: authentication.kind === "secret" ? authentication.arn : undefined,
    REDIS_CACHE_NAME: isIam ? authentication.cacheName : undefined,
    REDIS_SERVERLESS: isIam ? String(authentication.isServerless) : undefined,
  };
}

const addresses = (all: readonly { host: string; port: number }[]): string =>
  all.map(({ host, port }) => `${host}:${port}`).join(",");

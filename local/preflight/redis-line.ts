import { FAMILIES } from "../../lib/collectors";
import { readConfig } from "../../lib/config";
import type { ValidatedEnvironment } from "../../lib/environment";
import { declaredGroups, namedStreams } from "../../lib/environments/declared";
import { keysUnder } from "../../lib/redis/keys";
import type { VariableName } from "../../lib/variables";

/** A Redis that was there before the stack. */
export type ExistingRedis = Extract<ValidatedEnvironment["redis"], { kind: "existing" }>;
type Variables = Partial<Readonly<Record<VariableName, string | undefined>>>;

/** What a shell reads as it stands. */
const PLAIN = /^[\w.,:/@=+-]+$/;

/** A command that looks at an environment's Redis from within its VPC as the functions do; no password stands in it. */
export function redisLine(environment: ValidatedEnvironment, redis: ExistingRedis): string {
  const variables: Variables = {
    ...addressVariables(redis),
    ...authenticationVariables(environment, redis),
    ...subjectVariables(environment),
  };
  const set = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${PLAIN.test(value) ? value : quoted(value)}`],
  );
  const { ca } = redis.tls === false ? {} : redis.tls;
  // Some thousand characters, of which nobody would paste all.
  const trusted = ca === undefined ? [] : [`REDIS_TLS_CA="$(cat ca.pem)"`];
  return [...set, ...trusted, "npx quantum-watch doctor"].join(" ");
}

function addressVariables({ topology, db, tls }: ExistingRedis): Variables {
  const shared = { REDIS_TLS: tls === false ? undefined : "true", REDIS_DB: db === 0 ? undefined : String(db) };
  switch (topology.kind) {
    case "single":
      return { REDIS_HOST: topology.host, REDIS_PORT: String(topology.port), ...shared };
    case "cluster":
      return { REDIS_TOPOLOGY: "cluster", REDIS_NODES: listed(topology.nodes), ...shared };
    case "sentinel":
      return {
        REDIS_TOPOLOGY: "sentinel",
        REDIS_SENTINELS: listed(topology.sentinels),
        REDIS_SENTINEL_MASTER: topology.master,
        ...shared,
      };
  }
}

function authenticationVariables({ region }: ValidatedEnvironment, { authentication }: ExistingRedis): Variables {
  switch (authentication.kind) {
    case "none":
      return {};
    case "secret":
      return {
        REDIS_AUTH: "secret",
        REDIS_SECRET_ARN: authentication.arn,
        REDIS_USERNAME: authentication.username,
        AWS_REGION: region,
      };
    case "iam":
      return {
        REDIS_AUTH: "iam",
        REDIS_USERNAME: authentication.username,
        REDIS_CACHE_NAME: authentication.cacheName,
        REDIS_SERVERLESS: authentication.isServerless ? "true" : undefined,
        AWS_REGION: region,
      };
  }
}

/** By which keys and rights are looked for, as far as the doctor would not look for them anyway. */
function subjectVariables(environment: ValidatedEnvironment): Variables {
  const { keys, symbols, collectors, harvest } = environment;
  const usual = readConfig({});
  const groups = JSON.stringify(declaredGroups(environment));
  const isAll = FAMILIES.every((family) => collectors.includes(family));
  return {
    KEY_PREFIX: keysUnder(keys.prefix).safeMode === usual.keys.safeMode ? undefined : keys.prefix,
    KEYS: Object.keys(keys.overrides).length === 0 ? undefined : JSON.stringify(keys.overrides),
    SYMBOLS: symbols.join(",") === usual.symbols.join(",") ? undefined : symbols.join(","),
    COLLECTORS: isAll ? undefined : collectors.join(","),
    STREAMS:
      namedStreams(environment)
        .map(({ stream }) => stream)
        .join(",") || undefined,
    GROUPS: groups === JSON.stringify(usual.groups) ? undefined : groups,
    HARVEST_DISCOVERY: harvest.discovery === "off" ? undefined : harvest.discovery,
  };
}

const listed = (all: readonly { readonly host: string; readonly port: number }[]): string =>
  all.map(({ host, port }) => `${host}:${port}`).join(",");

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

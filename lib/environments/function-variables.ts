import { heapOptions } from "../collect-size";
import { partitionOf } from "../partition";
import { collectSizeOf } from "./collect-size";
import { collectorVariables } from "./collector-variables";
import { functionsOf } from "./functions";
import { stackName, topicName } from "./names";
import { drillVariables, notifierVariables, remindVariables } from "./notifier-variables";
import { NOTIFIED, type PagingFunction, pagingFunctionsOf } from "./paging";
import type { RedisSettings } from "./redis-schema";
import type { CompleteEnvironment } from "./schema";

/** Variables by which the AWS SDK is told of an endpoint's own address. */
export type EndpointVariable = "AWS_ENDPOINT_URL_CLOUDWATCH" | "AWS_ENDPOINT_URL_SECRETS_MANAGER";

/** Lambda's quota for the variables of a function. Nobody can have it raised. */
export const MAX_VARIABLES_BYTES = 4096;
/** A variable this long is worth naming when there are too many bytes. */
const LARGE_BYTES = 200;
/** Where none is that long, so many of the longest are named. */
const LARGEST = 3;

type Variables = Readonly<Record<string, string>>;

/**
 * The variables of each function, by the last part of its name. What only a deploy tells (an account, the host of the
 * trial's cache, an endpoint's address) is a stand-in that is as long as what AWS gives.
 */
export function functionVariables(environment: CompleteEnvironment): ReadonlyMap<string, Variables> {
  const redis = redisOf(environment);
  const collecting = functionsOf(environment).map((collects): [string, Variables] => [
    collects.name,
    {
      ...collectorVariables(environment, redis, collects),
      ...endpointVariables(environment),
      NODE_OPTIONS: heapOptions(collectSizeOf(environment, collects).memoryMb).join(" "),
    },
  ]);
  const paging = pagingFunctionsOf(environment).map((name): [string, Variables] => [
    name,
    pagingVariables(environment, name),
  ]);
  return new Map([...collecting, ...paging]);
}

/** Bytes as Lambda counts them: those of the JSON text in which they are stored (its refusal quotes it). */
export const variablesBytes = (variables: Variables): number => Buffer.byteLength(JSON.stringify(variables));

/** Functions whose variables Lambda would refuse, a sentence each: by how much, which are large, and what to do. */
export function impossibleVariables(environment: CompleteEnvironment): string[] {
  return [...functionVariables(environment)].flatMap(([name, variables]) => {
    const bytes = variablesBytes(variables);
    if (bytes <= MAX_VARIABLES_BYTES) return [];
    const large = largestOf(variables).map(([variable, size]) => `${variable} ${size}${adviceOn(variable)}`);
    return [
      `the variables of ${name} take ${bytes} bytes, and Lambda takes ${MAX_VARIABLES_BYTES} in all: ${large.join(", ")}`,
    ];
  });
}

/** Variables that are worth naming, with their bytes, the longest first: those that are large, or the few longest. */
export function largestOf(variables: Variables): readonly (readonly [name: string, bytes: number])[] {
  const bySize = Object.entries(variables)
    .map(([variable, value]) => [variable, variablesBytes({ [variable]: value })] as const)
    .toSorted(([, a], [, b]) => b - a);
  const large = bySize.filter(([, size]) => size >= LARGE_BYTES);
  return large.length > 0 ? large : bySize.slice(0, LARGEST);
}

const ADVICE: Readonly<Record<string, string>> = {
  REDIS_TLS_CA: "redis.tls.ca: keep the one certificate that signed the server's",
  REDIS_NODES: "redis.topology.nodes: two are enough to find the others",
  REDIS_SENTINELS: "redis.topology.sentinels: two are enough",
  HARVEST_SYMBOLS: "harvest.symbols: let harvest.discovery find them",
  STREAMS: "streams: name fewer",
  GROUPS: "groups: name fewer, or under shorter names",
  HALTS: "halts: name fewer, or say in fewer words what each stops",
  SYMBOLS: "symbols: admit fewer",
  KEYS: "keys.overrides: use keys.prefix",
  NOTIFY_CHANNELS: "notify: shorter addresses",
  NOTIFY_LOG_GROUPS: "functions: fewer of them",
  REMIND_EVERY: "notify.quietRepeat.rules: name fewer",
  RUNBOOKS: "runbooks: a shorter address",
};

function adviceOn(variable: string): string {
  const advice = ADVICE[variable];
  return advice === undefined ? "" : ` (${advice})`;
}

/** An account of 12 digits, as all are. */
const ANY_ACCOUNT = "000000000000";

function redisOf({ name, region, redis }: CompleteEnvironment): RedisSettings {
  if (redis.kind === "existing") return redis;
  const user = stackName(name);
  const host = `${user}-abc123.serverless.${region}.cache.${partitionOf(region).domain}`;
  return {
    topology: { kind: "cluster", nodes: [{ host, port: 6379 }] },
    authentication: { kind: "iam", username: user, cacheName: user, isServerless: true },
    tls: {},
    db: 0,
  };
}

const ENDPOINTS = {
  monitoring: "AWS_ENDPOINT_URL_CLOUDWATCH",
  secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
} as const satisfies Record<string, EndpointVariable>;

function endpointVariables({ endpoints, region }: CompleteEnvironment): Variables {
  const made = (["monitoring", "secretsmanager"] as const).filter((service) => endpoints[service] === "create");
  const hostOf = (service: string): string =>
    `vpce-0123456789abcdef0-abcdefgh.${service}.${region}.vpce.${partitionOf(region).domain}`;
  return Object.fromEntries(made.map((service) => [ENDPOINTS[service], `https://${hostOf(service)}`]));
}

function pagingVariables(environment: CompleteEnvironment, name: PagingFunction): Variables {
  if (name === "drill") return drillVariables(environment);
  const { region, account = ANY_ACCOUNT } = environment;
  const partition = partitionOf(region).name;
  const topics = NOTIFIED.map(
    (severity) => `arn:${partition}:sns:${region}:${account}:${topicName(environment.name, severity)}`,
  );
  const telling = notifierVariables(environment, topics);
  return name === "notify" ? telling : { ...telling, ...(remindVariables(environment) as Variables) };
}

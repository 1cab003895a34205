import { impossibleHalts } from "../redis/halts";
import { declaredStreams, groupLabel, namedStreams, streamLabel, watchedStreams } from "./declared";
import { impossibleQuietHours } from "./quiet-hours";
import { impossibleSize } from "./collect-size";
import { impossibleFunctions } from "./functions";
import { impossibleNotify } from "./notify-ways";
import { impossibleSecretsKey } from "./secrets";
import { impossiblePartition } from "./partitions";
import type { CompleteEnvironment } from "./schema";
import { impossibleVariables } from "./function-variables";

/** Every metric of a symbol is billed by itself. */
const MOST_SYMBOLS = 20;
/** Every metric of a stream and of each of its groups is billed by itself. */
const MOST_STREAMS = 20;
/** A run that began late is still under way when the next one but one starts on time. */
const LEAST_CONCURRENCY = 3;
/** More often than this one sample's time limit would run into the next. */
const LEAST_INTERVAL_SEC = 5;

/** What cannot work, one sentence each, beginning with the field; nothing for an environment that can be deployed. */
export function impossibleIn(environment: CompleteEnvironment): string[] {
  return [
    ...networkOf(environment),
    ...redisOf(environment),
    ...authenticationOf(environment),
    ...endpointsOf(environment),
    ...samplingOf(environment),
    ...impossibleQuietHours(environment.quietHours),
    ...harvestOf(environment),
    ...haltsOf(environment),
    ...streamsOf(environment),
    ...groupsOf(environment),
    ...impossibleFunctions(environment),
    ...impossibleSize(environment),
    ...impossibleNotify(environment),
    ...impossibleSecretsKey(environment),
    ...impossiblePartition(environment),
    ...impossibleVariables(environment),
  ];
}

const unless = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);
const isUnused = (endpoint: string, isNeeded: boolean): boolean => endpoint === "create" && !isNeeded;

function networkOf({ network, redis, region }: CompleteEnvironment): string[] {
  const { zones = [] } = network;
  const strange = zones.find((zone) => zone.slice(0, -1) !== region);
  const ofZones = [
    ...unless(new Set(zones).size === zones.length, "network.zones names a zone twice"),
    ...unless(strange === undefined, `network.zones has ${strange}, which is not in ${region}`),
  ];
  if (network.kind === "trial") {
    return [
      ...unless(redis.kind === "trial", "redis is an existing one, but network is trial: it would be out of reach"),
      ...ofZones,
    ];
  }
  const { subnetIds, routeTableIds } = network;
  return [
    ...unless(redis.kind === "existing", "redis is trial, but network is a VPC of yours: say which Redis to read"),
    ...unless(
      subnetIds.length === zones.length,
      `network.subnetIds has ${subnetIds.length} for ${zones.length} zones: it takes one private subnet a zone`,
    ),
    ...unless(
      routeTableIds.length === subnetIds.length,
      `network.routeTableIds has ${routeTableIds.length} for ${subnetIds.length} subnets: it takes one a subnet`,
    ),
    ...ofZones,
  ];
}

function redisOf({ redis }: CompleteEnvironment): string[] {
  if (redis.kind === "trial") return [];
  const { topology, db, authentication } = redis;
  const isServerless = authentication.kind === "iam" && authentication.isServerless;
  return [
    ...unless(
      db === 0 || topology.kind !== "cluster",
      `redis.db is ${db}, but redis.topology is a cluster, which has database 0 only`,
    ),
    ...unless(
      !isServerless || topology.kind === "cluster",
      `redis.authentication says serverless, but redis.topology is ${topology.kind}: a serverless cache is a cluster`,
    ),
  ];
}

function authenticationOf({ redis, region }: CompleteEnvironment): string[] {
  if (redis.kind === "trial") return [];
  const { authentication, tls } = redis;
  switch (authentication.kind) {
    case "none":
      return [];
    case "secret": {
      const [, , , secretRegion] = authentication.arn.split(":");
      return unless(
        secretRegion === region,
        `redis.authentication.arn is in ${secretRegion}, which no endpoint of a VPC in ${region} leads to`,
      );
    }
    case "iam":
      return [
        ...unless(
          tls !== false,
          "redis.authentication is iam, but redis.tls is off: ElastiCache takes tokens over TLS only",
        ),
        ...unless(
          authentication.cacheName === authentication.cacheName.toLowerCase(),
          `redis.authentication.cacheName is ${authentication.cacheName}: ElastiCache keeps names in lower case, and refuses a token signed for another`,
        ),
      ];
  }
}

function endpointsOf({ redis, publisher, endpoints }: CompleteEnvironment): string[] {
  const needsSecrets = redis.kind === "existing" && redis.authentication.kind === "secret";
  const needsMonitoring = publisher === "cloudwatch";
  return [
    ...unless(
      !needsSecrets || endpoints.secretsmanager !== "off",
      "redis.authentication is a secret, but endpoints.secretsmanager is off: a function in this VPC could not read it",
    ),
    ...unless(
      !needsMonitoring || endpoints.monitoring !== "off",
      "publisher is cloudwatch, but endpoints.monitoring is off: a function in this VPC could not reach the API",
    ),
    ...unless(
      !isUnused(endpoints.secretsmanager, needsSecrets),
      "endpoints.secretsmanager is to be made, but no secret is read: it would be billed for nothing",
    ),
    ...unless(
      !isUnused(endpoints.monitoring, needsMonitoring),
      "endpoints.monitoring is to be made, but publisher is emf: it would be billed for nothing",
    ),
  ];
}

function samplingOf(environment: CompleteEnvironment): string[] {
  const { sampleIntervalSec: interval, symbols, reservedConcurrency } = environment;
  return [
    ...unless(
      interval >= LEAST_INTERVAL_SEC && 60 % interval === 0,
      `sampleIntervalSec is ${interval}: it must be at least ${LEAST_INTERVAL_SEC} and divide a minute`,
    ),
    ...unless(
      symbols.length <= MOST_SYMBOLS,
      `symbols has ${symbols.length}, but at most ${MOST_SYMBOLS} are admitted: each is billed by the metric`,
    ),
    ...unless(new Set(symbols).size === symbols.length, "symbols names one twice"),
    ...unless(
      reservedConcurrency === "none" || reservedConcurrency >= LEAST_CONCURRENCY,
      `reservedConcurrency is ${reservedConcurrency}: runs overlap by design, so it takes at least ${LEAST_CONCURRENCY}, or none`,
    ),
  ];
}

function harvestOf({ harvest, symbols }: CompleteEnvironment): string[] {
  const { intervalSec: interval, symbols: further } = harvest;
  const twice = further.find((symbol, place) => symbols.includes(symbol) || further.indexOf(symbol) !== place);
  return [
    ...unless(
      interval === undefined || (interval >= LEAST_INTERVAL_SEC && 60 % interval === 0),
      `harvest.intervalSec is ${interval}: it must be at least ${LEAST_INTERVAL_SEC} and divide a minute`,
    ),
    ...unless(twice === undefined, `harvest.symbols names ${twice}, which is named already`),
  ];
}

function haltsOf({ halts }: CompleteEnvironment): string[] {
  const sentence = halts && impossibleHalts(halts);
  return sentence === undefined ? [] : [`halts ${sentence}`];
}

function streamsOf(environment: CompleteEnvironment): string[] {
  const { collectors } = environment;
  const streams = namedStreams(environment).map(({ stream }) => stream);
  const watched = watchedStreams(environment).size;
  const labels = declaredStreams(environment).map(({ stream }) => streamLabel(environment, stream));
  return [
    ...unless(
      watched <= MOST_STREAMS,
      `streams has ${streams.length}, and with those of the contract ${watched} are watched, of at most ${MOST_STREAMS}`,
    ),
    ...unless(new Set(streams).size === streams.length, "streams names one twice"),
    ...unless(
      streams.length === 0 || collectors.includes("streams"),
      "streams names some, but collectors has no streams: nobody would read them",
    ),
    ...(new Set(streams).size === streams.length ? sameLabel("streams", labels) : []),
  ];
}

/** Two alarms of one name cannot be deployed. */
function sameLabel(field: string, labels: readonly string[]): string[] {
  const twice = labels.find((label, place) => labels.indexOf(label) !== place);
  return unless(twice === undefined, `${field} has two whose alarms would both be called ${twice}`);
}

function groupsOf(environment: CompleteEnvironment): string[] {
  const { groups, collectors } = environment;
  const read = watchedStreams(environment);
  const names = groups.map(({ stream, group }) => `${group} of ${stream}`);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  const strange = groups.find(({ stream }) => !read.has(stream));
  return [
    ...unless(
      groups.length === 0 || collectors.includes("streams"),
      "groups names some, but collectors has no streams: nobody would read them",
    ),
    ...unless(strange === undefined, `groups has one of ${strange?.stream}, which is not among streams`),
    ...unless(twice === undefined, `groups names ${twice} twice`),
    ...(twice === undefined
      ? sameLabel(
          "groups",
          groups.map((one) => groupLabel(environment, one)),
        )
      : []),
  ];
}

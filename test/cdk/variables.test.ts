import { collectorVariables } from "../../lib/environments/collector-variables";
import type { RedisSettings } from "../../lib/environments/redis-schema";
import { readConfig } from "../../lib/config";
import { type Environment, validateEnvironment } from "../../lib/environment";
import { unpaged as prod } from "../support/paged-environment";
import { resourcesOf, templateOf, theResource } from "./synthesized";
import { dev, staging } from "../support/example-environments";

function variablesOf(environment: Environment): Record<string, string> {
  const validated = validateEnvironment(environment);
  if (validated.redis.kind === "trial") throw new Error("a trial's host is known after a deploy");
  return collectorVariables(validated, validated.redis, { name: "collect", collectors: ["safety", "streams"] });
}

test("what the function reads is what the environment says", () => {
  const variables = variablesOf({
    ...prod,
    keys: { prefix: "qt:", overrides: { safeMode: "halt" } },
    groups: [
      { stream: "orders", group: "desk" },
      { stream: "orders", group: "a,b" },
    ],
    symbols: ["BTCUSDT", "XRPUSDT"],
    collectors: ["safety", "streams"],
    streams: ["orders", { stream: "other:fills", critical: true }],
    limits: { windowSec: 20, globalMax: 30, symbolMax: 7 },
    sampleIntervalSec: 30,
    faultLookbackMax: 500,
    logLevel: "DEBUG",
    tier: "alarmed",
  });

  const config = readConfig({ ...variables, AWS_REGION: "eu-central-1" });

  expect(config).toMatchObject({
    environment: "prod",
    logLevel: "DEBUG",
    tier: "alarmed",
    sampleIntervalSec: 30,
    families: ["safety", "streams"],
    keys: { safeMode: "halt", faults: "qt:stream:safety.fault" },
    symbols: ["BTCUSDT", "XRPUSDT"],
    limits: { windowSec: 20, globalMax: 30, symbolMax: 7 },
    faultLookbackMax: 500,
    streams: ["orders", "other:fills"],
    groups: { orders: ["desk", "a,b"] },
  });
});

test("an environment without groups expects none, and not those of the contract", () => {
  const variables = variablesOf({ ...prod, groups: [] });

  expect(readConfig({ ...variables, AWS_REGION: "eu-central-1" }).groups).toEqual({});
});

test("how the harvest is read is what the environment says of it, and of the function's part", () => {
  const validated = validateEnvironment({
    ...prod,
    collectors: ["harvest"],
    groups: [],
    harvest: { symbols: ["XRPUSDT", "ADAUSDT"], discovery: "on", mostSymbols: 8000, intervalSec: 5, positions: false },
  });
  if (validated.redis.kind === "trial") throw new Error("a trial's host is known after a deploy");
  const collects = { name: "harvest-2", collectors: ["harvest" as const], part: { number: 2, of: 3 } };

  const { harvest } = readConfig({
    ...collectorVariables(validated, validated.redis, collects),
    AWS_REGION: "eu-central-1",
  });

  expect(harvest).toEqual({
    symbols: ["XRPUSDT", "ADAUSDT"],
    isDiscovering: true,
    mostSymbols: 3000,
    intervalSec: 5,
    positions: false,
    part: { number: 2, of: 3 },
  });
});

test("the halts of trading are written out only where they are the environment's own", () => {
  const halts = [{ key: "desk:halt", on: ["STOP"], ignoresCase: true, stops: "the desk", gate: true }];

  const [own, contract] = [variablesOf({ ...prod, halts }), variablesOf(prod)];

  expect(readConfig({ ...own, AWS_REGION: "eu-central-1" }).halts).toEqual(halts);
  expect(contract).not.toHaveProperty("HALTS");
});

test("the harvest is read as often as everything else where nothing is said of it", () => {
  const variables = variablesOf({ ...prod, sampleIntervalSec: 30 });

  expect(variables).toMatchObject({ HARVEST_INTERVAL_SEC: "30", HARVEST_SYMBOLS: "" });
  expect(variables).not.toHaveProperty("HARVEST_PART");
  expect(variables).not.toHaveProperty("HARVEST_MOST_SYMBOLS");
});

const SECRET = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:quantum/redis-AbCdEf";
const nodes = [
  { host: "a.internal", port: 6379 },
  { host: "b.internal", port: 6380 },
];

test.each<[string, RedisSettings, object]>([
  [
    "one server, by IAM over TLS",
    {
      topology: { kind: "single", host: "a.internal", port: 6379 },
      authentication: { kind: "iam", username: "quantum-watch", cacheName: "quantum", isServerless: false },
      tls: {},
      db: 3,
    },
    {
      topology: { kind: "single", host: "a.internal", port: 6379 },
      authentication: { kind: "iam", username: "quantum-watch", cacheName: "quantum", isServerless: false },
      tls: {},
      db: 3,
    },
  ],
  [
    "a serverless cluster",
    {
      topology: { kind: "cluster", nodes },
      authentication: { kind: "iam", username: "quantum-watch", cacheName: "quantum", isServerless: true },
      tls: { ca: "-----BEGIN CERTIFICATE-----" },
      db: 0,
    },
    {
      topology: { kind: "cluster", nodes },
      authentication: { isServerless: true },
      tls: { ca: "-----BEGIN CERTIFICATE-----" },
    },
  ],
  [
    "sentinels, with a secret, in plain TCP",
    {
      topology: { kind: "sentinel", sentinels: nodes, master: "quantum", masterPort: 6379 },
      authentication: { kind: "secret", arn: SECRET, username: "reader" },
      tls: false,
      db: 0,
    },
    {
      topology: { kind: "sentinel", sentinels: nodes, master: "quantum" },
      authentication: { kind: "secret", arn: SECRET, username: "reader" },
      tls: undefined,
    },
  ],
  [
    "nobody in particular",
    {
      topology: { kind: "single", host: "a.internal", port: 6379 },
      authentication: { kind: "none" },
      tls: false,
      db: 0,
    },
    { authentication: { kind: "none" } },
  ],
])("the function reaches Redis as it was told: %s", (_, redis, expected) => {
  const variables = collectorVariables(validateEnvironment(prod), redis, { name: "collect", collectors: ["safety"] });

  const config = readConfig({ ...variables, AWS_REGION: "eu-central-1" });

  expect(config.redis).toMatchObject(expected);
});

test("every variable is one that the function reads, and the region is left to Lambda", () => {
  const variables = variablesOf(staging);

  expect(variables).not.toHaveProperty("AWS_REGION");
  expect(Object.keys(variables)).toEqual(expect.arrayContaining(["REDIS_NODES", "REDIS_AUTH", "SERVICE_VERSION"]));
});

test("the function of a trial is told the address that its cache will have", () => {
  const template = templateOf(dev);
  const [cache] = theResource(template, "AWS::ElastiCache::ServerlessCache");

  template.hasResourceProperties("AWS::Lambda::Function", {
    Environment: {
      Variables: {
        REDIS_TOPOLOGY: "cluster",
        REDIS_NODES: { "Fn::Join": ["", [{ "Fn::GetAtt": [cache, "Endpoint.Address"] }, ":6379"]] },
        REDIS_TLS: "true",
        REDIS_AUTH: "iam",
        REDIS_USERNAME: "dev-quantum-watch",
        REDIS_CACHE_NAME: "dev-quantum-watch",
        REDIS_SERVERLESS: "true",
      },
    },
  });
});

test.each([dev, staging, prod])("no password and no secret value stands in the template of $name", (environment) => {
  const template = templateOf(environment);

  const text = JSON.stringify(template.toJSON());
  const functions = resourcesOf(template, "AWS::Lambda::Function");

  expect(text).not.toMatch(/password|AUTH_TOKEN|resolve:secretsmanager|REDIS_URL/i);
  for (const { Properties: properties } of functions) {
    expect(JSON.stringify(properties["Environment"])).not.toMatch(/PASSWORD|\w:\/\/[^/]*:[^/]*@/);
  }
});

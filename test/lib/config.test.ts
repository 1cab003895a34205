import { type Config, readConfig } from "../../lib/config";
import { type Halt, haltsUnder } from "../../lib/redis/halts";
import { contractGroups, keysUnder } from "../../lib/redis/keys";
import type { RedisSettings } from "../../lib/redis/settings";

const HALTS: readonly Halt[] = [
  { key: "desk:halt", on: ["STOP"], ignoresCase: true, stops: "the desk", reasonKey: "desk:why", gate: true },
  { key: "desk:pause:<SYMBOL>", on: "text", stops: "entries of the symbol", gate: false },
];

const DEFAULTS: Config = {
  environment: "dev",
  version: "unknown",
  logLevel: "INFO",
  tier: "boarded",
  sampleIntervalSec: 15,
  families: ["safety"],
  redis: {
    topology: { kind: "single", host: "127.0.0.1", port: 6379 },
    db: 0,
    tls: undefined,
    authentication: { kind: "none" },
  },
  keys: {
    safeMode: "quantum:safety:safe_mode",
    rateGlobal: "quantum:safety:rate:global",
    rateSymbol: "quantum:safety:rate:symbol",
    faults: "quantum:stream:safety.fault",
    intents: "quantum:stream:trade.intent",
    applyPlan: "quantum:stream:apply.plan",
    applyResult: "quantum:stream:apply.result",
    harvestProposal: "quantum:harvest:proposal",
    position: "quantum:state:positions",
  },
  symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
  limits: { windowSec: 10, globalMax: 20, symbolMax: 5 },
  faultLookbackMax: 2000,
  halts: haltsUnder("quantum:"),
  streams: [],
  groups: {
    "quantum:stream:trade.intent": ["quantum:group:intent_bridge"],
    "quantum:stream:apply.result": ["quantum:group:execution:trade.intent"],
  },
  harvest: {
    symbols: [],
    isDiscovering: false,
    mostSymbols: 10_000,
    intervalSec: 15,
    positions: true,
    part: { number: 1, of: 1 },
  },
};

const REDIS = DEFAULTS.redis;
const at = (host: string, port: number): RedisSettings["topology"] => ({ kind: "single", host, port });
type Variables = Record<string, string | undefined>;
const IAM = { REDIS_AUTH: "iam", REDIS_USERNAME: "watch", REDIS_CACHE_NAME: "cache", AWS_REGION: "eu-central-1" };
const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:redis-AbCdEf";

describe("the configuration", () => {
  it("of no variables has the defaults of the contract", () => {
    expect(readConfig({})).toEqual(DEFAULTS);
  });

  it.each<[Variables, Partial<Config>]>([
    [{ ENVIRONMENT: "prod" }, { environment: "prod" }],
    [{ ENVIRONMENT: "" }, {}],
    [{ SERVICE_VERSION: "1.2.3" }, { version: "1.2.3" }],
    [{ LOG_LEVEL: "DEBUG" }, { logLevel: "DEBUG" }],
    [{ TIER: "alarmed" }, { tier: "alarmed" }],
    [{ SAMPLE_INTERVAL_SEC: "60" }, { sampleIntervalSec: 60, harvest: { ...DEFAULTS.harvest, intervalSec: 60 } }],
    [{ HARVEST_SYMBOLS: "XRPUSDT,ADAUSDT" }, { harvest: { ...DEFAULTS.harvest, symbols: ["XRPUSDT", "ADAUSDT"] } }],
    [{ HARVEST_DISCOVERY: "on" }, { harvest: { ...DEFAULTS.harvest, isDiscovering: true } }],
    [{ HARVEST_MOST_SYMBOLS: "3000" }, { harvest: { ...DEFAULTS.harvest, mostSymbols: 3000 } }],
    [{ HARVEST_INTERVAL_SEC: "5" }, { harvest: { ...DEFAULTS.harvest, intervalSec: 5 } }],
    [{ HARVEST_POSITIONS: "false" }, { harvest: { ...DEFAULTS.harvest, positions: false } }],
    [{ HARVEST_PART: "2/3" }, { harvest: { ...DEFAULTS.harvest, part: { number: 2, of: 3 } } }],
    [{ SYMBOLS: " BTCUSDT, XRPUSDT,,BTCUSDT " }, { symbols: ["BTCUSDT", "XRPUSDT"] }],
    [{ FAULT_LOOKBACK_MAX: "1" }, { faultLookbackMax: 1 }],
    [
      { KEY_PREFIX: "qt:" },
      { keys: keysUnder("qt:"), halts: haltsUnder("qt:"), groups: contractGroups(keysUnder("qt:"), "qt:") },
    ],
    [{ HALTS: JSON.stringify(HALTS) }, { halts: HALTS }],
    [{ STREAMS: "orders, other:fills,orders" }, { streams: ["orders", "other:fills"] }],
    [{ GROUPS: "{}" }, { groups: {} }],
    [{ GROUPS: '{"orders":["a","b,c=d"],"fills":["a"]}' }, { groups: { orders: ["a", "b,c=d"], fills: ["a"] } }],
    [
      { SAFETY_WINDOW_SEC: "20", SAFETY_GLOBAL_MAX: "40", SAFETY_SYMBOL_MAX: "9" },
      { limits: { windowSec: 20, globalMax: 40, symbolMax: 9 } },
    ],
    [
      { SAFETY_GLOBAL_MAX_INTENTS_PER_WINDOW: "40", SAFETY_SYMBOL_MAX_INTENTS_PER_WINDOW: "9" },
      { limits: { windowSec: 10, globalMax: 40, symbolMax: 9 } },
    ],
    [
      { SAFETY_GLOBAL_MAX: "40", SAFETY_GLOBAL_MAX_INTENTS_PER_WINDOW: "40" },
      { limits: { windowSec: 10, globalMax: 40, symbolMax: 5 } },
    ],
    [{ REDIS_HOST: "redis.local", REDIS_PORT: "7000" }, { redis: { ...REDIS, topology: at("redis.local", 7000) } }],
    [{ REDIS_DB: "3" }, { redis: { ...REDIS, db: 3 } }],
    [{ SOMETHING_ELSE: "x" }, {}],
  ])("of %j differs from the defaults in that alone", (env, expected) => {
    expect(readConfig(env)).toEqual({ ...DEFAULTS, ...expected });
  });

  it("puts every key under the prefix but those that are named", () => {
    const { keys } = readConfig({ KEY_PREFIX: "q2:", KEYS: '{"faults":"other:faults"}' });

    expect(keys).toEqual({
      safeMode: "q2:safety:safe_mode",
      rateGlobal: "q2:safety:rate:global",
      rateSymbol: "q2:safety:rate:symbol",
      faults: "other:faults",
      intents: "q2:stream:trade.intent",
      applyPlan: "q2:stream:apply.plan",
      applyResult: "q2:stream:apply.result",
      harvestProposal: "q2:harvest:proposal",
      position: "q2:state:positions",
    });
  });
});

describe("the way to Redis", () => {
  it.each<[string, Variables, Partial<RedisSettings>]>([
    ["an address", { REDIS_URL: "redis://r.local:7001/2" }, { topology: at("r.local", 7001), db: 2 }],
    ["an address without port", { REDIS_URL: "redis://r.local" }, { topology: at("r.local", 6379) }],
    ["an address that ends in a slash", { REDIS_URL: "redis://r.local/" }, { topology: at("r.local", 6379) }],
    ["an IPv6 address", { REDIS_URL: "redis://[::1]:7001" }, { topology: at("::1", 7001) }],
    ["an address before host and port", { REDIS_URL: "redis://a:1", REDIS_HOST: "b" }, { topology: at("a", 1) }],
    ["an address with TLS", { REDIS_URL: "rediss://r.local" }, { topology: at("r.local", 6379), tls: {} }],
    [
      "an address with TLS and a CA of one's own",
      { REDIS_URL: "rediss://r.local", REDIS_TLS_CA: "PEM" },
      { topology: at("r.local", 6379), tls: { ca: "PEM" } },
    ],
    ["TLS for host and port", { REDIS_TLS: "true" }, { tls: {} }],
    [
      "a user and a password in the address",
      { REDIS_URL: "redis://watch:p%40ss@r.local" },
      { topology: at("r.local", 6379), authentication: { kind: "password", username: "watch", password: "p@ss" } },
    ],
    [
      "a password that is set",
      { REDIS_PASSWORD: "p" },
      { authentication: { kind: "password", username: undefined, password: "p" } },
    ],
    [
      "a user and a password",
      { REDIS_AUTH: "password", REDIS_USERNAME: "u", REDIS_PASSWORD: "p" },
      { authentication: { kind: "password", username: "u", password: "p" } },
    ],
    [
      "a secret",
      { REDIS_AUTH: "secret", REDIS_SECRET_ARN: ARN },
      { authentication: { kind: "secret", arn: ARN, username: undefined } },
    ],
    [
      "IAM for a serverless cache",
      { ...IAM, REDIS_SERVERLESS: "true" },
      {
        authentication: {
          kind: "iam",
          username: "watch",
          cacheName: "cache",
          isServerless: true,
          region: "eu-central-1",
        },
      },
    ],
    [
      "a cluster by its nodes",
      { REDIS_TOPOLOGY: "cluster", REDIS_NODES: "a:1, b:2" },
      {
        topology: {
          kind: "cluster",
          nodes: [
            { host: "a", port: 1 },
            { host: "b", port: 2 },
          ],
        },
      },
    ],
    [
      "a cluster by its configuration endpoint",
      { REDIS_TOPOLOGY: "cluster", REDIS_URL: "redis://endpoint:7000" },
      { topology: { kind: "cluster", nodes: [{ host: "endpoint", port: 7000 }] } },
    ],
    [
      "sentinels",
      { REDIS_TOPOLOGY: "sentinel", REDIS_SENTINELS: "s:26379", REDIS_SENTINEL_MASTER: "m" },
      { topology: { kind: "sentinel", sentinels: [{ host: "s", port: 26_379 }], master: "m" } },
    ],
  ])("may be %s", (_, env, expected) => {
    expect(readConfig(env).redis).toEqual({ ...REDIS, ...expected });
  });
});

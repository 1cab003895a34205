import { readConfig } from "../../lib/config";
import { ConfigError } from "../../lib/errors";

type Variables = Record<string, string | undefined>;
const IAM = { REDIS_AUTH: "iam", REDIS_USERNAME: "watch", REDIS_CACHE_NAME: "cache", AWS_REGION: "eu-central-1" };

const KILL = { key: "quantum:kill", on: ["1"], stops: "all execution", gate: true };
const haltsWith = (...changes: readonly object[]): string =>
  JSON.stringify(changes.map((one) => Object.assign({}, KILL, one)));

function refusalOf(env: Variables): unknown {
  try {
    return readConfig(env);
  } catch (error) {
    return error;
  }
}

describe("what cannot be used", () => {
  it.each<[Variables, RegExp]>([
    [{ ENVIRONMENT: "über" }, /^ENVIRONMENT: must be 1 to 64 printable ASCII/],
    [{ ENVIRONMENT: "e".repeat(65) }, /^ENVIRONMENT: /],
    [{ LOG_LEVEL: "LOUD" }, /^LOG_LEVEL: "LOUD" is not one of DEBUG, INFO, WARNING, ERROR$/],
    [{ TIER: "all" }, /^TIER: "all" is not one of alarmed, boarded, logged$/],
    [{ SAMPLE_INTERVAL_SEC: "4" }, /^SAMPLE_INTERVAL_SEC: "4" is not a whole number from 5 to 60$/],
    [{ SAMPLE_INTERVAL_SEC: "7.5" }, /^SAMPLE_INTERVAL_SEC: "7.5" is not a whole number/],
    [{ SAFETY_WINDOW_SEC: "5" }, /^SAFETY_WINDOW_SEC: /],
    [{ SAFETY_GLOBAL_MAX: "0" }, /^SAFETY_GLOBAL_MAX: /],
    [{ SAFETY_SYMBOL_MAX: "many" }, /^SAFETY_SYMBOL_MAX: /],
    [{ SAFETY_SYMBOL_MAX_INTENTS_PER_WINDOW: "0" }, /^SAFETY_SYMBOL_MAX_INTENTS_PER_WINDOW: "0" is not/],
    [
      { SAFETY_GLOBAL_MAX: "20", SAFETY_GLOBAL_MAX_INTENTS_PER_WINDOW: "30" },
      /^SAFETY_GLOBAL_MAX_INTENTS_PER_WINDOW: 30 contradicts SAFETY_GLOBAL_MAX=20: set one of them/,
    ],
    [{ FAULT_LOOKBACK_MAX: "10001" }, /^FAULT_LOOKBACK_MAX: /],
    [{ HALTS: "quantum:kill" }, /^HALTS: must be a JSON list such as \[\{"key":"quantum:kill",/],
    [{ HALTS: "{}" }, /^HALTS: must be a JSON list/],
    [{ HALTS: haltsWith({ on: "maybe" }) }, /^HALTS: entry 1 is none such as in \[\{"key":"quantum:kill",/],
    [{ HALTS: haltsWith({ on: [] }) }, /^HALTS: entry 1 is none/],
    [{ HALTS: haltsWith({ on: [1] }) }, /^HALTS: entry 1 is none/],
    [{ HALTS: haltsWith({ key: "" }) }, /^HALTS: entry 1 is none/],
    [{ HALTS: haltsWith({ stops: undefined }) }, /^HALTS: entry 1 is none/],
    [{ HALTS: haltsWith({ gate: "true" }) }, /^HALTS: entry 1 is none/],
    [{ HALTS: haltsWith({ ignoresCase: "yes" }) }, /^HALTS: entry 1 is none/],
    [{ HALTS: haltsWith({ reasonkey: "why" }) }, /^HALTS: entry 1 is none/],
    [{ HALTS: haltsWith({}, {}) }, /^HALTS: names quantum:kill twice$/],
    [
      { HALTS: haltsWith({ gate: false }) },
      /^HALTS: has none that a gate reads: QuantumTradingHalted could never fire$/,
    ],
    [
      { HALTS: haltsWith(...Array.from({ length: 31 }, (_, index) => ({ key: `halt:${index}` }))) },
      /^HALTS: has 31, but at most 30 are read in a sample$/,
    ],
    [{ HARVEST_MOST_SYMBOLS: "10001" }, /^HARVEST_MOST_SYMBOLS: "10001" is not a whole number from 1 to 10000$/],
    [{ HARVEST_DISCOVERY: "yes" }, /^HARVEST_DISCOVERY: "yes" is not one of off, on$/],
    [{ HARVEST_POSITIONS: "auto" }, /^HARVEST_POSITIONS: "auto" is not one of true, false$/],
    [{ HARVEST_INTERVAL_SEC: "4" }, /^HARVEST_INTERVAL_SEC: "4" is not a whole number from 5 to 60$/],
    [{ HARVEST_PART: "0/2" }, /^HARVEST_PART: "0\/2" is not a part such as 1\/4, of at most 100$/],
    [{ HARVEST_PART: "3/2" }, /^HARVEST_PART: /],
    [{ HARVEST_PART: "1/101" }, /^HARVEST_PART: /],
    [{ HARVEST_PART: "first" }, /^HARVEST_PART: /],
    [{ REDIS_PORT: "65536" }, /^REDIS_PORT: "65536" is not a whole number from 1 to 65535$/],
    [{ REDIS_DB: "-1" }, /^REDIS_DB: /],
    [{ REDIS_TLS: "yes" }, /^REDIS_TLS: "yes" is not one of true, false$/],
    [{ REDIS_SERVERLESS: "1", ...IAM }, /^REDIS_SERVERLESS: /],
    [{ REDIS_URL: "localhost:6379" }, /^REDIS_URL: must read redis:\/\/host:port\/db/],
    [{ REDIS_URL: "http://localhost:6379" }, /^REDIS_URL: must read redis:/],
    [{ REDIS_URL: "redis://host/zero" }, /^REDIS_URL: must end in a database number; a \/ in a password is %2F$/],
    [{ REDIS_URL: "redis://host:99999" }, /^REDIS_URL: must read redis:/],
    [{ REDIS_TOPOLOGY: "ring" }, /^REDIS_TOPOLOGY: "ring" is not one of single, cluster, sentinel$/],
    [{ REDIS_TOPOLOGY: "cluster", REDIS_NODES: "a:1,b" }, /^REDIS_NODES: "b" is not host:port$/],
    [{ REDIS_TOPOLOGY: "sentinel", REDIS_SENTINEL_MASTER: "m" }, /^REDIS_TOPOLOGY: sentinel needs REDIS_SENTINELS$/],
    [{ REDIS_TOPOLOGY: "sentinel", REDIS_SENTINELS: "s:1" }, /^REDIS_TOPOLOGY: sentinel needs REDIS_SENTINEL_MASTER$/],
    [{ REDIS_AUTH: "token" }, /^REDIS_AUTH: "token" is not one of none, password, secret, iam$/],
    [{ REDIS_AUTH: "password" }, /^REDIS_AUTH: password needs REDIS_PASSWORD$/],
    [{ REDIS_AUTH: "secret" }, /^REDIS_AUTH: secret needs REDIS_SECRET_ARN$/],
    [{ ...IAM, REDIS_USERNAME: "" }, /^REDIS_AUTH: iam needs REDIS_USERNAME$/],
    [{ ...IAM, REDIS_CACHE_NAME: undefined }, /^REDIS_AUTH: iam needs REDIS_CACHE_NAME$/],
    [{ ...IAM, AWS_REGION: undefined }, /^REDIS_AUTH: iam needs AWS_REGION$/],
    [{ KEYS: "safeMode=x" }, /^KEYS: must be JSON such as/],
    [{ KEYS: '{"mode":"x"}' }, /^KEYS: only safeMode, .* can be named/],
    [{ KEYS: '{"safeMode":""}' }, /^KEYS: only /],
    [{ KEYS: '{"safeMode":7}' }, /^KEYS: only /],
    [{ KEYS: "null" }, /^KEYS: /],
    [{ GROUPS: "orders=desk" }, /^GROUPS: must be JSON such as/],
    [{ GROUPS: "[]" }, /^GROUPS: must/],
    [{ GROUPS: "7" }, /^GROUPS: must/],
    [{ GROUPS: '{"orders":"desk"}' }, /^GROUPS: must/],
    [{ GROUPS: '{"orders":[]}' }, /^GROUPS: must/],
    [{ GROUPS: '{"orders":[""]}' }, /^GROUPS: must/],
  ])("%j is refused in a sentence", (env, sentence) => {
    const refusal = refusalOf(env);

    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).message).toMatch(sentence);
  });

  it("is all said at once", () => {
    const refusal = refusalOf({ TIER: "all", REDIS_PORT: "x", REDIS_AUTH: "secret", KEYS: "[" });

    expect(String(refusal).split("; ")).toHaveLength(4);
  });

  it.each<[string, Variables]>([
    ["an address of another kind", { REDIS_URL: "http://u:hunter2@h" }],
    ["an address that is none", { REDIS_URL: "redis://u:hunter2@h:port" }],
    ["a database that is none", { REDIS_URL: "redis://u:hunter2@h/x" }],
    ["an escape that is none", { REDIS_URL: "redis://u:hunter2%zz@h" }],
    ["a password beside something wrong", { REDIS_PASSWORD: "hunter2", REDIS_PORT: "x" }],
    ["a password where the address has lost its @", { REDIS_URL: "redis://u:hunter2" }],
    ["a password with a slash that is not escaped", { REDIS_URL: "redis://u:1/hunter2@h" }],
  ])("never has a password in its message: %s", (_, env) => {
    const refusal = refusalOf(env);

    expect(refusal).toBeInstanceOf(ConfigError);
    expect(String(refusal)).not.toContain("hunter2");
  });
});

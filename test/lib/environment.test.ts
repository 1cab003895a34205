import { type Environment, validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { ConfigError } from "../../lib/errors";
import { dev, prod } from "../support/example-environments";

type Changes = Readonly<Record<string, unknown>>;

const SECRET = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:quantum/redis-AbCdEf";
const SECRET_ELSEWHERE = SECRET.replace("eu-central-1", "us-east-1");
const SYMBOLS = Array.from({ length: 21 }, (_, index) => `COIN${index}USDT`);

const KILL = { key: "quantum:kill", on: ["1"], stops: "all execution", gate: true };

const withRedis = (changes: Changes): Changes => ({ redis: { ...prod.redis, ...changes } });
const withNetwork = (changes: Changes): Changes => ({ network: { ...prod.network, ...changes } });
const withIam = (changes: Changes): Changes =>
  withRedis({
    authentication: { kind: "iam", username: "quantum-watch", cacheName: "quantum", isServerless: false, ...changes },
  });
const cluster = { kind: "cluster", nodes: [{ host: "redis.internal", port: 6379 }] };

function refusal(environment: Environment, changes: Changes): unknown {
  try {
    return validateEnvironment({ ...environment, ...changes });
  } catch (error) {
    return error;
  }
}

describe("an environment", () => {
  test.each(Object.entries(environments))(
    "%s is valid and goes by the name it is listed under",
    (name, environment) => {
      const validated = validateEnvironment(environment);

      expect(validated.name).toBe(name);
    },
  );

  test("has the contract's limits, keys and windows where it says nothing of them", () => {
    const validated = validateEnvironment(dev);

    expect(validated).toMatchObject({
      limits: { windowSec: 10, globalMax: 20, symbolMax: 5 },
      keys: { prefix: "quantum:", overrides: {} },
      faultLookbackMax: 2000,
      endpoints: { monitoring: "off", secretsmanager: "off" },
      harvest: { symbols: [], discovery: "off", mostSymbols: 2000, positions: true },
    });
  });

  test("may leave its account open", () => {
    const { account: _, ...agnostic } = prod;

    const validated = validateEnvironment(agnostic);

    expect(validated).not.toHaveProperty("account");
  });
});

describe("what cannot work is refused with a sentence that names the field", () => {
  test.each<[Changes, string]>([
    [
      withRedis({ authentication: { kind: "secret", arn: SECRET } }),
      "prod: redis.authentication is a secret, but endpoints.secretsmanager is off: a function in this VPC could not read it",
    ],
    [
      { publisher: "cloudwatch" },
      "prod: publisher is cloudwatch, but endpoints.monitoring is off: a function in this VPC could not reach the API",
    ],
    [
      { endpoints: { secretsmanager: "create" } },
      "prod: endpoints.secretsmanager is to be made, but no secret is read: it would be billed for nothing",
    ],
    [
      { endpoints: { monitoring: "create" } },
      "prod: endpoints.monitoring is to be made, but publisher is emf: it would be billed for nothing",
    ],
    [
      {
        ...withRedis({ authentication: { kind: "secret", arn: SECRET_ELSEWHERE } }),
        endpoints: { secretsmanager: "create" },
      },
      "prod: redis.authentication.arn is in us-east-1, which no endpoint of a VPC in eu-central-1 leads to",
    ],
    [
      withRedis({ tls: false }),
      "prod: redis.authentication is iam, but redis.tls is off: ElastiCache takes tokens over TLS only",
    ],
    [
      withIam({ cacheName: "Quantum" }),
      "prod: redis.authentication.cacheName is Quantum: ElastiCache keeps names in lower case, and refuses a token signed for another",
    ],
    [
      withIam({ isServerless: true }),
      "prod: redis.authentication says serverless, but redis.topology is single: a serverless cache is a cluster",
    ],
    [
      withRedis({ topology: cluster, db: 1 }),
      "prod: redis.db is 1, but redis.topology is a cluster, which has database 0 only",
    ],
    [
      withNetwork({ zones: ["eu-central-1a", "eu-central-1b"] }),
      "prod: network.subnetIds has 3 for 2 zones: it takes one private subnet a zone",
    ],
    [withNetwork({ routeTableIds: [] }), "prod: network.routeTableIds has 0 for 3 subnets: it takes one a subnet"],
    [
      withNetwork({ zones: ["eu-central-1a", "eu-central-1b", "us-east-1a"] }),
      "prod: network.zones has us-east-1a, which is not in eu-central-1",
    ],
    [
      withNetwork({ zones: ["eu-central-1a", "eu-central-1b", "eu-central-1a"] }),
      "prod: network.zones names a zone twice",
    ],
    [{ network: { kind: "trial" } }, "prod: redis is an existing one, but network is trial: it would be out of reach"],
    [{ redis: { kind: "trial" } }, "prod: redis is trial, but network is a VPC of yours: say which Redis to read"],
    [
      { redis: { kind: "trial" }, network: { kind: "trial", zones: ["eu-central-1a"] } },
      "prod: network.zones must be 2 zones: a serverless cache takes two at least",
    ],
    [
      { redis: { kind: "trial" }, network: { kind: "trial", zones: ["eu-central-1a", "eu-central-1a"] } },
      "prod: network.zones names a zone twice",
    ],
    [
      { redis: { kind: "trial" }, network: { kind: "trial", zones: ["eu-central-1a", "eu-west-1a"] } },
      "prod: network.zones has eu-west-1a, which is not in eu-central-1",
    ],
    [{ sampleIntervalSec: 7 }, "prod: sampleIntervalSec is 7: it must be at least 5 and divide a minute"],
    [{ sampleIntervalSec: 4 }, "prod: sampleIntervalSec is 4: it must be at least 5 and divide a minute"],
    [{ symbols: SYMBOLS }, "prod: symbols has 21, but at most 20 are admitted: each is billed by the metric"],
    [{ harvest: { intervalSec: 25 } }, "prod: harvest.intervalSec is 25: it must be at least 5 and divide a minute"],
    [{ harvest: { symbols: ["BTCUSDT"] } }, "prod: harvest.symbols names BTCUSDT, which is named already"],
    [{ reservedConcurrency: "some" }, "prod: reservedConcurrency must be a whole number, or none"],
    [
      withRedis({ tls: true }),
      "prod: redis.tls must be false, or {}, with ca where no public authority signed the certificate",
    ],
    [withRedis({ authentication: { kind: "secret" } }), "prod: redis.authentication.arn is missing"],
    [
      { reservedConcurrency: 2 },
      "prod: reservedConcurrency is 2: runs overlap by design, so it takes at least 3, or none",
    ],
    [{ retentionDays: 10 }, "prod: retentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 180, 365"],
    [withNetwork({ id: "vpc-mine" }), "prod: network.id must be an id such as vpc-0123456789abcdef0"],
    [
      withRedis({ securityGroupId: "default" }),
      "prod: redis.securityGroupId must be an id such as sg-0123456789abcdef0",
    ],
    [
      { collectors: ["safety", "streams"], streams: SYMBOLS.slice(0, 17) },
      "prod: streams has 17, and with those of the contract 21 are watched, of at most 20",
    ],
    [{ collectors: ["safety", "streams"], streams: ["orders", "orders"] }, "prod: streams names one twice"],
    [
      { collectors: ["safety"], groups: [], streams: ["orders"] },
      "prod: streams names some, but collectors has no streams: nobody would read them",
    ],
    [{ collectors: ["safety"] }, "prod: groups names some, but collectors has no streams: nobody would read them"],
    [{ groups: [{ stream: "orders", group: "desk" }] }, "prod: groups has one of orders, which is not among streams"],
    [
      { streams: ["orders"], groups: [1, 2].map(() => ({ stream: "orders", group: "desk" })) },
      "prod: groups names desk of orders twice",
    ],
    [
      { groups: [{ stream: "orders", group: "a b" }] },
      "prod: groups.0.group must be a group's name in printable ASCII, without spaces",
    ],
    [{ streams: ["a,b"] }, "prod: streams.0 must be a stream's key in printable ASCII, without spaces or commas"],
    [
      { halts: [{ ...KILL, gate: false }] },
      `prod: halts has none that a gate reads: QuantumTradingHalted could never fire`,
    ],
    [{ halts: [KILL, KILL] }, "prod: halts names quantum:kill twice"],
    [
      { halts: [{ ...KILL, key: "quantum: kill" }] },
      "prod: halts.0.key must be a key's name in printable ASCII, without spaces",
    ],
    [{ halts: [{ ...KILL, on: "maybe" }] }, "prod: halts.0.on must be exists, text, json or a list of texts"],
    [
      { streams: ["quantum:stream:a:b", "quantum:stream:a/b"] },
      "prod: streams has two whose alarms would both be called a.b",
    ],
    [
      { groups: ["desk:1", "quantum:group:desk.1"].map((group) => ({ stream: "quantum:stream:trade.intent", group })) },
      "prod: groups has two whose alarms would both be called trade.intent-desk.1",
    ],
    [{ symbols: ["btc,eth"] }, "prod: symbols.0 must be a symbol such as BTCUSDT"],
    [{ runbooks: "http://wiki" }, "prod: runbooks must be an https URL"],
    [
      { rules: { QuantumSafeModeActive: { for: "1 minute" } } },
      "prod: rules.QuantumSafeModeActive.for must be a duration such as 30s, 5m or 1h",
    ],
    [{ name: "Prod Europe" }, "Prod Europe: name must be a short name in lower case such as prod"],
  ])("%j", (changes, sentence) => {
    const error = refusal(prod, changes);

    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toHaveProperty("message", sentence);
  });

  test("a rule of no such name is named", () => {
    const error = refusal(prod, { rules: { QuantumSafeModeActiv: { value: 1 } } });

    expect(error).toHaveProperty("message", expect.stringContaining("QuantumSafeModeActiv"));
  });

  test("a field of no such name is named, and so is where it stands", () => {
    const error = refusal(prod, withRedis({ password: "hunter2" }));

    expect(error).toHaveProperty("message", expect.stringMatching(/^prod: redis: .*password/));
    expect(error).not.toHaveProperty("message", expect.stringContaining("hunter2"));
  });

  test("everything that is wrong is said at once", () => {
    const error = refusal(prod, { sampleIntervalSec: 7, reservedConcurrency: 0, publisher: "cloudwatch" });

    expect((error as Error).message.split("; ")).toHaveLength(3);
  });

  test.each([undefined, null, 7, []])("%j is no environment", (data) => {
    expect(() => validateEnvironment(data)).toThrow(ConfigError);
  });
});

test("serverless IAM, a shared endpoint and a change of a rule are all possible", () => {
  const validated = validateEnvironment({
    ...prod,
    publisher: "cloudwatch",
    endpoints: { monitoring: "sg-0123456789abcdef0" },
    redis: {
      ...prod.redis,
      topology: cluster,
      authentication: { kind: "iam", username: "quantum-watch", cacheName: "quantum", isServerless: true },
    },
    rules: { QuantumSafeModeActive: { for: "2m" } },
  });

  expect(validated.rules).toEqual({ QuantumSafeModeActive: { for: "2m" } });
});

test("a misspelt rule does not compile", () => {
  const misspelt: Environment = {
    ...dev,
    // @ts-expect-error there is no rule of this name
    rules: { QuantumSafeModActive: { for: "2m" } },
  };

  expect(() => validateEnvironment(misspelt)).toThrow(ConfigError);
});

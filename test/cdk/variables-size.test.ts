import { type Environment, validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import {
  functionVariables,
  largestOf,
  MAX_VARIABLES_BYTES,
  variablesBytes,
} from "../../lib/environments/function-variables";
import { dev, staging } from "../support/example-environments";
import { equipped } from "../support/equipped-environment";
import { paged, redisBySecret, unpaged } from "../support/paged-environment";
import { resourcesOf, templateOf } from "./synthesized";

type Variables = Readonly<Record<string, unknown>>;

/** What a template gives each function, by the last part of its name. */
function deployed(environment: Environment): Map<string, Variables> {
  const functions = resourcesOf(templateOf(environment), "AWS::Lambda::Function");
  return new Map(
    functions.map(({ Properties: { FunctionName, Environment } }) => [
      String(FunctionName).replace(`${environment.name}-quantum-watch-`, ""),
      (Environment as { readonly Variables: Variables }).Variables,
    ]),
  );
}

const split: Environment = {
  ...paged,
  functions: [
    { name: "safety", collectors: ["safety", "redis", "streams"] },
    { name: "harvest-1", collectors: ["harvest"], part: { number: 1, of: 2 } },
    { name: "harvest-2", collectors: ["harvest"], part: { number: 2, of: 2 } },
  ],
};

// What is counted must be what is deployed: one variable more in a stack would go past the limit unseen.
test.each<[string, Environment]>([
  ...Object.entries(environments),
  ["the one with all", equipped],
  ["the one in parts", split],
  [
    "the one with endpoints that are there",
    { ...equipped, endpoints: { monitoring: "create", secretsmanager: "sg-0123456789abcdef0" } },
  ],
])("every variable that is deployed in %s is counted, and none besides", (_, environment) => {
  const counted = functionVariables(validateEnvironment(environment));

  const found = deployed(environment);
  expect([...found.keys()].toSorted()).toEqual([...counted.keys()].toSorted());
  for (const [name, variables] of found) {
    const own = counted.get(name) ?? {};
    expect(Object.keys(own).toSorted()).toEqual(Object.keys(variables).toSorted());
    for (const [variable, value] of Object.entries(variables)) {
      // The others are known when it is deployed.
      if (typeof value === "string") expect({ variable, value: own[variable] }).toEqual({ variable, value });
    }
  }
});

test("what only a deploy tells is counted as long as AWS makes it", () => {
  const { SERVICE_VERSION: _, ...trial } = functionVariables(validateEnvironment(dev)).get("collect") ?? {};
  const made = functionVariables(validateEnvironment(equipped));

  expect(trial["REDIS_NODES"]).toHaveLength(
    "dev-quantum-watch-abc123.serverless.eu-central-1.cache.amazonaws.com:6379".length,
  );
  expect(made.get("collect")?.["AWS_ENDPOINT_URL_SECRETS_MANAGER"]).toMatch(
    /^https:\/\/vpce-[0-9a-f]{17}-\w{8}\.secretsm/,
  );
  expect(made.get("notify")?.["NOTIFY_TOPICS"]).toContain(
    "arn:aws:sns:eu-central-1:222222222222:prod-quantum-watch-critical",
  );
});

test("bytes are those of the JSON text that Lambda measures, escapes and all", () => {
  expect(variablesBytes({ A: "b" })).toBe(9);
  expect(variablesBytes({ CA: "a\nb" })).toBe('{"CA":"a\\nb"}'.length);
  expect(variablesBytes({ A: "ü" })).toBe(10);
});

const withCa = (length: number): Environment => ({
  ...unpaged,
  redis: { ...redisBySecret, tls: { ca: "x".repeat(length) } },
  endpoints: { secretsmanager: "create" },
});
const symbols = Array.from({ length: 300 }, (_, index) => `COIN${index}USDT`);

function refusalOf(environment: Environment): string {
  try {
    validateEnvironment(environment);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test.each<[string, Environment, RegExp]>([
  [
    "a chain of certificates",
    withCa(4000),
    /^prod: the variables of collect take \d{4} bytes, and Lambda takes 4096 in all: REDIS_TLS_CA 40\d\d \(redis\.tls\.ca: keep/,
  ],
  [
    "hundreds of symbols",
    { ...unpaged, harvest: { symbols } },
    /collect take \d{4} bytes.*: HARVEST_SYMBOLS 3\d\d\d \(harvest\.symbols: let harvest\.discovery find them\)/,
  ],
  [
    "long names of many streams",
    { ...unpaged, streams: Array.from({ length: 18 }, (_, index) => `quantum:stream:${"x".repeat(220)}${index}`) },
    /STREAMS 4\d\d\d \(streams: name fewer\)/,
  ],
  [
    "many groups",
    {
      ...unpaged,
      groups: Array.from({ length: 18 }, (_, index) => ({
        stream: "quantum:stream:trade.intent",
        group: `${"x".repeat(220)}${index}`,
      })),
    },
    /GROUPS 4\d\d\d \(groups: name fewer/,
  ],
  [
    "long words about halts",
    {
      ...unpaged,
      halts: Array.from({ length: 18 }, (_, index) => ({
        key: `desk:${"x".repeat(90)}${index}`,
        on: "exists" as const,
        stops: "x".repeat(100),
        gate: true,
      })),
    },
    /HALTS [45]\d\d\d \(halts: name fewer/,
  ],
  [
    "a cluster with every node",
    {
      ...staging,
      redis: {
        ...(staging.redis as Extract<Environment["redis"], { kind: "existing" }>),
        topology: {
          kind: "cluster",
          nodes: Array.from({ length: 60 }, (_, node) => ({
            host: `quantum-staging-0001-${node}.abc123.euc1.cache.amazonaws.com`,
            port: 6379,
          })),
        },
      },
    },
    /^staging: .*REDIS_NODES 3\d\d\d \(redis\.topology\.nodes: two are enough/,
  ],
  [
    "an endless address, in both functions that tell",
    {
      ...paged,
      notify: {
        ...paged.notify,
        webhook: { ...paged.notify.webhook, url: `https://pages.example.com/${"x".repeat(3500)}` },
      },
    },
    /the variables of notify take .*NOTIFY_CHANNELS .*; prod: the variables of remind take /,
  ],
])("%s over 4 KB in all is refused, with what is large and what to do", (_, environment, says) => {
  expect(refusalOf(environment)).toMatch(says);
});

// A kind of mistake: a refusal that names nothing to do. Many short variables can be too much as well.
test("where no variable is large by itself the three longest are named", () => {
  const short = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`V${index}`, "x".repeat(60 + index)]));

  expect(largestOf(short).map(([name]) => name)).toEqual(["V59", "V58", "V57"]);
});

test("halts are told to those functions alone that read them", () => {
  const halts = [{ key: "desk:halt", on: "exists" as const, stops: "the desk", gate: true }];
  const made = functionVariables(validateEnvironment({ ...split, halts }));

  expect([...made].flatMap(([name, { HALTS }]) => (HALTS === undefined ? [] : [name]))).toEqual(["safety"]);
});

test("the last byte that Lambda takes is taken, and one more is not", () => {
  const bytesWith = (length: number): number =>
    variablesBytes(functionVariables(validateEnvironment(withCa(length))).get("collect") ?? {});
  const room = MAX_VARIABLES_BYTES - bytesWith(1000) + 1000;

  expect(bytesWith(room)).toBe(MAX_VARIABLES_BYTES);
  expect(refusalOf(withCa(room + 1))).toContain("take 4097 bytes");
});

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { readConfig } from "../../lib/config";
import { type Environment, validateEnvironment } from "../../lib/environment";
import { preflightCommand } from "../../local/preflight/command";
import { redisFindings } from "../../local/preflight/redis";
import { redisLine } from "../../local/preflight/redis-line";
import { awsEnv } from "../support/cloudwatch-api";
import { endCommands, runCommand } from "../support/command";
import { secretArn } from "../support/paged-environment";
import { examining, NO_PROFILE } from "../support/preflight-run";
import { deployable, HUSH, readyAccount } from "../support/ready-account";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

const run = promisify(execFile);
const CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const DOCTOR = "npx quantum-watch doctor";
const nobody = { host: "127.0.0.1", port: 9 };
const beside = { host: "127.0.0.1", port: 10 };
const iam = { kind: "iam", username: "quantum-watch", cacheName: "quantum-prod", isServerless: false } as const;
const secret = { kind: "secret", arn: secretArn("redis") } as const;

type Existing = Extract<Environment["redis"], { kind: "existing" }>;

const withRedisOf = (redis: Partial<Existing>): Environment => {
  const environment = { ...deployable, redis: { ...deployable.redis, ...redis } };
  const isSecret = environment.redis.authentication.kind === "secret";
  return { ...environment, endpoints: { secretsmanager: isSecret ? "create" : "off" } };
};

/** Where somebody has pasted a command, with the certificate beside it. */
const folder = duringTests(async () => {
  const path = await mkdtemp(join(tmpdir(), "preflight-redis-"));
  await writeFile(join(path, "ca.pem"), `${CA}\n`);
  return { path, stop: () => rm(path, { recursive: true }) };
});

/** What a shell makes of a line's variables. */
async function variablesOf(line: string): Promise<Record<string, string>> {
  const told = line.replace(DOCTOR, `'${process.execPath}' -p 'JSON.stringify(process.env)'`);
  const { stdout } = await run("sh", ["-c", told], { env: { NODE_ENV: "test" }, cwd: folder().path });
  return JSON.parse(stdout) as Record<string, string>;
}

const lineIn = (fix: string): string => fix.slice(fix.indexOf(": ") + 2);

describe("what is to be typed on a machine in the VPC", () => {
  it.each<{ what: string; redis: Partial<Existing>; reads: object; says: string }>([
    {
      what: "a token of IAM",
      redis: { authentication: iam },
      reads: { authentication: { ...iam, region: "eu-central-1" }, topology: { kind: "single", ...nobody }, tls: {} },
      says: 'elasticache:Connect (eval "$(aws configure export-credentials --format env)")',
    },
    {
      what: "a serverless cache",
      redis: { authentication: { ...iam, isServerless: true }, topology: { kind: "cluster", nodes: [nobody, beside] } },
      reads: {
        authentication: { ...iam, isServerless: true, region: "eu-central-1" },
        topology: { kind: "cluster", nodes: [nobody, beside] },
      },
      says: "elasticache:Connect",
    },
    {
      what: "a secret",
      redis: { authentication: { ...secret, username: "watch" }, tls: { ca: CA } },
      reads: { authentication: { ...secret, username: "watch" }, tls: { ca: CA } },
      says: "where ca.pem holds redis.tls.ca, as somebody who may read the secret",
    },
    {
      what: "sentinels, a database and plain TCP",
      redis: {
        authentication: { kind: "none" },
        topology: { kind: "sentinel", sentinels: [nobody], master: "trader's own", masterPort: 6379 },
        tls: false,
        db: 3,
      },
      reads: {
        authentication: { kind: "none" },
        topology: { kind: "sentinel", sentinels: [nobody], master: "trader's own" },
        tls: undefined,
        db: 3,
      },
      says: "on a machine in the VPC: REDIS_TOPOLOGY=sentinel",
    },
  ])("reaches Redis by $what as the functions do", async ({ redis, reads, says }) => {
    const environment = validateEnvironment(withRedisOf(redis));

    const findings = await redisFindings(environment);

    const fixes = findings.map(({ fix = "" }) => fix);
    expect(fixes).toEqual(findings.map(() => expect.stringContaining(says) as unknown));
    const config = readConfig(await variablesOf(lineIn(fixes[0] ?? "")));
    expect(config.redis).toMatchObject(reads);
  });

  it("names the keys, symbols and families of the environment", async () => {
    const environment = validateEnvironment({
      ...deployable,
      keys: { prefix: "test:", overrides: { safeMode: "other key" } },
      symbols: ["XRPUSDT"],
      collectors: ["safety", "streams"],
      groups: [],
      streams: ["test:stream:a"],
      harvest: { discovery: "on", positions: false, symbols: ["ADAUSDT"] },
      limits: { globalMax: 40 },
      halts: [{ key: "halt:all", on: "exists", stops: "everything", gate: true }],
    });

    const findings = await redisFindings(environment);

    expect(readConfig(await variablesOf(lineIn(findings[0]?.fix ?? "")))).toMatchObject({
      keys: { safeMode: "other key", intents: "test:stream:trade.intent" },
      symbols: ["XRPUSDT"],
      families: ["safety", "streams"],
      streams: ["test:stream:a"],
      harvest: { isDiscovering: true, positions: false, symbols: ["ADAUSDT"] },
      limits: { globalMax: 40 },
      halts: [{ key: "halt:all", on: "exists", stops: "everything", gate: true }],
      // By whose rules the doctor judges.
      environment: "prod",
    });
  });
});

describe("typed there", () => {
  const redis = withRedis({ config: [`requirepass ${HUSH}`] }, { password: HUSH });
  const { listen } = examining();

  it("it is told once for all addresses", async () => {
    const { url: endpointUrl } = await listen(readyAccount());
    const prod = withRedisOf({ topology: { kind: "cluster", nodes: [nobody, beside] }, authentication: iam });
    const printed: string[] = [];

    await preflightCommand({ env: "prod", endpointUrl }, (text) => printed.push(text), { prod });

    expect(printed.join("\n").split(DOCTOR)).toHaveLength(2);
    expect(printed.join("\n")).toMatch(/127\.0\.0\.1:9 cannot .*\n.*127\.0\.0\.1:10 cannot .*\n {9}→ on a machine/);
  });

  it("it reads the secret by itself, looks at Redis, and tells no password", async () => {
    const { host, port } = redis.server;
    const topology = { kind: "single", host, port } as const;
    const environment = validateEnvironment(withRedisOf({ topology, authentication: secret, tls: false }));
    if (environment.redis.kind === "trial") throw new Error("it names a Redis");
    const account = await listen({ ...readyAccount(), secrets: { [secret.arn]: { text: HUSH } } });

    const variables = await variablesOf(redisLine(environment, environment.redis));
    const ended = await runCommand(["doctor"], { env: { ...awsEnv(account.url), ...NO_PROFILE, ...variables } });

    expect(account.calls).toContain("GetSecretValue");
    expect(ended.stdout).toContain(`redis://${host}:${port} answers`);
    expect(ended.stdout).toContain("every command of the collectors is allowed");
    expect(ended.stdout + ended.stderr).not.toContain(HUSH);
  });
});

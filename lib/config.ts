import * as z from "zod/mini";

import { ConfigError } from "./errors";
import type { Tier } from "./metric";
import { KEY_NAMES, type Keys, keysUnder } from "./redis/keys";
import { type Address, type Authentication, type RedisSettings, type Topology } from "./redis/settings";
import type { KernelLimits } from "./redis/source";

/**
 * Every environment variable that is read, here and nowhere else; the stack sets them by these names. The upper half
 * are the names that operators know from the exporters before this one.
 */
const variables = z.object({
  REDIS_HOST: z._default(z.string(), "127.0.0.1"),
  REDIS_PORT: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65_535)), 6379),
  REDIS_PASSWORD: z.optional(z.string()),
  REDIS_DB: z._default(z.coerce.number().check(z.int(), z.minimum(0)), 0),
  SAFETY_WINDOW_SEC: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(60)), 10),
  SAMPLE_INTERVAL_SEC: z._default(z.coerce.number().check(z.int(), z.minimum(5), z.maximum(60)), 15),
  FAULT_LOOKBACK_MAX: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(10_000)), 2000),
  SYMBOLS: z._default(z.string(), "BTCUSDT,ETHUSDT,SOLUSDT"),
  ENVIRONMENT: z._default(z.string().check(z.regex(/^[\x21-\x7e]{1,64}$/)), "dev"),
  SERVICE_VERSION: z._default(z.string(), "unknown"),
  LOG_LEVEL: z._default(z.enum(["DEBUG", "INFO", "WARNING", "ERROR"]), "INFO"),

  REDIS_URL: z.optional(z.string()),
  REDIS_USERNAME: z.optional(z.string()),
  REDIS_TLS: z._default(z.enum(["true", "false"]), "false"),
  REDIS_TLS_CA: z.optional(z.string()),
  REDIS_TOPOLOGY: z._default(z.enum(["single", "cluster", "sentinel"]), "single"),
  REDIS_NODES: z.optional(z.string()),
  REDIS_SENTINELS: z.optional(z.string()),
  REDIS_SENTINEL_MASTER: z.optional(z.string()),
  REDIS_AUTH: z._default(z.enum(["none", "password", "secret", "iam"]), "none"),
  REDIS_SECRET_ARN: z.optional(z.string()),
  REDIS_CACHE_NAME: z.optional(z.string()),
  REDIS_SERVERLESS: z._default(z.enum(["true", "false"]), "false"),
  KEY_PREFIX: z._default(z.string(), "quantum:"),
  KEYS: z._default(z.string(), "{}"),
  SAFETY_GLOBAL_MAX: z._default(z.coerce.number().check(z.int(), z.minimum(1)), 20),
  SAFETY_SYMBOL_MAX: z._default(z.coerce.number().check(z.int(), z.minimum(1)), 5),
  COLLECTORS: z._default(z.string(), "safety"),
  TIER: z._default(z.enum(["alarmed", "boarded", "logged"]), "boarded"),
  AWS_REGION: z.optional(z.string()),
});

export type Variables = z.infer<typeof variables>;
export type VariableName = keyof Variables;

/** Everything a collecting process needs to know, read once. */
export interface Config {
  readonly environment: string;
  readonly version: string;
  readonly logLevel: Variables["LOG_LEVEL"];
  readonly tier: Tier;
  readonly sampleIntervalSec: number;
  readonly families: readonly string[];
  readonly redis: RedisSettings;
  readonly keys: Keys;
  readonly symbols: readonly string[];
  readonly limits: KernelLimits;
  readonly faultLookbackMax: number;
}

/** Reads the environment variables; throws ConfigError with a sentence for each that cannot be used. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = variables.safeParse(set);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new ConfigError(sentences.join("; "));
  }
  const read = parsed.data;
  return {
    environment: read.ENVIRONMENT,
    version: read.SERVICE_VERSION,
    logLevel: read.LOG_LEVEL,
    tier: read.TIER,
    sampleIntervalSec: read.SAMPLE_INTERVAL_SEC,
    families: list(read.COLLECTORS),
    redis: redisSettings(read),
    keys: keysUnder(read.KEY_PREFIX, keyOverrides(read.KEYS)),
    symbols: list(read.SYMBOLS),
    limits: {
      windowSec: read.SAFETY_WINDOW_SEC,
      globalMax: read.SAFETY_GLOBAL_MAX,
      symbolMax: read.SAFETY_SYMBOL_MAX,
    },
    faultLookbackMax: read.FAULT_LOOKBACK_MAX,
  };
}

const list = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ),
];

function redisSettings(read: Variables): RedisSettings {
  const url = read.REDIS_URL === undefined ? undefined : redisUrl(read.REDIS_URL);
  const here = {
    host: url?.hostname.replace(/^\[|\]$/g, "") || read.REDIS_HOST,
    port: url?.port ? Number(url.port) : read.REDIS_PORT,
  };
  const isTls = url ? url.protocol === "rediss:" : read.REDIS_TLS === "true";
  const ca = read.REDIS_TLS_CA;
  return {
    topology: topology(read, here),
    db: databaseOf(url) ?? read.REDIS_DB,
    tls: isTls ? (ca === undefined ? {} : { ca }) : undefined,
    authentication: authentication(read, url),
  };
}

function redisUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["redis:", "rediss:"].includes(url.protocol)) {
    throw new ConfigError("REDIS_URL: must read redis://host:port/db, or rediss:// for TLS");
  }
  return url;
}

function databaseOf(url: URL | undefined): number | undefined {
  const path = url?.pathname.slice(1) ?? "";
  if (path === "") return undefined;
  if (!/^\d+$/.test(path)) throw new ConfigError(`REDIS_URL: ${JSON.stringify(path)} is not a database number`);
  return Number(path);
}

function topology(read: Variables, here: Address): Topology {
  switch (read.REDIS_TOPOLOGY) {
    case "single":
      return { kind: "single", ...here };
    case "cluster":
      return { kind: "cluster", nodes: read.REDIS_NODES ? addresses("REDIS_NODES", read.REDIS_NODES) : [here] };
    case "sentinel":
      if (read.REDIS_SENTINELS === undefined || read.REDIS_SENTINEL_MASTER === undefined) {
        throw new ConfigError("REDIS_TOPOLOGY: sentinel needs REDIS_SENTINELS and REDIS_SENTINEL_MASTER");
      }
      return {
        kind: "sentinel",
        sentinels: addresses("REDIS_SENTINELS", read.REDIS_SENTINELS),
        master: read.REDIS_SENTINEL_MASTER,
      };
  }
}

function addresses(name: string, text: string): Address[] {
  return list(text).map((part) => {
    const [, host, port] = /^(.+):(\d+)$/.exec(part) ?? [];
    if (host === undefined) throw new ConfigError(`${name}: ${JSON.stringify(part)} is not host:port`);
    return { host, port: Number(port) };
  });
}

function authentication(read: Variables, url: URL | undefined): Authentication {
  const username = url?.username ? decodeURIComponent(url.username) : read.REDIS_USERNAME;
  const password = url?.password ? decodeURIComponent(url.password) : read.REDIS_PASSWORD;
  switch (read.REDIS_AUTH) {
    case "none":
    case "password":
      if (password !== undefined) return { kind: "password", username, password };
      if (read.REDIS_AUTH === "password") throw new ConfigError("REDIS_AUTH: password needs REDIS_PASSWORD");
      return { kind: "none" };
    case "secret":
      if (read.REDIS_SECRET_ARN === undefined) throw new ConfigError("REDIS_AUTH: secret needs REDIS_SECRET_ARN");
      return { kind: "secret", arn: read.REDIS_SECRET_ARN, username };
    case "iam":
      if (username === undefined || read.REDIS_CACHE_NAME === undefined || read.AWS_REGION === undefined) {
        throw new ConfigError("REDIS_AUTH: iam needs REDIS_USERNAME, REDIS_CACHE_NAME and AWS_REGION");
      }
      return {
        kind: "iam",
        username,
        cacheName: read.REDIS_CACHE_NAME,
        isServerless: read.REDIS_SERVERLESS === "true",
        region: read.AWS_REGION,
      };
  }
}

const keyOverridesShape = z.partialRecord(z.enum(KEY_NAMES), z.string().check(z.minLength(1)));

function keyOverrides(text: string): Partial<Keys> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new ConfigError('KEYS: must be JSON such as {"safeMode":"other:safe_mode"}');
  }
  const parsed = keyOverridesShape.safeParse(data);
  if (!parsed.success) throw new ConfigError(`KEYS: only ${KEY_NAMES.join(", ")} can be named, each a key name`);
  return parsed.data;
}

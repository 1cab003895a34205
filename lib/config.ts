import * as z from "zod/mini";

import { ConfigError } from "./errors";
import type { Tier } from "./metric";
import { KEY_NAMES, type Keys, keysUnder } from "./redis/keys";
import type { RedisSettings } from "./redis/settings";
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

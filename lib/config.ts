import { type HarvestSettings, readHarvestSettings } from "./harvest/settings";
import type { Level } from "./log";
import type { Tier } from "./metric";
import { type Halt, readHalts } from "./redis/halts";
import { contractGroups, type DeclaredGroups, KEY_NAMES, type Keys, keysUnder } from "./redis/keys";
import { readRedisSettings } from "./redis/read-settings";
import type { RedisSettings } from "./redis/settings";
import type { KernelLimits } from "./redis/source";
import { VariableReader } from "./variables";

export type { VariableName } from "./variables";

/** Everything a collecting process needs to know, read once. */
export interface Config {
  readonly environment: string;
  readonly version: string;
  readonly logLevel: Level;
  readonly tier: Tier;
  readonly sampleIntervalSec: number;
  readonly families: readonly string[];
  readonly redis: RedisSettings;
  readonly keys: Keys;
  readonly symbols: readonly string[];
  readonly limits: KernelLimits;
  readonly faultLookbackMax: number;
  /** Whole names of streams that have to be there. */
  readonly streams: readonly string[];
  readonly halts: readonly Halt[];
  /** Consumer groups that have to be there, as have their streams. */
  readonly groups: DeclaredGroups;
  readonly harvest: HarvestSettings;
}

const MOST_ATTEMPTS = 1_000_000;

/** Reads the environment variables; throws ConfigError with a sentence for each that cannot be used. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = new VariableReader(env);
  const sampleIntervalSec = read.integer("SAMPLE_INTERVAL_SEC", 5, 60, 15);
  const prefix = read.text("KEY_PREFIX", "quantum:");
  const keys = keysUnder(prefix, keyOverrides(read));
  const config: Config = {
    environment: environmentName(read),
    version: read.text("SERVICE_VERSION", "unknown"),
    logLevel: read.choice("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO"),
    tier: read.choice("TIER", ["alarmed", "boarded", "logged"], "boarded"),
    sampleIntervalSec,
    families: read.list("COLLECTORS", "safety"),
    redis: readRedisSettings(read),
    keys,
    symbols: read.list("SYMBOLS", "BTCUSDT,ETHUSDT,SOLUSDT"),
    limits: {
      windowSec: windowSec(read),
      globalMax: kernelLimit(read, "SAFETY_GLOBAL_MAX", 20),
      symbolMax: kernelLimit(read, "SAFETY_SYMBOL_MAX", 5),
    },
    faultLookbackMax: read.integer("FAULT_LOOKBACK_MAX", 1, 10_000, 2000),
    streams: read.list("STREAMS"),
    halts: readHalts(read, prefix),
    groups: declaredGroups(read) ?? contractGroups(keys, prefix),
    harvest: readHarvestSettings(read, sampleIntervalSec),
  };
  read.check();
  return config;
}

/** Windows are read when they end, at every tenth second; one that ends at other times would be missed. */
function windowSec(read: VariableReader): number {
  return Number(read.choice("SAFETY_WINDOW_SEC", ["10", "20", "30", "60"], "10"));
}

/** By the exporters' name or by the kernel's own; two that differ are refused, for nobody knows which is meant. */
function kernelLimit(read: VariableReader, name: "SAFETY_GLOBAL_MAX" | "SAFETY_SYMBOL_MAX", otherwise: number): number {
  const kernelName = `${name}_INTENTS_PER_WINDOW` as const;
  const limit = read.integer(name, 1, MOST_ATTEMPTS, otherwise);
  if (read.text(kernelName) === undefined) return limit;
  const kernels = read.integer(kernelName, 1, MOST_ATTEMPTS, limit);
  if (read.text(name) !== undefined && kernels !== limit) {
    read.wrong(kernelName, `${kernels} contradicts ${name}=${limit}: set one of them, to the kernel's limit`);
  }
  return kernels;
}

/** A dimension value: CloudWatch takes ASCII only. */
function environmentName(read: VariableReader): string {
  const name = read.text("ENVIRONMENT", "dev");
  if (!/^[\x21-\x7e]{1,64}$/.test(name)) read.wrong("ENVIRONMENT", "must be 1 to 64 printable ASCII characters");
  return name;
}

function keyOverrides(read: VariableReader): Partial<Keys> {
  const text = read.text("KEYS", "{}");
  try {
    const data: unknown = JSON.parse(text);
    const entries = Object.entries(typeof data === "object" && data !== null ? data : { [text]: text });
    const isUsable = entries.every(
      ([name, key]) => KEY_NAMES.some((one) => one === name) && typeof key === "string" && key !== "",
    );
    if (isUsable) return Object.fromEntries(entries);
    read.wrong("KEYS", `only ${KEY_NAMES.join(", ")} can be named, each with a key's name`);
  } catch {
    read.wrong("KEYS", 'must be JSON such as {"safeMode":"other:safe_mode"}');
  }
  return {};
}

const isName = (name: unknown): boolean => typeof name === "string" && name !== "";

/** Undefined where none are set. */
function declaredGroups(read: VariableReader): DeclaredGroups | undefined {
  const text = read.text("GROUPS");
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    const entries =
      typeof data === "object" && data !== null && !Array.isArray(data) ? Object.entries(data) : [["", 0]];
    const isUsable = entries.every(
      ([stream, names]) => isName(stream) && Array.isArray(names) && names.length > 0 && names.every(isName),
    );
    if (isUsable) return Object.fromEntries(entries) as DeclaredGroups;
  } catch {
    // Said below, as of other text.
  }
  read.wrong("GROUPS", 'must be JSON such as {"quantum:stream:orders":["desk"]}');
  return undefined;
}

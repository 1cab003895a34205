import { ConfigError } from "./errors";

/**
 * Every environment variable that is read; the stack sets them by these names. The first lines are the names that
 * operators know from the exporters before this one.
 */
export const VARIABLES = [
  "REDIS_HOST",
  "REDIS_PORT",
  "REDIS_PASSWORD",
  "REDIS_DB",
  "SAFETY_WINDOW_SEC",
  "SAFETY_GLOBAL_MAX_INTENTS_PER_WINDOW",
  "SAFETY_SYMBOL_MAX_INTENTS_PER_WINDOW",
  "SAMPLE_INTERVAL_SEC",
  "FAULT_LOOKBACK_MAX",
  "SYMBOLS",
  "ENVIRONMENT",
  "SERVICE_VERSION",
  "LOG_LEVEL",

  "REDIS_URL",
  "REDIS_USERNAME",
  "REDIS_TLS",
  "REDIS_TLS_CA",
  "REDIS_TOPOLOGY",
  "REDIS_NODES",
  "REDIS_SENTINELS",
  "REDIS_SENTINEL_MASTER",
  "REDIS_AUTH",
  "REDIS_SECRET_ARN",
  "REDIS_CACHE_NAME",
  "REDIS_SERVERLESS",
  "KEY_PREFIX",
  "KEYS",
  "SAFETY_GLOBAL_MAX",
  "SAFETY_SYMBOL_MAX",
  "COLLECTORS",
  "STREAMS",
  "HALTS",
  "GROUPS",
  "TIER",
  "HARVEST_SYMBOLS",
  "HARVEST_DISCOVERY",
  "HARVEST_MOST_SYMBOLS",
  "HARVEST_INTERVAL_SEC",
  "HARVEST_POSITIONS",
  "HARVEST_PART",
  "AWS_REGION",
] as const;

export type VariableName = (typeof VARIABLES)[number];

/**
 * Reads variables one by one and gathers what is wrong, so that all of it is said at once. An empty variable counts as
 * not set. Written here and not with a schema library: that would be a tenth of the function's bundle.
 */
export class VariableReader<Name extends string = VariableName> {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #wrong: string[] = [];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  text(name: Name): string | undefined;
  text(name: Name, otherwise: string): string;
  text(name: Name, otherwise?: string): string | undefined {
    return this.#env[name] || otherwise;
  }

  /** A whole number in decimal digits, both ends included. */
  integer(name: Name, from: number, to: number, otherwise: number): number {
    const text = this.text(name, String(otherwise)).trim();
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    this.wrong(name, `${JSON.stringify(text)} is not a whole number from ${from} to ${to}`);
    return otherwise;
  }

  choice<const Option extends string>(name: Name, options: readonly Option[], otherwise: Option): Option {
    const text = this.text(name, otherwise);
    const chosen = options.find((option) => option === text);
    if (chosen === undefined) this.wrong(name, `${JSON.stringify(text)} is not one of ${options.join(", ")}`);
    return chosen ?? otherwise;
  }

  flag(name: Name): boolean {
    return this.choice(name, ["true", "false"], "false") === "true";
  }

  /** Parts between commas, each once. */
  list(name: Name, otherwise = ""): string[] {
    const parts = this.text(name, otherwise).split(",");
    return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))];
  }

  wrong(name: Name, sentence: string): void {
    this.#wrong.push(`${name}: ${sentence}`);
  }

  /** Throws ConfigError with everything that was wrong. */
  check(): void {
    if (this.#wrong.length > 0) throw new ConfigError(this.#wrong.join("; "));
  }
}

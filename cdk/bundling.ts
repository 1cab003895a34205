import { join } from "node:path";

/** How an entry point becomes the one file that Lambda loads, in esbuild's words. */
export interface Bundling {
  readonly external: readonly string[];
  readonly mainFields: readonly string[];
  readonly supported: Readonly<Record<string, boolean>>;
  /** Packages, and the file that stands in for each. */
  readonly alias: Readonly<Record<string, string>>;
}

const NO_LOGIN = join(__dirname, "no-login.cjs");

/** The same for the stack, the benchmarks and the tests: what is measured is what is deployed. */
export const bundling: Bundling = {
  // Used with secrets only, and Lambda's runtime brings it.
  external: ["@aws-sdk/client-secrets-manager"],
  // The SDK's ES modules can be shaken down to the one command that is used.
  mainFields: ["module", "main"],
  // Lambda's own modules are found by require alone: an import() that stayed one would look past them.
  supported: { "dynamic-import": false },
  alias: {
    // 10 kB of the Redis client's tracing that nobody could switch on.
    debug: join(__dirname, "silent-debug.cjs"),
    // 2 kB for a Node before version 7, which the package chooses between as it is loaded.
    "redis-errors": require.resolve("redis-errors/lib/modern.js"),
    // 90 kB of ways to log in that Lambda has no use for.
    "@aws-sdk/credential-provider-sso": NO_LOGIN,
    "@aws-sdk/credential-provider-ini": NO_LOGIN,
    "@aws-sdk/credential-provider-process": NO_LOGIN,
    "@aws-sdk/credential-provider-web-identity": NO_LOGIN,
    // 37 kB of its tables of all commands: what is deployed knows those that it asks, and no writing one.
    "@ioredis/commands": join(__dirname, "few-redis-commands.cjs"),
  },
};

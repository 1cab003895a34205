import type { Config } from "../../lib/config";
import { ACL_RULES, type ReadOnly } from "../../lib/redis/read-only";
import type { RedisSession } from "../../lib/redis/session";
import type { Check } from "./contract-checks";

/** Tries every command that the collectors use, each on a key that they read. */
export async function rightsChecks(config: Config, session: () => RedisSession): Promise<Check[]> {
  const { keys } = config;
  const tries: readonly (readonly [string, (redis: ReadOnly) => Promise<unknown>])[] = [
    [`GET ${keys.rateGlobal}:0`, (redis) => redis.get(`${keys.rateGlobal}:0`)],
    [`GET ${keys.rateSymbol}:*`, (redis) => redis.get(`${keys.rateSymbol}:${config.symbols[0] ?? "X"}:0`)],
    [`MULTI, GET, PTTL, EXEC ${keys.safeMode}`, (redis) => redis.getWithTtl(keys.safeMode)],
    ...[keys.faults, keys.intents].flatMap((key) => [
      [`XINFO STREAM ${key}`, (redis: ReadOnly) => redis.stream(key)] as const,
      [`XRANGE ${key}`, (redis: ReadOnly) => redis.range(key, "-", "+", 1)] as const,
      [`XREVRANGE ${key}`, (redis: ReadOnly) => redis.newest(key, "+", "-", 1)] as const,
    ]),
  ];
  const refused = await Promise.all(
    tries.map(async ([command, attempt]) => {
      try {
        await attempt(session());
        return [];
      } catch (error) {
        return [{ command, why: error instanceof Error ? error.message : String(error) }];
      }
    }),
  );
  const problems = refused.flat();
  if (problems.length === 0) return [{ verdict: "ok", what: "every command of the collectors is allowed" }];
  return problems.map(({ command, why }) => ({
    verdict: "problem",
    what: `${command} is refused: ${why}`,
    fix: grant(config),
  }));
}

/** The whole ACL of a user that can read what we read and change nothing. */
function grant({ redis: { authentication }, keys }: Config): string {
  const user = "username" in authentication && authentication.username ? authentication.username : "quantum-watch";
  const patterns = [keys.safeMode, `${keys.rateGlobal}:*`, `${keys.rateSymbol}:*`, keys.faults, keys.intents];
  const allowed = patterns.map((pattern) => `~${pattern}`).join(" ");
  return `as an administrator: ACL SETUSER ${user} on resetkeys ${allowed} resetchannels -@all ${ACL_RULES.join(" ")}`;
}

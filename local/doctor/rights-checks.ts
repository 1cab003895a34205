import type { Config } from "../../lib/config";
import { CollectError } from "../../lib/errors";
import type { Reading } from "../../lib/reading";
import { aclRules } from "../../lib/redis/read-only";
import type { RedisSession } from "../../lib/redis/session";
import type { Check } from "./contract-checks";
import { remedy } from "./remedies";

/** Tries every command that the collectors use, each on a key that they read. */
export async function rightsChecks(config: Config, session: () => RedisSession): Promise<Check[]> {
  const { keys, families } = config;
  const symbol = config.symbols[0] ?? "X";
  const tries: readonly Try[] = [
    ["TIME", (redis) => redis.time()],
    [`GET ${keys.rateGlobal}:0`, (redis) => redis.get(`${keys.rateGlobal}:0`)],
    [`GET ${keys.rateSymbol}:*`, (redis) => redis.get(`${keys.rateSymbol}:${symbol}:0`)],
    [`MULTI, GET, PTTL, EXEC ${keys.safeMode}`, (redis) => redis.getWithTtl(keys.safeMode)],
    ...[keys.faults, keys.intents].flatMap((key) => [
      [`XINFO STREAM ${key}`, (redis: RedisSession) => redis.stream(key)] as const,
      [`XRANGE ${key}`, (redis: RedisSession) => redis.range(key, "-", "+", 1)] as const,
      [`XREVRANGE ${key}`, (redis: RedisSession) => redis.newest(key, "+", "-", 1)] as const,
    ]),
    ...(families.includes("harvest") ? harvestTries(config, symbol) : []),
  ];
  const problems: { command: string; why: string }[] = [];
  // One after the other: a link carries one conversation at a time.
  for (const [command, attempt] of tries) {
    try {
      await attempt(session());
    } catch (error) {
      problems.push({ command, why: error instanceof Error ? error.message : String(error) });
    }
  }
  if (problems.length === 0) return [{ verdict: "ok", what: "every command of the collectors is allowed" }];
  return problems.map(({ command, why }) => ({
    verdict: "problem",
    what: `${command} is refused: ${why}`,
    fix: fixFor(config, why),
  }));
}

type Try = readonly [string, (redis: RedisSession) => Promise<unknown>];

function harvestTries({ keys, harvest }: Config, symbol: string): Try[] {
  const [proposal, position] = [`${keys.harvestProposal}:${symbol}`, `${keys.position}:${symbol}`];
  return [
    [`HMGET ${proposal}`, (redis) => refused(redis.hashes([proposal], ["kill_score"]))],
    ...(harvest.positions
      ? [[`EXISTS ${position}`, (redis: RedisSession) => refused(redis.existing([position]))] as const]
      : []),
  ];
}

/** What is read of many keys does not throw, but says of each what Redis refused. */
async function refused(asking: Promise<Reading<unknown>[]>): Promise<void> {
  const [one] = await asking;
  if (one && "unknown" in one) throw new CollectError(one.unknown);
}

/** What to do about what the network or the server said; missing rights get the line that grants them. */
export function fixFor(config: Config, why: string): string {
  return why.includes("NOPERM") ? grant(config) : remedy(why, config.redis.tls !== undefined);
}

/** The whole ACL of a user that can read what we read and change nothing. */
function grant({ redis, keys, families, harvest }: Config): string {
  const { authentication } = redis;
  const user = "username" in authentication && authentication.username ? authentication.username : "quantum-watch";
  const patterns = [
    keys.safeMode,
    `${keys.rateGlobal}:*`,
    `${keys.rateSymbol}:*`,
    keys.faults,
    keys.intents,
    ...(families.includes("harvest") ? [`${keys.harvestProposal}:*`, `${keys.position}:*`] : []),
  ];
  const rules = aclRules({ ...redis, families, isDiscovering: harvest.isDiscovering });
  const allowed = patterns.map((pattern) => `~${pattern}`).join(" ");
  return `as an administrator: ACL SETUSER ${user} on resetkeys ${allowed} resetchannels -@all ${rules.join(" ")}`;
}

import type { Config } from "../../lib/config";
import { CollectError } from "../../lib/errors";
import type { Reading } from "../../lib/reading";
import { EACH_SYMBOL, keysOfHalt } from "../../lib/redis/halts";
import { contractStreams } from "../../lib/redis/keys";
import type { RedisSession } from "../../lib/redis/session";
import { aclWords } from "../acl-words";
import type { Check } from "./check";
import { remedy } from "./remedies";

type Try = readonly [command: string, attempt: (redis: RedisSession) => Promise<unknown>];

/** Tries every command that the collectors use, each on a key that they read. */
export async function rightsChecks(config: Config, session: () => RedisSession): Promise<Check[]> {
  const problems: Check[] = [];
  const notes: Check[] = [];
  // One after the other: a link carries one conversation at a time.
  for (const [command, attempt] of [
    ...keyTries(config),
    ...haltTries(config),
    ...harvestTries(config),
    ...groupTries(config),
    ...serverTries(config),
  ]) {
    try {
      const why = unavailable(await attempt(session()));
      if (why === undefined) continue;
      const fix = why.includes("NOPERM") ? grant(config) : "this server does not have it";
      notes.push({ verdict: "note", what: `${why}: its metrics stay away`, fix });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push({ verdict: "problem", what: `${command} is refused: ${why}`, fix: fixFor(config, why) });
    }
  }
  if (problems.length > 0) return [...problems, ...notes];
  return [
    {
      verdict: "ok",
      what: notes.length === 0 ? "every command of the collectors is allowed" : "every key can be read",
    },
    ...notes,
  ];
}

/** What a server keeps to itself costs metrics and nothing else: managed ones lack a command or two for good. */
function unavailable(answer: unknown): string | undefined {
  return typeof answer === "object" && answer !== null && "unknown" in answer ? String(answer.unknown) : undefined;
}

function keyTries({ keys, symbols }: Config): readonly Try[] {
  return [
    ["TIME", (redis) => redis.time()],
    [`GET ${keys.rateGlobal}:0`, (redis) => redis.get(`${keys.rateGlobal}:0`)],
    [`GET ${keys.rateSymbol}:*`, (redis) => redis.get(`${keys.rateSymbol}:${symbols[0] ?? "X"}:0`)],
    [`GET, PTTL ${keys.safeMode}`, (redis) => redis.getWithTtl(keys.safeMode)],
    ...[keys.faults, keys.intents].flatMap((key) => [
      [`XINFO STREAM ${key}`, (redis: RedisSession) => redis.stream(key)] as const,
      [`XRANGE ${key}`, (redis: RedisSession) => redis.range(key, "-", "+", 1)] as const,
      [`XREVRANGE ${key}`, (redis: RedisSession) => redis.newest(key, "+", "-", 1)] as const,
    ]),
  ];
}

function haltTries({ families, halts, symbols }: Config): readonly Try[] {
  if (!families.includes("safety")) return [];
  const tries = halts.flatMap((halt) =>
    keysOfHalt(halt).map((key) => ({ key, on: key === halt.key ? halt.on : "text" })),
  );
  return tries.map(({ key: name, on }) => {
    const key = name.replaceAll(EACH_SYMBOL, symbols[0] ?? "X");
    return on === "exists"
      ? [`EXISTS ${key}`, (redis) => redis.exists(key)]
      : [`GET ${key}`, (redis) => redis.get(key)];
  });
}

function groupTries({ families, keys, streams, groups }: Config): readonly Try[] {
  if (!families.includes("streams")) return [];
  return [...new Set([...contractStreams(keys), ...streams, ...Object.keys(groups)])].flatMap((key) => [
    [`XINFO GROUPS ${key}`, (redis: RedisSession) => redis.groups(key)] as const,
    // Of a group that need not exist: a right is asked for before that is seen.
    [`XPENDING ${key}`, (redis: RedisSession) => redis.oldestPending(key, "quantum-watch")] as const,
    [`XINFO CONSUMERS ${key}`, (redis: RedisSession) => redis.consumers(key, "quantum-watch")] as const,
  ]);
}

function serverTries({ families }: Config): readonly Try[] {
  if (!families.includes("redis")) return [];
  return [
    ["INFO", (redis) => redis.info("server")],
    ["SLOWLOG LEN", (redis) => redis.slowLogLength()],
  ];
}

function harvestTries({ families, keys, symbols, harvest }: Config): readonly Try[] {
  if (!families.includes("harvest")) return [];
  const symbol = symbols[0] ?? "X";
  const [proposal, position] = [`${keys.harvestProposal}:${symbol}`, `${keys.position}:${symbol}`];
  return [
    [`HMGET ${proposal}`, (redis) => refused(redis.hashes([proposal], ["kill_score"]))],
    ...(harvest.positions
      ? [[`HMGET ${position}`, (redis: RedisSession) => refused(redis.hashes([position], ["side"]))] as const]
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
function grant({ redis, keys, families, harvest, streams, halts }: Config): string {
  const { authentication } = redis;
  const user = "username" in authentication && authentication.username ? authentication.username : "quantum-watch";
  const words = aclWords({ ...redis, keys, families, streams, halts, isDiscovering: harvest.isDiscovering });
  return `as an administrator: ACL SETUSER ${user} on resetkeys resetchannels ${words}`;
}

import { type Environment, validateEnvironment } from "../lib/environment";
import { namedStreams } from "../lib/environments/declared";
import { ConfigError } from "../lib/errors";
import { haltsUnder } from "../lib/redis/halts";
import { keysUnder } from "../lib/redis/keys";
import { aclWords } from "./acl-words";
import { environmentData } from "./environment-data";

/** Prints the line that makes an environment's Redis user: reading what is read, and nothing else. */
export async function aclCommand(
  { env }: { readonly env: string },
  print: (text: string) => void,
  all?: Readonly<Record<string, Environment>>,
): Promise<number> {
  const environment = validateEnvironment(environmentData(env, all));
  const { redis, keys, collectors: families, halts, harvest } = environment;
  if (redis.kind === "trial") throw new ConfigError(`--env: ${env} brings a Redis of its own, with its user`);
  const { authentication, topology, db } = redis;
  const words = aclWords({
    keys: keysUnder(keys.prefix, keys.overrides),
    families,
    streams: namedStreams(environment).map(({ stream }) => stream),
    halts: halts ?? haltsUnder(keys.prefix),
    isDiscovering: harvest.discovery === "on",
    topology,
    db,
  });
  print(authentication.kind === "iam" ? elastiCacheLine(authentication.username, words) : redisLine(redis, words));
  return 0;
}

type ExistingRedis = Extract<ReturnType<typeof validateEnvironment>["redis"], { kind: "existing" }>;

/** With IAM there is no password, and id and name are the same. */
function elastiCacheLine(user: string, words: string): string {
  return [
    `aws elasticache create-user --user-id ${user} --user-name ${user} --engine valkey`,
    `--authentication-mode Type=iam --access-string 'on ${words}'`,
  ].join(" ");
}

function redisLine({ authentication }: ExistingRedis, words: string): string {
  const user = authentication.kind === "secret" ? authentication.username : undefined;
  return `ACL SETUSER ${user ?? "quantum-watch"} reset on >PASSWORD ${words}`;
}

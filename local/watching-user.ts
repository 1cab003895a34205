import { FAMILIES } from "../lib/collectors";
import { aclRules } from "../lib/redis/read-only";

/** Whom the telemetry logs in as at a Redis of our own: a user that may read, with a password that can be rotated. */
export const WATCHING_USER = { name: "quantum-watch", password: "as-deployed" } as const;

/** The line of redis.conf that makes it. */
export function watchingUserLine(): string {
  const rights = aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES, isDiscovering: true });
  return `user ${WATCHING_USER.name} on >${WATCHING_USER.password} ~* -@all ${rights.join(" ")}`;
}

/** An address with its credentials. */
export function asWatchingUser(url: string): string {
  return url.replace("://", `://${WATCHING_USER.name}:${WATCHING_USER.password}@`);
}

import { TimeLimitError } from "../deadline";

/** Why Redis does not answer us: a closed set, in the words of the log line and of the page. */
export const REDIS_WHYS = ["unreachable", "timed-out", "refused", "untrusted", "loading"] as const;

export type RedisWhy = (typeof REDIS_WHYS)[number];

/** Of these Redis may serve everybody but us: we are blind, and whether the kernel is, is not known. */
export const ONLY_US: ReadonlySet<RedisWhy> = new Set(["refused", "untrusted"]);

/** We have nothing to log in with: Redis was not even asked. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/**
 * By the code of Node's error, or by the server's own words, which the client hands on inside a sentence at times. The
 * first that fits counts. A server says "unauthenticated" where it hangs up before it has come to NOAUTH, DENIED in
 * protected mode; before version 6 "invalid password".
 */
const WORDS: readonly (readonly [RedisWhy, RegExp])[] = [
  ["refused", /\b(WRONGPASS|NOAUTH|NOPERM|DENIED|unauthenticated)\b|^ERR invalid password/],
  ["loading", /\bLOADING\b/],
  [
    "untrusted",
    /certificate|CERT|\bERR_TLS|\bERR_SSL|\bEPROTO\b|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/,
  ],
  ["timed-out", /\bETIMEDOUT\b|timed out/],
];

/** Why Redis does not answer, by what the server, the network or our own clock said. */
export function whyOf(error: Error): RedisWhy {
  // A user whose password cannot be fetched is as blind as one whose password is wrong.
  if (error instanceof CredentialsError) return "refused";
  if (error instanceof TimeLimitError) return "timed-out";
  const said = `${"code" in error ? String(error.code) : ""} ${error.message}`.trimStart();
  // A server or a network that gives us nothing, whatever it says of it (CLUSTERDOWN, too many clients).
  return WORDS.find(([, pattern]) => pattern.test(said))?.[0] ?? "unreachable";
}

/** Whether a server does not take what we logged in with, or no longer; what it does not let a user do is another matter. */
export function isLoginRefused(reply: unknown): boolean {
  return reply instanceof Error && /\b(WRONGPASS|NOAUTH)\b|^ERR invalid password/.test(reply.message);
}

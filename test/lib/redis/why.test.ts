import { ReplyError } from "ioredis";

import { TimeLimitError } from "../../../lib/deadline";
import { CredentialsError, REDIS_WHYS, type RedisWhy, whyOf } from "../../../lib/redis/why";

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** What was heard, and what it is one of. Stands for a refusal of us that is taken for an outage of all, and for the reverse. */
const HEARD: readonly (readonly [RedisWhy, Error])[] = [
  ["refused", new ReplyError("WRONGPASS invalid username-password pair or user is disabled.")],
  ["refused", new ReplyError("NOAUTH Authentication required.")],
  ["refused", new ReplyError("NOPERM this user has no permissions to run the 'get' command")],
  ["refused", new ReplyError("DENIED Redis is running in protected mode because protected mode is enabled")],
  ["refused", new ReplyError("ERR Protocol error: unauthenticated multibulk length")],
  ["refused", new ReplyError("ERR invalid password")],
  [
    "refused",
    new Error("All sentinels are unreachable and retry is disabled. Last error: NOAUTH Authentication required."),
  ],
  ["refused", new CredentialsError("credentials for Redis took longer than 2000 ms")],
  ["loading", new ReplyError("LOADING Redis is loading the dataset in memory")],
  ["untrusted", coded("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate")],
  ["untrusted", coded("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain")],
  ["untrusted", coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate")],
  ["untrusted", coded("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate")],
  ["untrusted", coded("CERT_HAS_EXPIRED", "certificate has expired")],
  ["untrusted", coded("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames")],
  ["untrusted", new Error("All sentinels are unreachable and retry is disabled. Last error: self-signed certificate")],
  ["untrusted", coded("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number")],
  ["timed-out", new TimeLimitError("an answer from Redis took longer than 1500 ms")],
  ["timed-out", coded("ETIMEDOUT", "connect ETIMEDOUT")],
  ["timed-out", new Error("All sentinels are unreachable and retry is disabled. Last error: Command timed out")],
  ["unreachable", coded("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:6379")],
  ["unreachable", coded("ENOTFOUND", "getaddrinfo ENOTFOUND redis.example.com")],
  ["unreachable", coded("ECONNRESET", "read ECONNRESET")],
  ["unreachable", new Error("Connection is closed.")],
  ["unreachable", new ReplyError("CLUSTERDOWN The cluster is down")],
  ["unreachable", new ReplyError("ERR max number of clients reached")],
];

test.each(HEARD)("%s: %s", (why, error) => {
  expect(whyOf(error)).toBe(why);
});

test("every kind is in the table", () => {
  expect(REDIS_WHYS.filter((why) => !HEARD.some(([found]) => found === why))).toEqual([]);
});

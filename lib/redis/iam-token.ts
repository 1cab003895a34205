import { createHash, createHmac } from "node:crypto";

/** Longest life that ElastiCache grants a token. */
const TOKEN_SECONDS = 900;
const SERVICE = "elasticache";
const HASH_OF_NO_BODY = createHash("sha256").update("").digest("hex");

interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The password of an ElastiCache IAM user: a presigned request (AWS Signature Version 4) that nobody sends. Signed
 * here because the signing library alone is larger than what the function's bundle has left; the tests hold it against
 * that library.
 */
export function iamToken(
  cache: { username: string; cacheName: string; isServerless: boolean; region: string },
  credentials: AwsCredentials,
  at: Date,
): string {
  const stamp = at.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = stamp.slice(0, 8);
  const scope = `${day}/${cache.region}/${SERVICE}/aws4_request`;
  const query = canonicalQuery({
    Action: "connect",
    User: cache.username,
    ...(cache.isServerless ? { ResourceType: "ServerlessCache" } : {}),
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
    "X-Amz-Date": stamp,
    "X-Amz-Expires": String(TOKEN_SECONDS),
    ...(credentials.sessionToken === undefined ? {} : { "X-Amz-Security-Token": credentials.sessionToken }),
    "X-Amz-SignedHeaders": "host",
  });
  const request = ["GET", "/", query, `host:${cache.cacheName}`, "", "host", HASH_OF_NO_BODY].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", stamp, scope, createHash("sha256").update(request).digest("hex")].join("\n");
  const key = [day, cache.region, SERVICE, "aws4_request"].reduce(
    hmac,
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  return `${cache.cacheName}/?${query}&X-Amz-Signature=${hmac(key, toSign).toString("hex")}`;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

function canonicalQuery(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .toSorted()
    .join("&");
}

/** RFC 3986 escaping, as the signature wants it. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

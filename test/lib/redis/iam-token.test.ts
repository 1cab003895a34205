import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { iamToken } from "../../../lib/redis/iam-token";

/** SHA-256, keyed where a secret is given, in the shape that the signing library wants. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    throw new Error("signing hashes once");
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

const AT = new Date("2026-03-01T09:08:07.654Z");
const CACHE = { username: "watch", cacheName: "quantum-prod", isServerless: false, region: "eu-central-1" };
const KEY = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const SESSION_TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaDGV1+A/b==";

type Case = { cache: typeof CACHE; credentials: typeof KEY & { sessionToken?: string }; at: Date };

async function presigned({ cache, credentials, at }: Case): Promise<Record<string, unknown>> {
  const { region, username, cacheName, isServerless } = cache;
  const signer = new SignatureV4({ service: "elasticache", region, credentials, sha256: Sha256 });
  const request = await signer.presign(
    {
      method: "GET",
      protocol: "http:",
      hostname: cacheName,
      path: "/",
      headers: { host: cacheName },
      query: { Action: "connect", User: username, ...(isServerless ? { ResourceType: "ServerlessCache" } : {}) },
    },
    { expiresIn: 900, signingDate: at },
  );
  return { ...request.query };
}

describe("an IAM token", () => {
  it.each<[string, Case]>([
    ["with the key of a user", { cache: CACHE, credentials: KEY, at: AT }],
    ["with a role's session token", { cache: CACHE, credentials: { ...KEY, sessionToken: SESSION_TOKEN }, at: AT }],
    ["for a serverless cache", { cache: { ...CACHE, isServerless: true }, credentials: KEY, at: AT }],
    [
      "for a serverless cache with a session token",
      { cache: { ...CACHE, isServerless: true }, credentials: { ...KEY, sessionToken: SESSION_TOKEN }, at: AT },
    ],
    [
      "for a name with characters that need escaping",
      { cache: { ...CACHE, username: "w a+t/c=h&ü*'(!)~%" }, credentials: KEY, at: AT },
    ],
    [
      "in another region, on the first second of a year",
      {
        cache: { ...CACHE, region: "us-gov-west-1" },
        credentials: KEY,
        at: new Date("2027-01-01T00:00:00.000Z"),
      },
    ],
  ])("%s is what the signing library gives", async (_, one) => {
    const expected = await presigned(one);

    const token = iamToken(one.cache, one.credentials, one.at);

    const url = new URL(`http://${token}`);
    expect(Object.fromEntries(url.searchParams)).toEqual(expected);
    expect(token.startsWith(`${one.cache.cacheName}/?Action=connect&`)).toBe(true);
    expect(token).not.toMatch(/[+ ]/);
  });

  it("lives for 15 minutes from its own time, and is another one a second later", () => {
    const first = new URL(`http://${iamToken(CACHE, KEY, AT)}`).searchParams;

    const next = new URL(`http://${iamToken(CACHE, KEY, new Date(AT.getTime() + 1000))}`).searchParams;

    expect([first.get("X-Amz-Expires"), first.get("X-Amz-Date")]).toEqual(["900", "20260301T090807Z"]);
    expect(next.get("X-Amz-Signature")).not.toBe(first.get("X-Amz-Signature"));
  });
});

import * as z from "zod";

import { idOf, matching } from "./fields";
import { secretArn } from "./secret-arn";

const port = z.int().min(1).max(65_535);
const address = z.strictObject({
  host: matching(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, "a host name or address"),
  port,
});

const topology = z.discriminatedUnion("kind", [
  address.extend({ kind: z.literal("single") }),
  z.strictObject({ kind: z.literal("cluster"), nodes: z.array(address).min(1) }),
  z.strictObject({
    kind: z.literal("sentinel"),
    sentinels: z.array(address).min(1),
    master: z.string().min(1),
    /** Port of the servers that the sentinels name; the function's way out is opened for it. */
    masterPort: port,
  }),
]);

/** A password of our own making has no place here: it would stand in the template. */
const authentication = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({
    kind: z.literal("secret"),
    arn: secretArn,
    username: z.string().min(1).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("iam"),
    username: matching(/^[a-z][a-z0-9-]{0,39}$/, "an ElastiCache user id in lower case, the same as the user's name"),
    cacheName: z.string().min(1).max(50),
    isServerless: z.boolean(),
  }),
]);

/** How to reach Redis and as whom; in a stack, hosts may be tokens. */
export type RedisSettings = Omit<Extract<z.output<typeof redis>, { kind: "existing" }>, "kind" | "securityGroupId">;

/** The Redis of an environment: where it is, and how one gets in. */
export const redis = z.discriminatedUnion("kind", [
  /** A cache of the stack's own, in the network of the stack's own. */
  z.strictObject({ kind: z.literal("trial") }),
  z.strictObject({
    kind: z.literal("existing"),
    topology,
    securityGroupId: idOf("sg"),
    authentication,
    /** False for plain TCP; `ca` (PEM) where the server's certificate is not signed by a public authority. */
    tls: z.union(
      [z.literal(false), z.strictObject({ ca: z.string().min(1).exactOptional() })],
      "must be false, or {}, with ca where no public authority signed the certificate",
    ),
    db: z.int().min(0).default(0),
  }),
]);

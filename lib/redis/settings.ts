/** How to reach Redis and as whom. */
export interface RedisSettings {
  readonly topology: Topology;
  readonly db: number;
  /** Undefined for plain TCP. */
  readonly tls: { readonly ca?: string } | undefined;
  readonly authentication: Authentication;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export type Topology =
  | ({ readonly kind: "single" } & Address)
  | { readonly kind: "cluster"; readonly nodes: readonly Address[] }
  | { readonly kind: "sentinel"; readonly sentinels: readonly Address[]; readonly master: string };

export type Authentication =
  | { readonly kind: "none" }
  | { readonly kind: "password"; readonly username: string | undefined; readonly password: string }
  /** The secret holds the password as plain text, or JSON with `username` and `password`. */
  | { readonly kind: "secret"; readonly arn: string; readonly username: string | undefined }
  /** ElastiCache IAM authentication: a token signed locally, good for 15 minutes. */
  | {
      readonly kind: "iam";
      readonly username: string;
      readonly cacheName: string;
      readonly isServerless: boolean;
      readonly region: string;
    };

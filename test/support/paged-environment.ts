import type { Environment } from "../../lib/environment";
import { prod } from "./example-environments";

/** The text of a secret's ARN. */
export const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:eu-central-1:222222222222:secret:quantum/${name}-AbCdEf`;

/** A Redis whose password is a secret. */
export const redisBySecret = {
  kind: "existing",
  topology: { kind: "single", host: "redis.internal", port: 6379 },
  securityGroupId: "sg-0fedcba9876543210",
  authentication: { kind: "secret", arn: secretArn("redis") },
  tls: {},
} as const satisfies Environment["redis"];

/** Production with nobody who is told. */
export const { notify: _, ...unpaged } = prod;

/** Production with every way of telling people that goes with the others. */
export const paged = {
  ...prod,
  notify: {
    pagerduty: { kind: "sns", secretArn: secretArn("pagerduty") },
    email: [
      { address: "oncall@example.com", severities: ["critical"] },
      { address: "digest@example.com", severities: ["info"] },
    ],
    slack: { kind: "bot", secretArn: secretArn("slack"), channel: "C0123456789" },
    webhook: { url: "https://pages.example.com/in", secretArn: secretArn("webhook") },
    quietRepeat: { rules: { RedisDown: "30m" } },
    heartbeat: { secretArn: secretArn("heartbeat"), every: "10m" },
    drill: { day: "MON", at: "10:00" },
  },
} as const satisfies Environment;

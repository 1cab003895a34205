import type { Environment } from "../../lib/environment";
import { ACCOUNT, REGION } from "./emulator";
import { prod } from "../support/example-environments";

/** What an environment has to know of the machine that it is deployed on. */
export interface Settings {
  readonly name: string;
  readonly redis: { readonly port: number; readonly ca: string; readonly secretArn: string };
  readonly secrets: { readonly slack: string; readonly pagerduty: string; readonly heartbeat: string };
  readonly publisher: "emf" | "cloudwatch";
  /** Overrides the value at which a rule fires. */
  readonly slowQueriesMs?: number;
}

/** The user of Redis as whom the functions come. */
export const USER = "quantum-watch";
export const CHANNEL = "C0123456789";
/** Endpoints that the VPC has already; any group will do, as the emulator has no network. */
const ENDPOINTS = { monitoring: "sg-0fedcba9876543211", secretsmanager: "sg-0fedcba9876543211" };

/** Production, in the emulator's account, on this machine's Redis and with a secret for each thing that takes one. */
export function emulated(settings: Settings): Environment {
  const { name, redis, secrets, publisher, slowQueriesMs } = settings;
  return {
    ...prod,
    name,
    account: ACCOUNT,
    region: REGION,
    redis: {
      kind: "existing",
      topology: { kind: "single", host: "127.0.0.1", port: redis.port },
      securityGroupId: "sg-0fedcba9876543210",
      authentication: { kind: "secret", arn: redis.secretArn, username: USER },
      tls: { ca: redis.ca },
    },
    removal: "destroy",
    publisher,
    endpoints: publisher === "cloudwatch" ? ENDPOINTS : { secretsmanager: ENDPOINTS.secretsmanager },
    notify: {
      pagerduty: { kind: "events", secretArn: secrets.pagerduty },
      email: [
        { address: "oncall@example.com", severities: ["critical"] },
        { address: "trading@example.com", severities: ["info"] },
      ],
      slack: { kind: "bot", secretArn: secrets.slack, channel: CHANNEL },
      heartbeat: { secretArn: secrets.heartbeat },
      drill: { day: "MON", at: "10:00" },
    },
    rules: slowQueriesMs === undefined ? {} : { RedisSlowQueries: { value: slowQueriesMs } },
  };
}

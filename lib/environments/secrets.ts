import { channelsOf } from "./paging";
import type { CompleteEnvironment } from "./schema";

/** A secret that an environment names. */
export interface NamedSecret {
  /** Where the environment names it. */
  readonly setting: string;
  readonly arn: string;
  /** What is read of it, where it is JSON; one of a single value may be that value alone. */
  readonly member: "url" | "token" | "routing_key" | "key" | "password";
  /** Functions read it by the SDK while they run, CloudFormation when it deploys. */
  readonly reader: "function" | "deploy";
  /** CloudFormation finds its member in JSON only. */
  readonly isJson: boolean;
}

const MEMBERS = { "slack-webhook": "url", "slack-bot": "token", pagerduty: "routing_key", webhook: "key" } as const;

/** Every secret of an environment. */
export function secretsOf(environment: CompleteEnvironment): NamedSecret[] {
  const { redis, notify } = environment;
  const ofFunction = { reader: "function", isJson: false } as const;
  const secrets: NamedSecret[] = [];
  if (redis.kind === "existing" && redis.authentication.kind === "secret") {
    secrets.push({ setting: "redis.authentication", arn: redis.authentication.arn, member: "password", ...ofFunction });
  }
  if (notify?.pagerduty?.kind === "sns") {
    const { secretArn: arn } = notify.pagerduty;
    secrets.push({ setting: "notify.pagerduty", arn, member: "url", reader: "deploy", isJson: true });
  }
  for (const { kind, name, secretArn: arn } of channelsOf(environment)) {
    secrets.push({ setting: `notify.${name}`, arn, member: MEMBERS[kind], ...ofFunction });
  }
  if (notify?.heartbeat && "secretArn" in notify.heartbeat) {
    secrets.push({ setting: "notify.heartbeat", arn: notify.heartbeat.secretArn, member: "url", ...ofFunction });
  }
  return secrets;
}

/** What cannot work of the key under which secrets are, a sentence each. */
export function impossibleSecretsKey(environment: CompleteEnvironment): string[] {
  const { secretsKeyArn, region } = environment;
  if (secretsKeyArn === undefined) return [];
  const [, , , at] = secretsKeyArn.split(":");
  if (at !== region) return [`secretsKeyArn is in ${at}, and not in ${region}`];
  const isRead = secretsOf(environment).some(({ reader }) => reader === "function");
  return isRead ? [] : ["secretsKeyArn names a key, but no function reads a secret"];
}

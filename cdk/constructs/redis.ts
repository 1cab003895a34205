import { type ISecurityGroup, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import type { RedisSettings } from "../../lib/environments/redis-schema";
import type { Network } from "./network";
import { TrialCache } from "./trial-cache";

/** A Redis, and the group that has to let the function in. */
export interface ReachableRedis {
  readonly settings: RedisSettings;
  readonly securityGroup: ISecurityGroup;
}

interface RedisProps {
  readonly environment: ValidatedEnvironment;
  readonly network: Network;
}

/** The Redis of an environment: the one it names, or a cache made for a trial. */
export function reachableRedis(scope: Construct, id: string, { environment, network }: RedisProps): ReachableRedis {
  const { redis } = environment;
  if (redis.kind === "trial") return new TrialCache(scope, id, { environment, network });
  const { kind: _, securityGroupId, ...settings } = redis;
  return { settings, securityGroup: SecurityGroup.fromSecurityGroupId(scope, id, securityGroupId) };
}

/** Every port that a connection to Redis may lead to. */
export function portsOf({ topology, authentication }: RedisSettings): number[] {
  // A serverless cache has its readers behind the next port, and a cluster's client may ask any node for the slots.
  const isServerless = authentication.kind === "iam" && authentication.isServerless;
  const beside = (port: number): number[] => (isServerless ? [port, port + 1] : [port]);
  switch (topology.kind) {
    case "single":
      return [topology.port];
    case "cluster":
      return [...new Set(topology.nodes.flatMap(({ port }) => beside(port)))];
    case "sentinel":
      return [...new Set([...topology.sentinels.map(({ port }) => port), topology.masterPort])];
  }
}

import { SecurityGroup } from "aws-cdk-lib/aws-ec2";
import { CfnServerlessCache, CfnUser, CfnUserGroup } from "aws-cdk-lib/aws-elasticache";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { stackName } from "../../lib/environments/names";
import { aclRules } from "../../lib/redis/read-only";
import type { Network } from "./network";
import type { RedisSettings } from "../../lib/environments/redis-schema";

/** Every serverless cache listens here. */
const PORT = 6379;
/** The least that can be set, so that a trial cannot run up a bill. */
const MOST_STORED_GB = 1;
const MOST_ECPU_PER_SECOND = 1000;

interface TrialCacheProps {
  readonly environment: ValidatedEnvironment;
  readonly network: Network;
}

/** A serverless Valkey cache with one user, who logs in by IAM, over TLS, and may read the contract's keys only. */
export class TrialCache extends Construct {
  readonly settings: RedisSettings;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { environment, network }: TrialCacheProps) {
    super(scope, id);
    const name = stackName(environment.name);
    this.securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc: network.vpc,
      description: "The trial cache",
      allowAllOutbound: false,
    });
    const user = new CfnUser(this, "Reader", {
      engine: "valkey",
      userId: name,
      // IAM authentication wants both to be the same.
      userName: name,
      authenticationMode: { Type: "iam" },
      accessString: accessString(environment),
    });
    const users = new CfnUserGroup(this, "Users", { engine: "valkey", userGroupId: name, userIds: [user.ref] });
    const cache = new CfnServerlessCache(this, "Cache", {
      engine: "valkey",
      majorEngineVersion: "8",
      serverlessCacheName: name,
      description: `Trial cache of ${name}`,
      userGroupId: users.ref,
      securityGroupIds: [this.securityGroup.securityGroupId],
      subnetIds: network.subnets.map(({ subnetId }) => subnetId),
      cacheUsageLimits: {
        dataStorage: { maximum: MOST_STORED_GB, unit: "GB" },
        ecpuPerSecond: { maximum: MOST_ECPU_PER_SECOND },
      },
    });
    this.settings = {
      topology: { kind: "cluster", nodes: [{ host: cache.attrEndpointAddress, port: PORT }] },
      authentication: { kind: "iam", username: name, cacheName: name, isServerless: true },
      tls: {},
      db: 0,
    };
  }
}

function accessString({ keys, collectors, harvest }: ValidatedEnvironment): string {
  const patterns = [`${keys.prefix}*`, ...Object.values(keys.overrides)];
  const rules = aclRules({
    // As every serverless cache is.
    topology: { kind: "cluster" },
    db: 0,
    families: collectors,
    isDiscovering: harvest.discovery === "on",
  });
  return ["on", ...patterns.map((pattern) => `%R~${pattern}`), "-@all", ...rules].join(" ");
}

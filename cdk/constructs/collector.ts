import { Duration } from "aws-cdk-lib";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { heapOptions } from "../../lib/collect-size";
import { COLLECT_TIMEOUT_SEC } from "../../lib/collect-timeout";
import { collectSizeOf } from "../../lib/environments/collect-size";
import { reservedConcurrencyOf } from "../../lib/environments/concurrency";
import type { CollectFunction } from "../../lib/environments/functions";
import { collectLogGroup, collectName } from "../../lib/environments/names";
import { collectorRole } from "./collector-role";
import { collectorVariables } from "../../lib/environments/collector-variables";
import type { Endpoints } from "./endpoints";
import { functionCode } from "./function-code";
import { functionLog } from "./function-log";
import type { Network } from "./network";
import { outboundGroup, type WayOut } from "./outbound-group";
import { portsOf, type ReachableRedis } from "./redis";
import { wakingRole } from "./waking-role";

interface CollectorProps {
  readonly environment: ValidatedEnvironment;
  readonly collects: CollectFunction;
  readonly network: Network;
  readonly redis: ReachableRedis;
  readonly endpoints: Endpoints;
}

/** The least that either layer takes; what comes later still finds the next run at work. */
const MAX_AGE = Duration.seconds(60);
const HTTPS = 443;

/** A function that reads Redis, when it wakes, and what it may reach. */
export class Collector extends Construct {
  readonly schedule: Schedule;
  /** Its name, known at synth. */
  readonly logGroup: string;
  readonly logGroupArn: string;

  constructor(scope: Construct, id: string, props: CollectorProps) {
    super(scope, id);
    const { environment, collects } = props;
    this.logGroup = collectLogGroup(environment.name, collects.name);
    const log = functionLog(this, "Logs", environment, collects.name);
    this.logGroupArn = log.logGroupArn;
    const collect = this.#function(props, log);
    this.schedule = new Schedule(this, "Schedule", {
      scheduleName: collectName(environment.name, collects.name),
      description: "Wakes the collecting function every minute",
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(collect, {
        input: ScheduleTargetInput.fromObject({ scheduledAt: ContextAttribute.scheduledTime }),
        retryAttempts: 0,
        maxEventAge: MAX_AGE,
        role: wakingRole(this, "WakingRole", collect),
      }),
    });
  }

  #function(props: CollectorProps, logGroup: LogGroup): NodejsFunction {
    const { environment, collects, network, redis, endpoints } = props;
    const functionName = collectName(environment.name, collects.name);
    const role = collectorRole(this, "Role", { environment, redis: redis.settings, functionName, logGroup });
    const { memoryMb } = collectSizeOf(environment, collects);
    const reservedConcurrentExecutions = reservedConcurrencyOf(environment).get(collects.name);
    return new NodejsFunction(this, "Function", {
      ...functionCode(environment.publisher === "emf" ? "collect.ts" : "collect-api.ts"),
      functionName,
      description: "Reads Redis on every mark of a minute and publishes what it read",
      memorySize: memoryMb,
      timeout: Duration.seconds(COLLECT_TIMEOUT_SEC),
      environment: {
        ...collectorVariables(environment, redis.settings, collects),
        ...endpoints.variables,
        NODE_OPTIONS: heapOptions(memoryMb).join(" "),
      },
      role,
      logGroup,
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: [outboundGroup(this, "SecurityGroup", { vpc: network.vpc, ways: waysOut(props), role })],
      retryAttempts: 0,
      maxEventAge: MAX_AGE,
      ...(reservedConcurrentExecutions === undefined ? {} : { reservedConcurrentExecutions }),
    });
  }
}

/** Every way out of the function: to Redis, and to the endpoints where there are any. */
function waysOut({ redis, endpoints }: CollectorProps): WayOut[] {
  // Endpoints that a VPC has already may share a group, and EC2 refuses the same rule twice.
  const groups = new Map(endpoints.securityGroups.map((group) => [group.securityGroupId, group]));
  return [
    ...portsOf(redis.settings).map((port) => ({ to: redis.securityGroup, port, why: "Redis" })),
    ...Array.from(groups.values(), (to) => ({ to, port: HTTPS, why: "An endpoint of AWS" })),
  ];
}

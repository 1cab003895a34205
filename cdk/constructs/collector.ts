import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Architecture, LoggingFormat, Runtime } from "aws-cdk-lib/aws-lambda";
import { type BundlingOptions, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, LogGroupClass, RetentionDays } from "aws-cdk-lib/aws-logs";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import { join } from "node:path";

import type { ValidatedEnvironment } from "../../lib/environment";
import { COLLECT_HEAP } from "../../lib/collect-heap";
import { COLLECT_TIMEOUT_SEC } from "../../lib/collect-timeout";
import type { CollectFunction } from "../../lib/environments/functions";
import { collectLogGroup, collectName } from "../../lib/environments/names";
import { bundling } from "../bundling";
import { collectorRole } from "./collector-role";
import { collectorVariables } from "./collector-variables";
import type { Endpoints } from "./endpoints";
import type { Network } from "./network";
import { outboundGroup, type WayOut } from "./outbound-group";
import { portsOf, type ReachableRedis } from "./redis";

interface CollectorProps {
  readonly environment: ValidatedEnvironment;
  readonly collects: CollectFunction;
  readonly network: Network;
  readonly redis: ReachableRedis;
  readonly endpoints: Endpoints;
}

const ROOT = join(__dirname, "../..");
const MEMORY_MB = 128;
/** The least that either layer takes; what comes later still finds the next run at work. */
const MAX_AGE = Duration.seconds(60);
const HTTPS = 443;

const RETENTION: Readonly<Record<ValidatedEnvironment["retentionDays"], RetentionDays>> = {
  1: RetentionDays.ONE_DAY,
  3: RetentionDays.THREE_DAYS,
  5: RetentionDays.FIVE_DAYS,
  7: RetentionDays.ONE_WEEK,
  14: RetentionDays.TWO_WEEKS,
  30: RetentionDays.ONE_MONTH,
  60: RetentionDays.TWO_MONTHS,
  90: RetentionDays.THREE_MONTHS,
  180: RetentionDays.SIX_MONTHS,
  365: RetentionDays.ONE_YEAR,
};

/** A function that reads Redis, when it wakes, and what it may reach. */
export class Collector extends Construct {
  readonly schedule: Schedule;
  /** Its name, known at synth. */
  readonly logGroup: string;

  constructor(scope: Construct, id: string, props: CollectorProps) {
    super(scope, id);
    const { environment, collects } = props;
    this.logGroup = collectLogGroup(environment.name, collects.name);
    const collect = this.#function(props);
    this.schedule = new Schedule(this, "Schedule", {
      scheduleName: collectName(environment.name, collects.name),
      description: "Wakes the collecting function every minute",
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(collect, {
        input: ScheduleTargetInput.fromObject({ scheduledAt: ContextAttribute.scheduledTime }),
        retryAttempts: 0,
        maxEventAge: MAX_AGE,
      }),
    });
  }

  #function(props: CollectorProps): NodejsFunction {
    const { environment, collects, network, redis, endpoints } = props;
    const functionName = collectName(environment.name, collects.name);
    const { reservedConcurrency, retentionDays, publisher } = environment;
    const logGroup = new LogGroup(this, "Logs", {
      logGroupName: this.logGroup,
      logGroupClass: LogGroupClass.STANDARD,
      retention: RETENTION[retentionDays],
      removalPolicy: environment.removal === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    return new NodejsFunction(this, "Function", {
      functionName,
      description: "Reads Redis on every mark of a minute and publishes what it read",
      entry: join(ROOT, "functions", publisher === "emf" ? "collect.ts" : "collect-api.ts"),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, "package-lock.json"),
      bundling: bundlingOptions(),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(COLLECT_TIMEOUT_SEC),
      environment: {
        ...collectorVariables(environment, redis.settings, collects),
        ...endpoints.variables,
        NODE_OPTIONS: COLLECT_HEAP.join(" "),
      },
      awsSdkConnectionReuse: false,
      role: collectorRole(this, "Role", { environment, redis: redis.settings, functionName, logGroup }),
      logGroup,
      // EMF is recognised in plain lines only; in JSON format Lambda would wrap them.
      loggingFormat: LoggingFormat.TEXT,
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: [outboundGroup(this, "SecurityGroup", network.vpc, waysOut(props))],
      retryAttempts: 0,
      maxEventAge: MAX_AGE,
      ...(reservedConcurrency === "none" ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
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

function bundlingOptions(): BundlingOptions {
  const { external, mainFields, supported, alias } = bundling;
  const flags = [
    ...Object.entries(supported).map(([feature, isSupported]) => [`--supported:${feature}`, String(isSupported)]),
    ...Object.entries(alias).map(([name, file]) => [`--alias:${name}`, file]),
  ];
  return {
    format: OutputFormat.CJS,
    minify: true,
    externalModules: [...external],
    mainFields: [...mainFields],
    esbuildArgs: Object.fromEntries(flags),
  };
}

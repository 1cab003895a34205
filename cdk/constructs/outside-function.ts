import { Duration } from "aws-cdk-lib";
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { ContextAttribute, Schedule, type ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

import { COLLECT_TIMEOUT_SEC } from "../../lib/collect-timeout";
import type { ValidatedEnvironment } from "../../lib/environment";
import { collectName } from "../../lib/environments/names";
import type { PagingFunction } from "../../lib/environments/paging";
import { functionCode } from "./function-code";
import { functionLog } from "./function-log";
import { writesLog } from "./rights";
import { wakingRole } from "./waking-role";

interface OutsideFunctionProps {
  readonly environment: ValidatedEnvironment;
  readonly name: PagingFunction;
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  readonly variables: Readonly<Record<string, string>>;
  /** When it wakes by itself; what a schedule wakes is not tried again, as the next time does the same. */
  readonly schedule?: ScheduleExpression;
  /** Where events go that it failed at three times. */
  readonly deadLetters?: Queue;
  readonly reservedConcurrency?: number;
}

const MEMORY_MB = 256;
/** The least that either layer takes. */
const MAX_AGE = Duration.seconds(60);
/** What Lambda does by itself, said: a storm waits in its queue for so long, and what fails is tried again. */
const PATIENCE = { retryAttempts: 2, maxEventAge: Duration.hours(6) };

/** A function without a VPC, which is how it reaches whom it tells. */
export class OutsideFunction extends Construct {
  readonly function: NodejsFunction;
  /** With every right that the function has. */
  readonly role: Role;

  constructor(scope: Construct, id: string, props: OutsideFunctionProps) {
    super(scope, id);
    const { environment, name, description, schedule, deadLetters: deadLetterQueue, reservedConcurrency } = props;
    const functionName = collectName(environment.name, name);
    const logGroup = functionLog(this, "Logs", environment, name);
    const statements = [writesLog(logGroup), ...props.statements];
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Runs ${functionName}`,
      inlinePolicies: { [name]: new PolicyDocument({ statements, minimize: false }) },
    });
    const isWoken = schedule !== undefined;
    this.function = new NodejsFunction(this, "Function", {
      ...functionCode(`${name}.ts`),
      functionName,
      description,
      memorySize: MEMORY_MB,
      // As of the functions that collect: so long is a receiver waited for that is away.
      timeout: Duration.seconds(COLLECT_TIMEOUT_SEC),
      environment: { ...props.variables },
      // Every right is one of the statements above; nothing adds to them.
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      ...(isWoken ? { retryAttempts: 0, maxEventAge: MAX_AGE } : PATIENCE),
      ...(deadLetterQueue ? { deadLetterQueue } : {}),
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    });
    if (schedule) this.#wake(functionName, description, schedule);
  }

  #wake(scheduleName: string, description: string, schedule: ScheduleExpression): void {
    const input = ScheduleTargetInput.fromObject({ scheduledAt: ContextAttribute.scheduledTime });
    const role = wakingRole(this, "WakingRole", this.function);
    const target = new LambdaInvoke(this.function, { input, retryAttempts: 0, maxEventAge: MAX_AGE, role });
    new Schedule(this, "Schedule", { scheduleName, description, schedule, target });
  }
}

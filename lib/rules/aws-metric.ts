/** A metric that AWS itself publishes about a resource of ours; stored by the minute. */
export interface AwsMetric {
  readonly namespace: "AWS/Lambda" | "AWS/Logs" | "AWS/SQS";
  readonly name: string;
  /** The only statistic that is read of it. */
  readonly statistic: "Sum" | "Maximum";
  readonly resolution: 60;
  /** Its dimension, and the name of the resource, or of one of those that a rule is split by, in an environment. */
  readonly dimension: string;
  readonly resource: (environment: string, label?: string) => string;
  /** Seconds after its stamp at which a datum can be counted on. */
  readonly arrivalSec: number;
}

type Described = Pick<AwsMetric, "name" | "statistic" | "resource">;

/**
 * Lambda stamps with the start of a run and sends after its end: a run takes up to 84 s here, and metrics go out once a
 * minute.
 */
const LAMBDA_ARRIVAL_SEC = 150;
/** CloudWatch Logs sends its metrics once a minute. */
const LOGS_ARRIVAL_SEC = 60;
/** So does SQS; a queue that was idle for six hours takes up to 15 minutes to begin again (SQS developer guide). */
const QUEUE_ARRIVAL_SEC = 60;

/** A metric of a Lambda function. */
export function lambdaMetric(described: Described): AwsMetric {
  return {
    ...described,
    namespace: "AWS/Lambda",
    resolution: 60,
    dimension: "FunctionName",
    arrivalSec: LAMBDA_ARRIVAL_SEC,
  };
}

/** A metric of a log group. */
export function logGroupMetric(described: Described): AwsMetric {
  return {
    ...described,
    namespace: "AWS/Logs",
    resolution: 60,
    dimension: "LogGroupName",
    arrivalSec: LOGS_ARRIVAL_SEC,
  };
}

/** A metric of a queue. */
export function queueMetric(described: Described): AwsMetric {
  return {
    ...described,
    namespace: "AWS/SQS",
    resolution: 60,
    dimension: "QueueName",
    arrivalSec: QUEUE_ARRIVAL_SEC,
  };
}

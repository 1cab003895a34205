import type { Severity } from "../rules/severity";

/** The stack, and the beginning of the name of everything in it. */
export function stackName(environment: string): string {
  return `${environment}-quantum-watch`;
}

/** A function that collects, and its schedule. */
export function collectName(environment: string, name = "collect"): string {
  return `${stackName(environment)}-${name}`;
}

/**
 * The log group of a function that collects. Not under /aws/lambda, where Lambda would make one of its own, without
 * retention, for a function that outlives its stack's log group for a moment.
 */
export function collectLogGroup(environment: string, name = "collect"): string {
  return `/quantum-watch/${environment}/${name}`;
}

/** The topic that takes a severity's alarms. */
export function topicName(environment: string, severity: Severity): string {
  return `${stackName(environment)}-${severity}`;
}

/** The table in which the notifier remembers what it told. */
export function tableName(environment: string): string {
  return `${stackName(environment)}-incidents`;
}

/** The queue that takes what one subscription, or the notifying function, could not deliver. */
export function deadLetterName(environment: string, label = ""): string {
  return `${stackName(environment)}-dead-${label}`;
}

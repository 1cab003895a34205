import type { Severity } from "../rules/severity";

/** The stack, and the beginning of the name of everything in it. */
export function stackName(environment: string): string {
  return `${environment}-quantum-watch`;
}

/** The function that collects, and its schedule. */
export function collectName(environment: string): string {
  return `${stackName(environment)}-collect`;
}

/**
 * The log group of the function that collects. Not under /aws/lambda, where Lambda would make one of its own, without
 * retention, for a function that outlives its stack's log group for a moment.
 */
export function collectLogGroup(environment: string): string {
  return `/quantum-watch/${environment}/collect`;
}

/** The topic that takes a severity's alarms. */
export function topicName(environment: string, severity: Severity): string {
  return `${stackName(environment)}-${severity}`;
}

import { type BoardName, dashboardName } from "./names";
import type { Rule } from "./rule";

/** The section of a rule in its runbook: heading and rule have the same name. */
export function runbookUrl(runbooks: string, { runbook, name }: Pick<Rule, "runbook" | "name">): string {
  return `${runbooks.replace(/\/+$/, "")}/${runbook}.md#${name.toLowerCase()}`;
}

/** A page of the CloudWatch console; `path` is what follows the hash. */
export function consoleUrl(region: string, path: string): string {
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#${path}`;
}

/** A board in the CloudWatch console. */
export function boardUrl(region: string, environment: string, board: BoardName): string {
  return consoleUrl(region, `dashboards/dashboard/${dashboardName(environment, board)}`);
}

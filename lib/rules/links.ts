import { consoleHost } from "../partition";
import { type BoardName, dashboardName } from "./names";
import type { Rule } from "./rule";

/** The section of a rule in its runbook: heading and rule have the same name. */
export function runbookUrl(runbooks: string, { runbook, name }: Pick<Rule, "runbook" | "name">): string {
  return `${runbooks.replace(/(?<!\/)\/+$/, "")}/${runbook}.md#${name.toLowerCase()}`;
}

/** A page of a service's console; `path` is what follows the hash. */
export function consoleUrl(region: string, path: string, service = "cloudwatch"): string {
  return `https://${consoleHost(region)}/${service}/home?region=${region}#${path}`;
}

/** A board in the CloudWatch console. */
export function boardUrl(region: string, environment: string, board: BoardName): string {
  return consoleUrl(region, `dashboards/dashboard/${dashboardName(environment, board)}`);
}

/** An alarm in the CloudWatch console. */
export function alarmUrl(region: string, name: string): string {
  return consoleUrl(region, `alarmsV2:alarm/${encodeURIComponent(name)}`);
}

/** A log group in the CloudWatch console. */
export function logGroupUrl(region: string, group: string): string {
  return consoleUrl(region, `logsV2:log-groups/log-group/${inHash(encodeURIComponent(group))}`);
}

/** The events of a log group between two times (epoch ms) in the CloudWatch console. */
export function logsUrl(region: string, group: string, from: number, to: number): string {
  const range = `?start=${Math.floor(from)}&end=${Math.ceil(to)}`;
  return `${logGroupUrl(region, group)}/log-events${inHash(range)}`;
}

/** Behind its hash the console wants a dollar in place of the percent sign. */
const inHash = (text: string): string => encodeURIComponent(text).replaceAll("%", "$");

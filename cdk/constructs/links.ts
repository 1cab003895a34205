import { CfnOutput, type Stack } from "aws-cdk-lib";

import { boardsOf } from "../../dashboards";
import type { ValidatedEnvironment } from "../../lib/environment";
import { collectLogGroup, collectName } from "../../lib/environments/names";
import { functionNamesOf } from "../../lib/environments/paging";
import { pascalCase } from "../../lib/rules/alarms";
import { boardUrl, consoleUrl, logGroupUrl } from "../../lib/rules/links";

/** Prints where to look in the console after a deploy. */
export function addLinks(stack: Stack, environment: ValidatedEnvironment): void {
  const { name, region } = environment;
  const links: [id: string, value: string][] = [
    ...boardsOf(environment).map((board): [string, string] => [
      `${pascalCase(board.name.replace(/^quantum-/, ""))}Board`,
      boardUrl(region, name, board.name),
    ]),
    ["AlarmList", consoleUrl(region, `alarmsV2:?search=${name}-`)],
    ["FiringAlarms", consoleUrl(region, `alarmsV2:?search=${name}-&alarmStateFilter=ALARM`)],
  ];
  for (const one of functionNamesOf(environment)) {
    links.push([`${pascalCase(one)}Log`, logGroupUrl(region, collectLogGroup(name, one))]);
    links.push([`${pascalCase(one)}Function`, consoleUrl(region, `/functions/${collectName(name, one)}`, "lambda")]);
  }
  if (environment.notify) {
    links.push(["SubscriptionList", consoleUrl(region, "/subscriptions", "sns/v3")]);
  }
  for (const [id, value] of links) new CfnOutput(stack, id, { value });
}

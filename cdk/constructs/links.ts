import { CfnOutput, type Stack } from "aws-cdk-lib";

import type { ValidatedEnvironment } from "../../lib/environment";
import { collectLogGroup, collectName } from "../../lib/environments/names";
import { boardUrl, consoleUrl } from "../../lib/rules/links";

/** Prints where to look in the console after a deploy. */
export function addLinks(stack: Stack, { name, region }: ValidatedEnvironment): void {
  const lambda = `https://${region}.console.aws.amazon.com/lambda/home?region=${region}`;
  const links = {
    SafetyBoard: boardUrl(region, name, "quantum-safety"),
    AlarmList: consoleUrl(region, `alarmsV2:?search=${name}-`),
    CollectLog: consoleUrl(region, `logsV2:log-groups/log-group/${inHash(collectLogGroup(name))}`),
    CollectFunction: `${lambda}#/functions/${collectName(name)}`,
  };
  for (const [id, value] of Object.entries(links)) new CfnOutput(stack, id, { value });
}

/** The console wants slashes behind the hash escaped twice, with a dollar in place of the first percent sign. */
const inHash = (text: string): string => encodeURIComponent(encodeURIComponent(text)).replaceAll("%", "$");

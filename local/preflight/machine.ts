import { version as cli } from "aws-cdk/package.json";

import { engines } from "../../package.json";
import { broken, type Finding, known } from "./finding";

/** A line of 3.0 exists, which reads no template of today's library. */
const CLI_MAJOR = 2;

/** Whether this machine's Node and CDK can deploy. */
export function machineFindings(node: string = process.versions.node): Finding[] {
  const least = engines.node.replace(">=", "");
  return [
    isAtLeast(node, least)
      ? known(`Node ${node}`)
      : broken(`Node ${node}, and ${least} is the least`, "install a newer one from https://nodejs.org"),
    cli.startsWith(`${CLI_MAJOR}.`) ? known(`CDK ${cli}`) : broken(`CDK ${cli}, which is not ${CLI_MAJOR}.x`, "npm ci"),
  ];
}

function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, "en", { numeric: true }) >= 0;
}

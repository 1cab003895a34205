import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { CannotRun } from "./cannot-run";

/** Where `npm run setup` puts the Node that Lambda runs. */
const FOLDER = join(__dirname, "../.tools/node/node_modules");
/** As the stack says: nodejs24.x. */
const MAJOR = "v24.";

/** The Node that is deployed, and its version. */
export interface DeployedNode {
  readonly file: string;
  readonly version: string;
}

/** The Node that is deployed, as `npm run setup` fetched it; throws CannotRun where it is not here. */
export function deployedNode(folder = FOLDER): DeployedNode {
  try {
    const name = readdirSync(folder).find((one) => one.startsWith("node-")) ?? "none";
    const file = join(folder, name, "bin/node");
    const version = execFileSync(file, ["--version"], { encoding: "utf8" }).trim();
    if (version.startsWith(MAJOR)) return { file, version };
    throw new Error(`it is ${version}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotRun(`Node ${MAJOR}x of .tools/node is needed, which npm run setup fetches: ${why}`);
  }
}

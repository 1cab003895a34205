import { execFile } from "node:child_process";
import { join } from "node:path";

import { ACCOUNT, type Emulator, REGION } from "./emulator";
import { ROOT } from "./tools";

const CLI = join(ROOT, "node_modules/aws-cdk/bin/cdk");
const APP = `${process.execPath} --import tsx test/deploy/app.ts`;
const LIMIT_MS = 240_000;
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/** How a command of the CDK ended, and all that it printed. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs the CDK's command line on the app of this folder against the emulator; never throws for an exit code. */
export function cdk(
  { env }: Emulator,
  args: readonly string[],
  { settings, out }: { readonly settings: string; readonly out: string },
): Promise<Ran> {
  const common = ["--app", APP, "--output", out, "-c", "target=emulator", "--no-notices", "--ci"];
  const places = { CDK_DEFAULT_ACCOUNT: ACCOUNT, CDK_DEFAULT_REGION: REGION, DEPLOY_SETTINGS: settings };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...args, ...common],
      { cwd: ROOT, env: { ...env, ...places }, timeout: LIMIT_MS, maxBuffer: MOST_OUTPUT_BYTES },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` });
      },
    );
  });
}

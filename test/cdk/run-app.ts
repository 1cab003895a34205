import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { context } from "../../cdk.json";

/** Starting a process that loads all of aws-cdk-lib, on a busy machine. */
export const APP_TIMEOUT_MS = 60_000;

const ROOT = join(__dirname, "../..");

/** How an app ended, and the folder that it wrote to. */
export interface Ended {
  readonly code: number;
  readonly stderr: string;
  readonly out: string;
}

/** Runs a CDK app in a process of its own, as the command line does; what it wrote goes with the enclosing tests. */
export function appRunner(): (app: string, more?: object) => Promise<Ended> {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
  return async (app, more = {}) => {
    const out = await mkdtemp(join(tmpdir(), "quantum-watch-app-"));
    folders.push(out);
    const { CDK_DEFAULT_ACCOUNT: _, CDK_DEFAULT_REGION: __, ...inherited } = process.env;
    const env = {
      ...inherited,
      CDK_OUTDIR: out,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, "aws:cdk:bundling-stacks": [], ...more }),
    };
    return new Promise((resolve) => {
      execFile(process.execPath, ["--import", "tsx", join(ROOT, app)], { cwd: ROOT, env }, (error, ___, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stderr, out });
      });
    });
  };
}

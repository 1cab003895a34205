import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { APP_TIMEOUT_MS, appRunner } from "./run-app";

/** A cold start loads every byte of it. */
const MAX_EMF_BYTES = 250_000;

const run = appRunner();

async function bundleOf(app: string, environment: string): Promise<string> {
  const { out } = await run(app, { env: environment, "aws:cdk:bundling-stacks": ["**"] });
  const asset = (await readdir(out)).find((name) => name.startsWith("asset."));
  return join(out, asset ?? "no asset", "index.js");
}

const packagesOf = (code: string): string[] =>
  Array.from(code.matchAll(/(?:require|import)\("(@aws-sdk\/[^"]+)"\)/g), ([, name = ""]) => name);

/** Loads a bundle in a process of its own, as Lambda does, and says what its handler is. */
async function handlerOf(bundle: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "-p",
    `typeof require(${JSON.stringify(bundle)}).handler`,
  ]);
  return stdout.trim();
}

test(
  "what is deployed for EMF is small, has a handler, and takes no SDK but the one that Lambda brings for secrets",
  async () => {
    const bundle = await bundleOf("cdk/app.ts", "staging");

    const code = await readFile(bundle, "utf8");
    expect(Buffer.byteLength(code)).toBeLessThan(MAX_EMF_BYTES);
    expect(packagesOf(code)).toEqual(["@aws-sdk/client-secrets-manager"]);
    expect(code).not.toContain('import("@aws-sdk');
    expect(await handlerOf(bundle)).toBe("function");
  },
  APP_TIMEOUT_MS,
);

test(
  "what is deployed for the API has a handler and brings its own CloudWatch client",
  async () => {
    const bundle = await bundleOf("test/cdk/api-app.ts", "api");

    const code = await readFile(bundle, "utf8");
    expect(code).toContain("PutMetricData");
    expect(packagesOf(code)).not.toContain("@aws-sdk/client-cloudwatch");
    expect(await handlerOf(bundle)).toBe("function");
  },
  APP_TIMEOUT_MS,
);

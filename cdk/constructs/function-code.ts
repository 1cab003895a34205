import { Architecture, LoggingFormat, Runtime } from "aws-cdk-lib/aws-lambda";
import { type BundlingOptions, type NodejsFunctionProps, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { join } from "node:path";

import { bundling } from "../bundling";

const ROOT = join(__dirname, "../..");

/** What all functions have in common: one bundled file of functions/ on Node.js 24 and arm64, which logs plain text. */
export function functionCode(file: string): NodejsFunctionProps {
  return {
    entry: join(ROOT, "functions", file),
    projectRoot: ROOT,
    depsLockFilePath: join(ROOT, "package-lock.json"),
    bundling: bundlingOptions(),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    awsSdkConnectionReuse: false,
    // EMF is recognised in plain lines only; in JSON format Lambda would wrap them.
    loggingFormat: LoggingFormat.TEXT,
  };
}

function bundlingOptions(): BundlingOptions {
  const { external, mainFields, supported, alias } = bundling;
  const flags = [
    ...Object.entries(supported).map(([feature, isSupported]) => [`--supported:${feature}`, String(isSupported)]),
    ...Object.entries(alias).map(([name, file]) => [`--alias:${name}`, file]),
  ];
  return {
    format: OutputFormat.CJS,
    minify: true,
    externalModules: [...external],
    mainFields: [...mainFields],
    esbuildArgs: Object.fromEntries(flags),
  };
}

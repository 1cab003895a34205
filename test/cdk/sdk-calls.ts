import { createRequire } from "node:module";
import { join } from "node:path";

import { buildSync } from "esbuild";

import { asDeployed } from "../../bench/bundle";
import { bundling } from "../../cdk/bundling";

/** What a function's bundle holds, as far as it says what the function asks of AWS. */
export interface Bundled {
  /** The SDK's commands, as IAM actions. */
  readonly calls: readonly string[];
  /** Files of ours of which something is left. */
  readonly sources: readonly string[];
}

/** Prefixes of actions (Service Authorization Reference); each command of these clients is an action of its own name. */
const PREFIXES: Readonly<Record<string, string>> = {
  "client-cloudwatch": "cloudwatch",
  "client-cloudwatch-logs": "logs",
  "client-dynamodb": "dynamodb",
  "client-secrets-manager": "secretsmanager",
  "client-sns": "sns",
};

/** Comes with the DynamoDB client for endpoint discovery, which nobody switches on. */
const NEVER_CALLED = "dynamodb:DescribeEndpoints";

const ROOT = join(__dirname, "../..");

/** Bundles an entry point as the stack does, and looks what is left of the SDK's commands once what is unused is gone. */
export function bundled(file: string): Bundled {
  const { metafile, outputFiles } = buildSync({
    ...asDeployed,
    entryPoints: [join(ROOT, "functions", file)],
    absWorkingDir: ROOT,
    outdir: "unwritten",
    write: false,
    metafile: true,
  });
  const sources = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([name, { bytesInOutput }]) => (bytesInOutput > 0 ? [name] : []));
  const calls = [...sources.flatMap(commandIn), ...externalCommands(outputFiles[0]?.text ?? "")];
  return { calls: calls.filter((call) => call !== NEVER_CALLED), sources };
}

function commandIn(source: string): string[] {
  const [, client = "", command = ""] = /@aws-sdk\/(client-[\w-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(source) ?? [];
  return command === "" ? [] : [action(client, command)];
}

/** Clients that Lambda brings are not in the bundle: it names their commands. */
function externalCommands(code: string): string[] {
  const named = new Set(Array.from(code.matchAll(/\b([A-Z]\w+)Command\b/g), ([, command = ""]) => command));
  return bundling.external
    .filter((name) => code.includes(`("${name}")`))
    .flatMap((name) => {
      const exported = createRequire(__filename)(name) as object;
      const own = [...named].filter((command) => `${command}Command` in exported);
      return own.map((command) => action(name.replace("@aws-sdk/", ""), command));
    });
}

function action(client: string, command: string): string {
  const prefix = PREFIXES[client];
  if (prefix === undefined) throw new Error(`no prefix is known for the actions of ${client}`);
  return `${prefix}:${command}`;
}

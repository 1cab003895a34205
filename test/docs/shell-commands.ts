import { createRequire } from "node:module";

import { type Command, CommanderError } from "commander";

import { scripts } from "../../package.json";
import { VARIABLES } from "../../lib/variables";
import { program } from "../../local/cli";
import { examples } from "../support/example-environments";

/** Of services whose client is not installed here, with what documents them. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  // ElastiCache API reference, ModifyUserGroup, CreateUserGroup and ModifyReplicationGroup.
  "elasticache modify-user-group",
  "elasticache create-user-group",
  "elasticache modify-replication-group",
  // AWS CLI command reference, configure export-credentials.
  "configure export-credentials",
  // Service Quotas API reference, RequestServiceQuotaIncrease.
  "service-quotas request-service-quota-increase",
  // Resource Groups Tagging API reference, GetResources.
  "resourcegroupstaggingapi get-resources",
]);

const CDK_COMMANDS: ReadonlySet<string> = new Set(["bootstrap", "synth", "diff", "deploy", "rollback", "destroy"]);

/** npm's own, besides the scripts of the repository. */
const NPM_COMMANDS: ReadonlySet<string> = new Set(["ci", "start", "test"]);

const GIT_COMMANDS: ReadonlySet<string> = new Set(["add", "checkout", "commit", "log", "pull", "revert", "switch"]);

/** The commands in the shell blocks of a page, one a line. */
export function commandsIn(page: string): string[] {
  const blocks = Array.from(page.matchAll(/^```sh\n([^]*?)^```$/gm), ([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => line.replace(/\s+# .*$/, "").split(" && "))
    .map((command) => command.trim())
    .filter((command) => command !== "");
}

/** A variable that is set for one command. */
const SETTING = /^([A-Z_]+)=\S+ /;

/** What is wrong with a command; undefined for one that there is. */
export function wrongWith(command: string): string | undefined {
  const [setting = "", variable = ""] = SETTING.exec(command) ?? [];
  if (setting !== "") {
    const isRead = VARIABLES.some((name) => name === variable);
    return isRead ? wrongWith(command.slice(setting.length)) : `no variable that is read: ${variable}`;
  }
  const words = Array.from(command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, a, b, c]) => a ?? b ?? c ?? "");
  const [name = "", ...rest] = words[0] === "npx" ? words.slice(1) : words;
  switch (name) {
    case "quantum-watch":
      return ours(rest);
    case "cdk":
      return cdk(rest);
    case "npm":
      return npm(rest);
    case "aws":
      return aws(rest);
    case "git":
      return GIT_COMMANDS.has(rest[0] ?? "") ? undefined : `no such command of git: ${rest[0]}`;
    case "eval":
      return wrongWith(/^\$\((.*)\)$/.exec(rest[0] ?? "")?.[1] ?? "");
    case "export":
      return rest.every((word) => /^AWS_(PROFILE|REGION)=/.test(word)) ? undefined : "no variable that is read";
    default:
      return `nobody knows ${name}`;
  }
}

/** The command line itself says, with nothing done. */
function ours(words: readonly string[]): string | undefined {
  const cli = program().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  idle(cli);
  try {
    cli.parse(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
  return environmentIn(words[words.indexOf("--env") + 1], words.includes("--env"));
}

function idle(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined, outputError: () => undefined });
  if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => undefined);
  for (const one of command.commands) idle(one);
}

function cdk(words: readonly string[]): string | undefined {
  const [command = "", ...rest] = words;
  if (!CDK_COMMANDS.has(command)) return `no such command of the CDK: ${command}`;
  const context = rest[rest.indexOf("-c") + 1];
  return environmentIn(context?.replace(/^env=/, ""), rest.includes("-c"));
}

function environmentIn(name: string | undefined, isNamed: boolean): string | undefined {
  return !isNamed || Object.hasOwn(examples, name ?? "") ? undefined : `no environment ${name}`;
}

function npm([command = "", script = ""]: readonly string[]): string | undefined {
  if (command !== "run") return NPM_COMMANDS.has(command) ? undefined : `no such command of npm: ${command}`;
  return Object.hasOwn(scripts, script) ? undefined : `no script ${script}`;
}

function aws([service = "", operation = ""]: readonly string[]): string | undefined {
  if (ELSEWHERE.has(`${service} ${operation}`)) return undefined;
  const client = service === "logs" ? "cloudwatch-logs" : service.replace("secretsmanager", "secrets-manager");
  const wanted = `${operation}-command`.replaceAll("-", "");
  try {
    const exported = createRequire(__filename)(`@aws-sdk/client-${client}`) as object;
    const isThere = Object.keys(exported).some((name) => name.toLowerCase() === wanted);
    return isThere ? undefined : `no operation ${operation} of ${service}`;
  } catch {
    return `no client of ${service} to ask`;
  }
}

import { inspect } from "node:util";
import { Command, CommanderError } from "commander";

import { version } from "../package.json";
import { ConfigError } from "../lib/errors";
import type * as Acl from "./acl";
import { addAlarms } from "./cli/alarms";
import { addNotify } from "./cli/notify";
import { factor, wholeNumber } from "./cli/numbers";
import { lazily } from "./cli/lazily";
import { done, print } from "./cli/outcome";
import type * as Doctor from "./doctor";
import type * as Preflight from "./preflight/command";
import type * as Sample from "./sample";
import { SCENARIOS } from "./kernel/scenarios";
import type * as Start from "./start";
import { withoutPasswords } from "../lib/without-passwords";

type ExaminedOptions = Doctor.DoctorOptions & Partial<Preflight.PreflightOptions>;

/** Exit codes of every command. */
const COULD_NOT_RUN = 2;

const MOST_PORT = 65_535;
const MOST_SEED = 2 ** 31 - 1;
/** Node's timers take at most 2^31 − 1 milliseconds. */
const MOST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** A minute a second: what happens can still be read. */
const MOST_SPEED = 60;

const REDIS = ["--redis <url>", "the Redis to read: redis://user:password@host:port/db, or rediss:// for TLS"] as const;
const COLLECTORS = ["--collectors <families>", "families of collectors, by comma (default: all that exist)"] as const;

const DOCTOR_EXAMPLES = `
Examples: quantum-watch doctor --redis rediss://watch:PASSWORD@cache.example.com:6379
          quantum-watch doctor --env prod`;

/** Runs the command line and sets the exit code: 0 fine, 1 found something, 2 could not run. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on("error", onUnwritten);
  // Nobody is left to tell.
  process.stderr.on("error", () => undefined);
  try {
    await program().parseAsync(argv);
  } catch (error) {
    process.exitCode = COULD_NOT_RUN;
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) process.exitCode = 0;
      return;
    }
    // Mistakes of the person at the keyboard get a sentence; anything else is ours and keeps its stack.
    process.stderr.write(withoutPasswords(`quantum-watch: ${usersMistake(error) ?? inspect(error)}\n`));
  }
}

let isUnwritten = false;

/** Whoever reads us may stop to, as `| head` does, and that is no failure; a disk that is full is one. */
function onUnwritten(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || isUnwritten) return;
  isUnwritten = true;
  process.stderr.write(`quantum-watch: what was to be printed could not be written: ${error.message}\n`);
  // At the very end, as commands set it when they have ended.
  process.once("exit", () => (process.exitCode = COULD_NOT_RUN));
}

/** Every command with its options. */
export function program(): Command {
  const cli = new Command("quantum-watch")
    .description("Telemetry of Quantum Trader: what the collectors would publish, on this machine.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(--help says more)")
    .configureOutput({ outputError: (text, write) => write(withoutPasswords(text)) })
    .addHelpText("after", `\nSettings come from the environment too (REDIS_URL, SYMBOLS, …); the README lists them.`);

  cli
    .command("start")
    .description("everything on this machine: Redis, collectors on their slots, /metrics")
    .option(...REDIS)
    .option(...COLLECTORS)
    .option("--scenario <name>", `what the simulated kernel does: ${SCENARIOS.map(({ name }) => name).join(", ")}`)
    .option("--seed <number>", "makes the simulated traffic another one", wholeNumber(MOST_SEED))
    .option("--port <number>", "port of /metrics on 127.0.0.1; 0 takes a free one", wholeNumber(MOST_PORT), 9464)
    .option(
      "--duration <seconds>",
      "stop by itself after so long; with --speed, by its faster time",
      wholeNumber(MOST_SECONDS),
    )
    .option(
      "--speed <number>",
      `so many times as fast as time, 1 to ${MOST_SPEED}, with the embedded Redis; time stands still while Redis is asked, ` +
        "so a busy machine comes to less, and misses nothing",
      factor(MOST_SPEED),
    )
    .action((options) => done((lazily("../start") as typeof Start).startCommand(options, print)));
  cli
    .command("sample")
    .description("one sample of the chosen collectors; exit code 0 also when Redis is down")
    .option(...REDIS)
    .option(...COLLECTORS)
    .option("--json", "for machines: {at, samples, properties, violations}")
    .action((options) => done((lazily("../sample") as typeof Sample).sampleCommand(options, print)));
  cli
    .command("doctor")
    .description(
      "can this configuration work, and would a rule fire? says what to fix; exit code 1 if there is anything",
    )
    .option(...REDIS)
    .option(
      "--env <name>",
      "in place of a Redis: can this environment be deployed, as far as AWS and this machine tell?",
    )
    .option("--endpoint-url <url>", "with --env: AWS in another place; AWS_ENDPOINT_URL does it, too")
    .option("--json", "for machines: {checks}, with --env {findings}")
    .addHelpText("after", DOCTOR_EXAMPLES)
    .action((options: ExaminedOptions) => done(examined(options)));
  cli
    .command("acl")
    .description("the line that makes an environment's Redis user, who may read what is read and nothing else")
    .requiredOption("--env <name>", "the environment whose Redis it is")
    .action((options: { env: string }) => done((lazily("../acl") as typeof Acl).aclCommand(options, print)));
  addAlarms(cli);
  addNotify(cli);
  return cli;
}

/** The doctor of a Redis, or with an environment that of its deploy. */
async function examined(options: ExaminedOptions): Promise<number> {
  const { env, redis } = options;
  if (env === undefined) return (lazily("../doctor") as typeof Doctor).doctorCommand(options, print);
  if (redis !== undefined) throw new ConfigError("--redis looks at a Redis, and --env at a deploy: one at a time");
  return (lazily("../preflight/command") as typeof Preflight).preflightCommand({ ...options, env }, print);
}

/** What the person at the keyboard can mend, in a sentence; undefined for anything else. */
function usersMistake(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error && "code" in error)) return undefined;
  if (error.code === "EADDRINUSE") return `${error.message}; --port takes another one, 0 a free one`;
  if (error.code === "EACCES") return `${error.message}; --port 0 takes a free one`;
  return undefined;
}

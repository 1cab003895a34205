import { Command, CommanderError, InvalidArgumentError } from "commander";

import { version } from "../package.json";
import { ConfigError } from "../lib/errors";
import { doctorCommand } from "./doctor";
import { sampleCommand } from "./sample";
import { SCENARIOS } from "./kernel/scenarios";
import { startCommand } from "./start";

/** Exit codes of every command. */
const COULD_NOT_RUN = 2;

const REDIS = ["--redis <url>", "the Redis to read: redis://user:password@host:port/db, or rediss:// for TLS"] as const;
const COLLECTORS = ["--collectors <families>", "families of collectors, by comma (default: all that exist)"] as const;

/** Runs the command line and sets the exit code: 0 fine, 1 found something, 2 could not run. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : COULD_NOT_RUN;
      return;
    }
    if (!isUsersMistake(error)) throw error;
    process.stderr.write(`quantum-watch: ${error.message}\n`);
    process.exitCode = COULD_NOT_RUN;
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function done(running: Promise<number>): Promise<void> {
  process.exitCode = await running;
}

function program(): Command {
  const cli = new Command("quantum-watch")
    .description("Telemetry of Quantum Trader: what the collectors would publish, on this machine.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(--help says more)")
    .addHelpText("after", `\nSettings come from the environment too (REDIS_URL, SYMBOLS, …); the README lists them.`);

  cli
    .command("start")
    .description("everything on this machine: Redis, collectors on their slots, /metrics")
    .option(...REDIS)
    .option(...COLLECTORS)
    .option("--scenario <name>", `what the simulated kernel does: ${SCENARIOS.map(({ name }) => name).join(", ")}`)
    .option("--seed <number>", "makes the simulated traffic another one", wholeNumber)
    .option("--port <number>", "port of /metrics on 127.0.0.1; 0 takes a free one", wholeNumber, 9464)
    .option("--duration <seconds>", "stop by itself after so long", wholeNumber)
    .action((options) => done(startCommand(options, print)));
  cli
    .command("sample")
    .description("one sample of the chosen collectors; exit code 0 also when Redis is down")
    .option(...REDIS)
    .option(...COLLECTORS)
    .option("--json", "for machines: {at, samples, properties, violations}")
    .action((options) => done(sampleCommand(options, print)));
  cli
    .command("doctor")
    .description("can this configuration work? says what to fix; exit code 1 if something is to be fixed")
    .option(...REDIS)
    .option("--json", "for machines: {checks}")
    .action((options) => done(doctorCommand(options, print)));
  return cli;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** Mistakes of the person at the keyboard get a sentence; anything else is ours and keeps its stack. */
function isUsersMistake(error: unknown): error is Error {
  return error instanceof ConfigError || (error instanceof Error && "code" in error && error.code === "EADDRINUSE");
}

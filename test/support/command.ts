import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const BIN = resolve(__dirname, "../../local/quantum-watch.cjs");
const EXAMPLES = resolve(__dirname, "preload-examples.js");
// Far above what anything takes on a busy machine, so that only a hang meets it.
const ENDS_WITHIN_MS = 40_000;
const POLL_MS = 20;

export interface CommandOptions {
  /** The whole environment but PATH, HOME and TMPDIR: what the tester has set for Redis must not leak in. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a run ended; `code` is null where a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<Command>();

/** The bin as a child process, with the examples for environments, in a process group of its own as a shell gives it to what runs in the foreground. */
export class Command {
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(args: readonly string[], { env = {} }: CommandOptions = {}) {
    const inherited = Object.fromEntries(["PATH", "HOME", "TMPDIR"].map((name) => [name, process.env[name]]));
    this.#child = spawn(process.execPath, ["--require", EXAMPLES, BIN, ...args], {
      env: { ...inherited, ...env },
      detached: true,
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#closed = once(this.#child, "close");
    running.add(this);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whole lines printed so far. */
  get lines(): string[] {
    return this.stdout.split("\n").slice(0, -1);
  }

  /** The first line that matches, as soon as it is printed; throws with all that was printed when none comes. */
  async line(pattern: RegExp, limitMs: number): Promise<string> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const isOver = Date.now() > deadline || this.#isOver;
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (isOver) throw new Error(`no line ${pattern} in:\n${this.stdout}${this.stderr}`);
      await delay(POLL_MS);
    }
  }

  /** Sends a signal to the whole group, as a terminal does. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Nobody reads standard output any more. */
  hangUp(): void {
    this.#child.stdout?.destroy();
  }

  /** Waits for the end and the last byte of output; throws with all that was printed when it does not come. */
  async ended(limitMs = ENDS_WITHIN_MS): Promise<Ended> {
    const isClosed = await Promise.race([this.#closed, delay(limitMs, false, { ref: false })]);
    if (isClosed === false) throw new Error(`runs for more than ${limitMs} ms:\n${this.stdout}${this.stderr}`);
    running.delete(this);
    const { exitCode: code, signalCode: signal } = this.#child;
    return { code, signal, stdout: this.stdout, stderr: this.stderr };
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** Runs the bin to its end. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return new Command(args, options).ended();
}

/** For `afterAll`: ends what a failed test has left running. */
export async function endCommands(): Promise<void> {
  await Promise.all(
    [...running].map(async (command) => {
      try {
        command.signal("SIGKILL");
      } catch {
        // It ended by itself and nobody asked for its end.
      }
      await command.ended();
    }),
  );
}

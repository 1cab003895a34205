import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, openSync } from "node:fs";

// Its input ends when our process does, in whatever way, Ctrl-C and SIGKILL included; then the whole group goes.
const WATCHDOG = 'while read -r line; do group=$line; done; [ -n "$group" ] && kill -9 "-$group"; exit 0';
const PATIENCE_MS = 5000;

export interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Takes what it prints, or why it could not be started. */
  readonly log: string;
  /** For how long `stop` waits before it ends it by force; 5 s by default. */
  readonly patienceMs?: number;
}

/** A process with all its children in a group of their own, which end with `stop` or with this process. */
export class Child {
  readonly #process: ChildProcess;
  readonly #watchdog: ChildProcess;
  readonly #patienceMs: number;
  /** Comes when it has ended, with the reason where it never started. */
  readonly #end: Promise<Error | undefined>;
  #stopped: Promise<void> | undefined;

  constructor(command: string, args: readonly string[], { env, cwd, log, patienceMs = PATIENCE_MS }: ChildOptions) {
    this.#patienceMs = patienceMs;
    const out = openSync(log, "a");
    this.#watchdog = spawn("/bin/sh", ["-c", WATCHDOG], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    this.#watchdog.unref();
    this.#process = spawn(command, args, { env, cwd, detached: true, stdio: ["ignore", out, out] });
    closeSync(out);
    this.#end = endOf(this.#process, log);
    if (this.#process.pid !== undefined) this.#watchdog.stdin?.write(`${this.#process.pid}\n`);
  }

  /** Whether it runs no longer, or never did. */
  get hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  /** The exit code; null where a signal ended it. Throws, in the system's words, where it could not be started. */
  async ended(): Promise<number | null> {
    const failure = await this.#end;
    if (failure) throw failure;
    return this.#process.exitCode;
  }

  /** Ends the group, gently first; where it could not be started there is nothing to end. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { pid } = this.#process;
    if (pid !== undefined && !this.hasEnded) signal(pid, "SIGTERM");
    const killer = setTimeout(() => {
      if (pid !== undefined) signal(pid, "SIGKILL");
    }, this.#patienceMs);
    await this.#end;
    clearTimeout(killer);
    // Children may outlive who started them.
    if (pid !== undefined) signal(pid, "SIGKILL");
    const gone = once(this.#watchdog, "exit");
    // Told of an empty group, it has nothing to end.
    this.#watchdog.stdin?.end("\n");
    await gone;
  }
}

/** Listened for from the beginning: a failure that nobody listens for would end this process. */
function endOf(child: ChildProcess, log: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve(undefined));
    child.once("error", (error) => {
      appendFileSync(log, `${error.message}\n`);
      resolve(error);
    });
  });
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // It has gone by itself.
  }
}

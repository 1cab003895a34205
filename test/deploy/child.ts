import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";

// Its input ends when our process does, in whatever way, Ctrl-C and SIGKILL included; then the whole group goes.
const WATCHDOG = 'while read -r line; do group=$line; done; [ -n "$group" ] && kill -9 "-$group"; exit 0';
const PATIENCE_MS = 5000;

export interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Takes what it prints. */
  readonly log: string;
}

/** A process with all its children in a group of their own, which end with `stop` or with this process. */
export class Child {
  readonly #process: ChildProcess;
  readonly #watchdog: ChildProcess;

  constructor(command: string, args: readonly string[], { env, cwd, log }: ChildOptions) {
    const out = openSync(log, "a");
    this.#watchdog = spawn("/bin/sh", ["-c", WATCHDOG], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    this.#watchdog.unref();
    this.#process = spawn(command, args, { env, cwd, detached: true, stdio: ["ignore", out, out] });
    closeSync(out);
    if (this.#process.pid !== undefined) this.#watchdog.stdin?.write(`${this.#process.pid}\n`);
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** The exit code; null where a signal ended it. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.#process, "exit");
    return this.#process.exitCode;
  }

  /** Ends the group, gently first. */
  async stop(): Promise<void> {
    const { pid } = this.#process;
    if (pid === undefined) return;
    const killer = setTimeout(() => signal(pid, "SIGKILL"), PATIENCE_MS);
    if (!this.hasEnded) signal(pid, "SIGTERM");
    await this.ended();
    clearTimeout(killer);
    // Children may outlive who started them.
    signal(pid, "SIGKILL");
    const gone = once(this.#watchdog, "exit");
    // Told of an empty group, it has nothing to end.
    this.#watchdog.stdin?.end("\n");
    await gone;
  }
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // It has gone by itself.
  }
}

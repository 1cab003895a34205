import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { heapOptions } from "../../lib/collect-size";
import { COLLECT_TIMEOUT_SEC } from "../../lib/collect-timeout";

const SANDBOX = join(__dirname, "entries/sandbox.cjs");
const MEMORY_MB = 128;
const TIMEOUT_MS = COLLECT_TIMEOUT_SEC * 1000;

/** A line that a sandbox wrote, and when it arrived (epoch milliseconds). */
export interface Line {
  readonly at: number;
  readonly text: string;
}

interface Ended {
  readonly id?: number;
  readonly ready?: true;
  readonly error?: string;
  readonly crash?: string;
  readonly rssMb?: number;
}

/** A process that runs the function, as one sandbox of Lambda does. */
class Sandbox {
  readonly child: ChildProcess;
  isBusy = false;
  isFrozen = false;
  readonly #ready: Promise<unknown>;

  constructor({ node, entry, env }: LambdaOptions, heard: (line: Line) => void, said: (message: Ended) => void) {
    this.child = spawn(node, [...heapOptions(MEMORY_MB), SANDBOX, entry], {
      env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    let rest = "";
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const one of lines) heard({ at: Date.now(), text: one });
      });
    }
    this.#ready = once(this.child, "message");
    this.child.on("message", (message: Ended) => said(message));
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async invoke(id: number, event: object): Promise<void> {
    this.isBusy = true;
    await Promise.race([this.#ready, once(this.child, "exit")]);
    if (this.child.connected) this.child.send({ id, event, limitMs: TIMEOUT_MS });
  }
}

export interface LambdaOptions {
  /** The Node that is deployed. */
  readonly node: string;
  /** The bundled function. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One function and its schedule: a sandbox for each run that overlaps another, kept for the next ones. */
export class Lambda {
  readonly lines: Line[] = [];
  /** What no run may do: throw past its handler, or end the process. */
  readonly crashes: string[] = [];
  /** What runs ended with, where they failed. */
  readonly errors: string[] = [];
  /** Added to the time at which each event arrives. */
  lateMs = 0;
  /** Events that EventBridge sends for one minute. */
  copies = 1;
  readonly #options: LambdaOptions;
  readonly #sandboxes: Sandbox[] = [];
  readonly #asked = new Map<number, Sandbox>();
  #clockMs = 0;
  #next = 0;

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  /** A sandbox that is loaded, but not yet asked. */
  warm(): void {
    this.#add();
  }

  /** What EventBridge sends at a minute (epoch milliseconds), late and as often as it does. */
  async send(minute: number): Promise<void> {
    await delay(Math.max(0, minute + this.lateMs - Date.now()), undefined, { ref: false });
    const event = { scheduledAt: new Date(minute).toISOString() };
    await Promise.all(Array.from({ length: this.copies }, () => this.#invoke(event)));
  }

  /** Sandboxes stand still with their sockets, as between two runs. */
  freeze(): void {
    for (const one of this.#alive()) one.child.kill("SIGSTOP");
    for (const one of this.#alive()) one.isFrozen = true;
  }

  thaw(): void {
    for (const one of this.#alive()) one.child.kill("SIGCONT");
    for (const one of this.#alive()) one.isFrozen = false;
  }

  /** What Lambda does to a run that takes too much memory or time: its process is gone, and the next run has a new one. */
  kill(): void {
    for (const { child } of this.#alive()) child.kill("SIGKILL");
  }

  /** The clock of the host is wrong by so much from now on. */
  setClock(ms: number): void {
    this.#clockMs = ms;
    for (const one of this.#alive()) one.child.send({ clockMs: ms });
  }

  /** Nobody reads what sandboxes write; what they have written waits. */
  holdOutput(isHeld: boolean): void {
    for (const { child } of this.#alive()) {
      if (isHeld) child.stdout?.pause();
      else child.stdout?.resume();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#alive().map(async ({ child }) => {
        child.kill("SIGKILL");
        await once(child, "exit");
      }),
    );
  }

  #alive(): Sandbox[] {
    return this.#sandboxes.filter(({ isAlive }) => isAlive);
  }

  async #invoke(event: object): Promise<void> {
    const free = this.#alive().find(({ isBusy, isFrozen }) => !isBusy && !isFrozen) ?? this.#add();
    const id = this.#next++;
    this.#asked.set(id, free);
    await free.invoke(id, event);
  }

  #add(): Sandbox {
    const sandbox = new Sandbox(
      this.#options,
      (line) => this.lines.push(line),
      (message) => this.#heard(message),
    );
    sandbox.child.on("exit", (code, signal) => {
      if (code !== null && code !== 0) this.crashes.push(`ended with ${code}`);
      if (signal !== null && signal !== "SIGKILL") this.crashes.push(`ended by ${signal}`);
    });
    if (this.#clockMs !== 0) sandbox.child.send({ clockMs: this.#clockMs });
    this.#sandboxes.push(sandbox);
    return sandbox;
  }

  #heard({ id, error, crash }: Ended): void {
    if (crash !== undefined) this.crashes.push(crash);
    if (error !== undefined) this.errors.push(error);
    const sandbox = id === undefined ? undefined : this.#asked.get(id);
    if (sandbox) sandbox.isBusy = false;
  }
}

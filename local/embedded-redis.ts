import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { promisify } from "node:util";
import { answersPing, findServer } from "./redis-probe";

/** A certificate for 127.0.0.1 as PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface RedisOptions {
  /** Further lines of redis.conf, such as `requirepass secret`, `cluster-enabled yes` or `user watch on >pw ~* +get`. */
  readonly config?: readonly string[];
  /** Serves TLS on the port, and nothing in clear. */
  readonly tls?: TlsFiles;
  /** Runs as a sentinel; what it monitors stands in `config`. */
  readonly sentinel?: boolean;
  /** Once aborted, a server that is being started is waited for no longer. */
  readonly signal?: AbortSignal;
}

const HOST = "127.0.0.1";
// Below the ports of outgoing connections (Linux from 32768, macOS from 49152), or one of those could take the port
// between kill and restart; a cluster bus, 10,000 higher, stays below them too and outside this range.
const PORTS = { from: 15_000, below: 22_768 };
const PORT_ATTEMPTS = 20;
const START_LIMIT_MS = 20_000;
const POLL_MS = 10;
// A server starts in real time, also where the time of this process has been made another one.
const delay = promisify(setTimeout);
// A server prints the first and a sentinel the second once it holds its port; a PONG alone might be a stranger's.
const LISTENING = /Ready to accept connections|Sentinel ID is/;
// Its input ends when our process does, in whatever way, SIGKILL included; the last line read is the server's pid.
const WATCHDOG = 'while read -r line; do pid=$line; done; [ -n "$pid" ] && kill -9 "$pid"; rm -rf "$0"';

/** Starts a Redis server of our own that keeps nothing on disk; throws ConfigError when none is installed. */
export function startRedis(options: RedisOptions = {}): Promise<EmbeddedRedis> {
  return EmbeddedRedis.start(options);
}

/** A Redis server on 127.0.0.1 that belongs to this process and ends with it; only `startRedis` makes one. */
export class EmbeddedRedis {
  readonly host = HOST;
  readonly #options: RedisOptions;
  readonly #binary = findServer();
  readonly #folder = mkdtempSync(join(tmpdir(), "quantum-watch-redis-"));
  readonly #watchdog: ChildProcessByStdio<Writable, null, null>;
  #port = 0;
  #server: ChildProcess | undefined;

  private constructor(options: RedisOptions) {
    this.#options = options;
    // A session of its own: Ctrl-C in the terminal must reach neither it nor the server before we are done.
    this.#watchdog = spawn("/bin/sh", ["-c", WATCHDOG, this.#folder], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#watchdog.unref();
    // Without its watchdog the server still works; what is lost is the cleaning up after a crash.
    this.#watchdog.stdin.on("error", () => {});
  }

  static async start(options: RedisOptions): Promise<EmbeddedRedis> {
    const redis = new EmbeddedRedis(options);
    try {
      for (let attempt = 1; ; attempt++) {
        redis.#port = randomInt(PORTS.from, PORTS.below);
        const failure = await redis.#launch();
        if (failure === undefined) return redis;
        if (!failure.includes("Address already in use") || attempt === PORT_ATTEMPTS) throw new Error(failure);
      }
    } catch (error) {
      await redis.stop();
      throw error;
    }
  }

  /** True of what `startRedis` returned and of nothing made up to look like it. */
  static is(value: unknown): value is EmbeddedRedis {
    return typeof value === "object" && value !== null && #folder in value;
  }

  get port(): number {
    return this.#port;
  }

  /** `redis://` or `rediss://`, without credentials. */
  get url(): string {
    return `${this.#options.tls ? "rediss" : "redis"}://${HOST}:${this.#port}`;
  }

  /** Undefined while the server is down; another one after each restart. */
  get pid(): number | undefined {
    return running(this.#server) ? this.#server.pid : undefined;
  }

  /** Freezes the server: connections stay open and get no answer. */
  pause(): void {
    this.#server?.kill("SIGSTOP");
  }

  resume(): void {
    this.#server?.kill("SIGCONT");
  }

  /** Lets the server crash; its data is lost, its port stays for `restart`. */
  async kill(): Promise<void> {
    if (running(this.#server)) {
      // There is nothing to save, and unlike SIGTERM this also ends a paused server.
      this.#server.kill("SIGKILL");
      await ended(this.#server);
    }
  }

  /** Kills the server if it runs and starts an empty one on the same port. */
  async restart(): Promise<void> {
    await this.kill();
    const failure = await this.#launch();
    if (failure !== undefined) throw new Error(failure);
  }

  /** Ends the server and removes its folder; a second call does nothing. */
  async stop(): Promise<void> {
    await this.kill();
    this.#watchdog.stdin.end();
    await ended(this.#watchdog);
    // Ctrl-C in the first milliseconds may have ended the watchdog.
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Starts the server on `#port`; what it returns is why it could not. */
  async #launch(): Promise<string | undefined> {
    const config = this.#writeConfig();
    const log = openSync(this.#file("log"), "w");
    const server = spawn(this.#binary, this.#options.sentinel ? [config, "--sentinel"] : [config], {
      detached: true,
      stdio: ["ignore", log, log],
      // Redis refuses to start under a locale that the machine lacks, and its messages are matched in English.
      env: { ...process.env, LC_ALL: "C" },
    });
    closeSync(log);
    this.#server = server;
    if (server.pid !== undefined) this.#watchdog.stdin.write(`${server.pid}\n`);
    // The pid of a dead server may soon be a stranger's.
    server.once("exit", () => this.#watchdog.stdin.write("\n"));
    await once(server, "spawn");
    const ready = await this.#answers(server);
    server.unref();
    if (ready) return undefined;
    await this.kill();
    return `${this.#binary} did not start on port ${this.#port}: ${readFileSync(this.#file("log"), "utf8").trim()}`;
  }

  async #answers(server: ChildProcess): Promise<boolean> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (running(server) && performance.now() < deadline && this.#options.signal?.aborted !== true) {
      const listening = LISTENING.test(readFileSync(this.#file("log"), "utf8"));
      if (listening && (await answersPing(HOST, this.#port, this.#options.tls?.ca))) return true;
      await delay(POLL_MS);
    }
    return false;
  }

  #writeConfig(): string {
    const { tls, config = [] } = this.#options;
    for (const [name, pem] of Object.entries(tls ?? {})) writeFileSync(this.#file(name), pem, { mode: 0o600 });
    const lines = [
      `bind ${HOST}`,
      `dir "${this.#folder}"`,
      'save ""',
      "appendonly no",
      "daemonize no",
      `port ${tls ? 0 : this.#port}`,
      ...(tls ? [`tls-port ${this.#port}`, "tls-auth-clients no"] : []),
      ...(tls ? [`tls-cert-file "${this.#file("cert")}"`, `tls-key-file "${this.#file("key")}"`] : []),
      ...config,
    ];
    writeFileSync(this.#file("redis.conf"), `${lines.join("\n")}\n`);
    return this.#file("redis.conf");
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

function running(child: ChildProcess | undefined): child is ChildProcess {
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (!running(child)) return;
  child.ref();
  await once(child, "exit");
}

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Splits a client's bytes into commands as they become whole. */
export class CommandReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): string[][] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const commands: string[][] = [];
    let start = 0;
    for (let read = commandAt(this.#rest, start); read !== undefined; read = commandAt(this.#rest, start)) {
      commands.push(read.command);
      start = read.end;
    }
    this.#rest = this.#rest.subarray(start);
    return commands;
  }
}

function commandAt(bytes: Buffer, start: number): { command: string[]; end: number } | undefined {
  const head = lineAt(bytes, start);
  if (head === undefined) return undefined;
  const command: string[] = [];
  let { end } = head;
  for (let index = 0; index < head.number; index++) {
    const size = lineAt(bytes, end);
    if (size === undefined || bytes.length < size.end + size.number + 2) return undefined;
    command.push(bytes.toString("utf8", size.end, size.end + size.number));
    end = size.end + size.number + 2;
  }
  return { command, end };
}

/** The number after a marker such as `*` or `$`, and where the next line begins. */
function lineAt(bytes: Buffer, start: number): { number: number; end: number } | undefined {
  const end = bytes.indexOf("\r\n", start);
  return end < 0 ? undefined : { number: Number(bytes.toString("latin1", start + 1, end)), end: end + 2 };
}

/** A TCP proxy before a Redis server: counts turns and commands, and breaks what it is told to break. */
export class Proxy {
  readonly host = "127.0.0.1";
  /** Commands of all clients in the order in which they passed. */
  readonly commands: string[][] = [];
  /** Round trips: times that a client spoke after it had been answered, or for the first time. */
  turns = 0;
  /** Connections ever taken. */
  opened = 0;
  /** Milliseconds that every answer is held back. */
  delayMs = 0;
  /** Resets a connection when its client begins this turn (counted over all connections, from 1). */
  resetAtTurn: number | undefined;
  /** Awaited before each command, which then goes alone and is answered before the next: what two moments may hold. */
  before: ((command: readonly string[]) => Promise<void>) | undefined;
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #pairs = new Map<Socket, Socket>();
  readonly #swallowed = new WeakSet<Socket>();

  constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, this.host);
    await once(this.#server, "listening");
    return this;
  }

  /** Begins to count anew. */
  clear(): void {
    this.turns = 0;
    this.commands.length = 0;
  }

  /** Stops forwarding on the connections that are open now, without closing them; new ones work. */
  blackHole(): void {
    for (const client of this.#pairs.keys()) this.#swallowed.add(client);
  }

  async stop(): Promise<void> {
    for (const [client, server] of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    const server = connect(this.#target);
    const reader = new CommandReader();
    let isAnswered = true;
    let one = Promise.resolve();
    this.opened += 1;
    this.#pairs.set(client, server);
    client.on("data", (chunk) => {
      if (this.#swallowed.has(client)) return;
      if (isAnswered) this.turns += 1;
      isAnswered = false;
      const commands = reader.push(chunk);
      this.commands.push(...commands);
      if (this.turns === this.resetAtTurn) client.resetAndDestroy();
      else if (this.before) one = one.then(() => this.#oneByOne(commands, server));
      else server.write(chunk);
    });
    server.on("data", (chunk) => void this.#answer(client, chunk, () => (isAnswered = true)));
    for (const socket of [client, server]) socket.on("error", () => undefined);
    client.on("close", () => {
      this.#pairs.delete(client);
      server.destroy();
    });
    server.on("close", () => client.destroy());
  }

  async #oneByOne(commands: readonly (readonly string[])[], server: Socket): Promise<void> {
    for (const command of commands) {
      await this.before?.(command);
      const answered = once(server, "data");
      server.write(
        `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`,
      );
      await answered;
    }
  }

  async #answer(client: Socket, chunk: Buffer, passed: () => void): Promise<void> {
    if (this.delayMs > 0) await delay(this.delayMs, undefined, { ref: false });
    if (this.#swallowed.has(client) || client.destroyed) return;
    passed();
    client.write(chunk);
  }
}

/** Starts a proxy on a free port before a server. */
export function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  return new Proxy(target).listen();
}

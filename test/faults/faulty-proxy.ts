import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Where a connection leads. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** What a proxy does to the bytes that pass; what is not named it leaves alone. */
export interface Breakage {
  /** Milliseconds that each chunk waits, on its way there or back. */
  readonly delayMs?: number;
  /** Up to so many milliseconds more, another number for each chunk. */
  readonly jitterMs?: number;
  /** Bytes of an answer that pass in a second, in chunks of a tenth of it. */
  readonly bytesPerSec?: number;
  /** The connection is reset after so many bytes of answers. */
  readonly resetAfter?: number;
  /** The connection is ended, as if all had been said, after so many bytes of answers. */
  readonly endAfter?: number;
  /** Bytes are swallowed, and the connection stays: in both ways, or in one. */
  readonly swallows?: "all" | "requests" | "answers";
  /** New connections are accepted and get nothing; or are reset at once, or ended at once. */
  readonly onAccept?: "silence" | "reset" | "end";
  /** No new connection is taken at all. */
  readonly isClosed?: boolean;
  /** One in so many connections is reset when it is made. */
  readonly resetsOneIn?: number;
  /** What comes back in place of the answer, or before it. */
  readonly changes?: (answer: Buffer) => Buffer;
  /** Sent to every client when the breakage begins, and to each new one: nobody asked for it. */
  readonly says?: Buffer;
}

/** A proxy before a server that breaks connections in the ways in which networks do; all is well until it is told. */
export class FaultyProxy {
  readonly host = "127.0.0.1";
  #target: Target;
  #breakage: Breakage = {};
  #server: Server;
  #port = 0;
  #accepted = 0;
  readonly #clients = new Set<Socket>();
  readonly #forgotten = new WeakSet<Socket>();

  constructor(target: Target) {
    this.#target = target;
    this.#server = this.#make();
  }

  get port(): number {
    return this.#port;
  }

  async listen(host: string = this.host, port = 0): Promise<this> {
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** From now on; connections that are open stay open. */
  async breaks(breakage: Breakage): Promise<void> {
    const wasClosed = this.#breakage.isClosed === true;
    this.#breakage = breakage;
    if (breakage.isClosed === true && !wasClosed) this.#server.close();
    if (breakage.says) for (const client of this.#clients) client.write(breakage.says);
    if (breakage.isClosed !== true && wasClosed) {
      this.#server = this.#make();
      await this.listen(this.host, this.#port);
    }
  }

  /** All is well again, also for connections that are open, unless they have lost something. */
  mends(): Promise<void> {
    return this.breaks({});
  }

  /** Connections that are open are dead from now on, and neither side hears of it; new ones work. */
  forgets(): void {
    for (const client of this.#clients) this.#forgotten.add(client);
  }

  /** Connections that are open are cut, by a reset. */
  cuts(): void {
    for (const client of this.#clients) client.resetAndDestroy();
  }

  /** New connections lead elsewhere. */
  leadsTo(target: Target): void {
    this.#target = target;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  #make(): Server {
    return createServer((client) => this.#accept(client));
  }

  #accept(client: Socket): void {
    client.on("error", () => undefined);
    this.#clients.add(client);
    client.on("close", () => this.#clients.delete(client));
    this.#accepted += 1;
    const { onAccept, resetsOneIn, says } = this.#breakage;
    if (onAccept === "reset" || (resetsOneIn !== undefined && this.#accepted % resetsOneIn === 0)) {
      client.resetAndDestroy();
      return;
    }
    if (onAccept === "end") {
      client.end();
      return;
    }
    if (onAccept === "silence") {
      client.resume();
      return;
    }
    const server = connect(this.#target);
    server.on("error", () => undefined);
    if (says) client.write(says);
    this.#pipe(client, server, client, "requests");
    this.#pipe(server, client, client, "answers");
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
  }

  /** Chunks in their order, each as it is broken when it comes. */
  #pipe(from: Socket, to: Socket, client: Socket, way: "requests" | "answers"): void {
    let last: Promise<void> = Promise.resolve();
    let passed = 0;
    from.on("data", (chunk: Buffer) => {
      const breakage = this.#breakage;
      const { delayMs = 0, jitterMs = 0, swallows, changes } = breakage;
      if (swallows === "all" || swallows === way || this.#forgotten.has(client)) return;
      const bytes = way === "answers" && changes ? changes(chunk) : chunk;
      const isCalm = delayMs + jitterMs === 0 && breakage.bytesPerSec === undefined;
      const before = last;
      const pass = async (): Promise<void> => {
        await before;
        if (!isCalm) await delay(delayMs + Math.random() * jitterMs, undefined, { ref: false });
        if (way === "answers" && breakage.bytesPerSec !== undefined) await trickled(to, bytes, breakage.bytesPerSec);
        else to.write(bytes);
        if (way === "requests") return;
        passed += bytes.length;
        if (breakage.resetAfter !== undefined && passed > breakage.resetAfter) to.resetAndDestroy();
        if (breakage.endAfter !== undefined && passed > breakage.endAfter) to.end();
      };
      last = pass();
    });
  }
}

async function trickled(to: Socket, bytes: Buffer, bytesPerSec: number): Promise<void> {
  const size = Math.max(1, Math.round(bytesPerSec / 10));
  for (let from = 0; from < bytes.length && !to.destroyed; from += size) {
    to.write(bytes.subarray(from, from + size));
    await delay(100, undefined, { ref: false });
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * What becomes of a request besides being taken: refused for its rate, failed or reset before it is looked at, taken with
 * its answer dropped or turned into a failure, never answered, answered byte by byte, sent elsewhere.
 */
export type Fault = "limit" | "fail" | "reset" | "drop" | "fail-after" | "hang" | "slow" | "redirect";

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The same, as it was sent. */
  readonly bytes: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP server on this machine that takes what it is sent as one service would, and breaks what it is told to break. */
export class Receiver {
  /** Everything that arrived, whatever became of it. */
  readonly received: Received[] = [];
  /** Asked for each request. */
  fault: (received: Received) => Fault | undefined = () => undefined;
  /** Awaited before a request is looked at. */
  before: (received: Received) => Promise<void> = async () => undefined;
  readonly #take: (received: Received) => Reply;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(take: (received: Received) => Reply) {
    this.#take = take;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await buffer(request);
    const received = { path: request.url ?? "", headers: request.headers, body: bytes.toString(), bytes };
    this.received.push(received);
    await this.before(received);
    const fault = this.fault(received);
    switch (fault) {
      case "limit":
        return void response.writeHead(429, { "retry-after": "2" }).end("slow down");
      case "fail":
        return void response.writeHead(500).end("broken");
      case "reset":
        return void request.socket.resetAndDestroy();
      case "hang":
        return undefined;
      case "redirect":
        return void response.writeHead(307, { location: `${this.url}/elsewhere` }).end();
      case "drop":
        this.#take(received);
        return void request.socket.resetAndDestroy();
      case "fail-after":
        this.#take(received);
        return void response.writeHead(500).end("broken after all");
      case "slow":
      case undefined: {
        const { status, body, headers = {} } = this.#take(received);
        response.writeHead(status, headers);
        return fault === "slow" ? void response.write(body.slice(0, 1)) : void response.end(body);
      }
    }
  }
}

/** Starts a receiver for each test of the enclosing block and stops it after it. */
export function duringEach<T extends { stop(): Promise<void> }>(start: () => Promise<T>): () => T {
  let started: T | undefined;
  beforeEach(async () => {
    started = await start();
  });
  afterEach(async () => {
    await started?.stop();
  });
  return () => {
    if (started === undefined) throw new Error("started by beforeEach: ask for it inside a test");
    return started;
  };
}

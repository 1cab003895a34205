import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { CommandReader } from "./proxy";

/** A server that gives the same answer, a line of RESP such as `-LOADING …`, to whatever it is asked. */
export class FakeRedis {
  readonly host = "127.0.0.1";
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  constructor(answer: string) {
    this.#server = createServer((client) => {
      const reader = new CommandReader();
      this.#clients.add(client);
      client.on("data", (chunk) =>
        client.write(
          reader
            .push(chunk)
            .map(() => `${answer}\r\n`)
            .join(""),
        ),
      );
      client.on("error", () => undefined);
      client.on("close", () => this.#clients.delete(client));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, this.host);
    await once(this.#server, "listening");
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Starts a server that can only refuse, on a free port. */
export function startFakeRedis(answer: string): Promise<FakeRedis> {
  return new FakeRedis(answer).listen();
}

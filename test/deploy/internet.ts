import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";

import { systemClock } from "../../lib/notify/clock";
import { Pagerduty, type PagerdutyEvent } from "../support/receivers/pagerduty";
import { Slack } from "../support/receivers/slack";
import { Receiver } from "../support/receivers/receiver";
import { selfSigned } from "../support/redis-server";

/** Hosts that the notifier calls by the addresses it has in production. */
const SLACK = "slack.com";
const PAGERDUTY = "events.pagerduty.com";
/** The outside watcher's own host is said by a secret. */
export const WATCHER = "watcher.example.com";

/** When an event reached PagerDuty, epoch milliseconds. */
export interface Arrival {
  readonly at: number;
  readonly key: string;
  readonly action: PagerdutyEvent["event_action"];
}

/**
 * The internet as the handlers see it: a proxy behind which there are a Slack, a PagerDuty and an outside watcher and
 * nobody else, each with a certificate of its own name.
 */
export class Internet {
  readonly slack = new Slack(systemClock);
  readonly pagerduty = new Pagerduty(systemClock);
  /** Takes heartbeats. */
  readonly watcher = new Receiver(() => ({ status: 200, body: "OK" }));
  /** Hosts that were asked for and are not there. */
  readonly strangers: string[] = [];
  /** Every event that reached PagerDuty. */
  readonly arrivals: Arrival[] = [];
  readonly ca: string;
  readonly #sockets = new Set<Duplex>();
  readonly #proxy: Server;
  readonly #hosts: ReadonlyMap<string, TlsServer>;

  private constructor(tls: { readonly key: string; readonly cert: string; readonly ca: string }) {
    this.ca = tls.ca;
    this.#hosts = new Map([
      [`${SLACK}:443`, this.#host(this.slack, tls)],
      [`${PAGERDUTY}:443`, this.#host(this.pagerduty, tls)],
      [`${WATCHER}:443`, this.#host(this.watcher, tls)],
    ]);
    this.pagerduty.before = async ({ body }) => {
      const { dedup_key: key, event_action: action } = JSON.parse(body) as PagerdutyEvent;
      this.arrivals.push({ at: Date.now(), key, action });
    };
    this.#proxy = createServer((_, response) => response.writeHead(403).end());
    this.#proxy.on("connect", ({ url = "" }, socket) => this.#connect(url, socket));
  }

  static async start(): Promise<Internet> {
    const internet = new Internet(await selfSigned([SLACK, PAGERDUTY, WATCHER].map((name) => `DNS:${name}`).join(",")));
    await Promise.all([internet.slack.listen(), internet.pagerduty.listen(), internet.watcher.listen()]);
    await new Promise<void>((resolve) => {
      internet.#proxy.listen(0, "127.0.0.1", resolve);
    });
    return internet;
  }

  /** Address of the proxy. */
  get url(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#proxy.close();
    await Promise.all([this.slack.stop(), this.pagerduty.stop(), this.watcher.stop()]);
  }

  #host(receiver: Receiver, { key, cert }: { readonly key: string; readonly cert: string }): TlsServer {
    return createTlsServer({ key, cert }, (secure) => {
      const inner = connect(Number(new URL(receiver.url).port), "127.0.0.1");
      this.#keep(secure);
      this.#keep(inner);
      secure.pipe(inner).pipe(secure);
    });
  }

  #connect(host: string, socket: Duplex): void {
    this.#keep(socket);
    const server = this.#hosts.get(host);
    if (server === undefined) {
      this.strangers.push(host);
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    server.emit("connection", socket);
  }

  /** A socket that breaks must not end the test, and none outlives it. */
  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
  }
}

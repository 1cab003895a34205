import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { publishedWithoutRedis, readFromKeys } from "../lib/collectors";
import { errors, redisUp, scrapes } from "../lib/exporter";
import type { Metric, Properties, Sample } from "../lib/metric";
import { replicaCutOff } from "../lib/server-health";
import { serverUp } from "../lib/server-report";
import { type InfoMetric, infoMetrics } from "./info-metrics";

/** Series older than this are gone: a stale gauge hides an outage. */
const KEPT_MS = 45_000;
const ACCUMULATED: ReadonlySet<Metric> = new Set([scrapes, errors]);

/** The newest value of every series, as Prometheus text under the operators' names. */
export class MetricsPage {
  readonly #environment: string;
  readonly #series = new Map<string, Sample>();
  readonly #totals = new Map<string, number>();
  readonly #infos = new Map<InfoMetric, { readonly at: Date; readonly labels: Readonly<Record<string, string>> }>();
  readonly #now: () => number;
  #newestMs = 0;
  #updatedAt: number | undefined;
  #isRedisUp: boolean | undefined;

  /** `now` is the clock that `/health` goes by, in milliseconds. */
  constructor(environment: string, now: () => number = Date.now) {
    this.#environment = environment;
    this.#now = now;
  }

  /** Takes one slot's samples and properties; nothing stays of a Redis that is down, nor of keys that are frozen. */
  update(samples: readonly Sample[], properties: Properties, at: Date): void {
    this.#newestMs = Math.max(this.#newestMs, at.getTime());
    this.#updatedAt = this.#now();
    const isDown = samples.some(({ metric, value }) => (metric === redisUp || metric === serverUp) && value === 0);
    const isFrozen = samples.some(({ metric, value }) => metric === replicaCutOff && value === 1);
    for (const [name, { metric }] of this.#series) {
      const isLost = isDown && !publishedWithoutRedis.has(metric);
      if (isLost || (isFrozen && readFromKeys.has(metric))) this.#series.delete(name);
    }
    for (const one of samples) {
      if (typeof one.value !== "number") continue;
      const name = this.#name(one);
      if (ACCUMULATED.has(one.metric)) this.#totals.set(name, (this.#totals.get(name) ?? 0) + one.value);
      this.#series.set(name, one);
    }
    const up = samples.find(({ metric }) => metric === redisUp || metric === serverUp);
    if (up !== undefined) this.#isRedisUp = !isDown;
    for (const info of infoMetrics) {
      const labels = isDown || isFrozen ? undefined : info.labels(properties);
      if (labels !== undefined) this.#infos.set(info, { at, labels });
      else if (isDown || isFrozen || info.isGone(samples)) this.#infos.delete(info);
    }
    for (const [name, one] of this.#series) if (this.#isOld(one.at)) this.#series.delete(name);
    for (const [info, { at: said }] of this.#infos) if (this.#isOld(said)) this.#infos.delete(info);
  }

  /** What a load balancer or an uptime check may ask: unhealthy before the first sample, and where none came for long. */
  health(): { isHealthy: boolean; body: object } {
    const ageMs = this.#updatedAt === undefined ? undefined : this.#now() - this.#updatedAt;
    const isHealthy = ageMs !== undefined && ageMs <= KEPT_MS;
    return {
      isHealthy,
      body: {
        status: isHealthy ? "ok" : "no sample",
        ...(ageMs === undefined
          ? {}
          : { newest_sample: new Date(this.#newestMs).toISOString(), age_seconds: Math.round(ageMs) / 1000 }),
        ...(this.#isRedisUp === undefined ? {} : { redis_up: this.#isRedisUp }),
      },
    };
  }

  /** Prometheus text format; what the exporter adds up over its life is a counter, all else a gauge. */
  text(): string {
    const sorted = [...this.#series].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const names = new Set(sorted.map(([, { metric }]) => metric.name));
    const families = [...names].map((name) => this.#family(sorted.filter(([, { metric }]) => metric.name === name)));
    return [...families, ...Array.from(this.#infos, ([info, { labels }]) => this.#info(info, labels))].join("");
  }

  #info({ name, help }: InfoMetric, labels: Readonly<Record<string, string>>): string {
    return described(name, help, "gauge", [`${this.#named(name, labels)} 1`]);
  }

  #isOld(at: Date): boolean {
    return at.getTime() < this.#newestMs - KEPT_MS;
  }

  #family(series: readonly (readonly [string, Sample])[]): string {
    // A metric that also exists with labels of its own is described as a whole where it has none; that sorts last.
    const metric = series.at(-1)?.[1].metric;
    if (metric === undefined) return "";
    const lines = series.map(([written, one]) => `${written} ${this.#totals.get(written) ?? Number(one.value)}`);
    const type = ACCUMULATED.has(metric) ? "counter" : "gauge";
    return described(metric.name, metric.help, type, lines);
  }

  #name({ metric, labels }: Sample): string {
    return this.#named(metric.name, labels);
  }

  #named(name: string, labels: Readonly<Record<string, string>>): string {
    const all = [["environment", this.#environment] as const, ...Object.entries(labels)];
    return `${name}{${all.map(([label, value]) => `${label.toLowerCase()}="${escaped(value)}"`).join(",")}}`;
  }
}

const described = (name: string, help: string, type: string, lines: readonly string[]): string =>
  [`# HELP ${name} ${unbroken(help)}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");

/** A help text knows two escapes; a quote in it is just a quote. */
const unbroken = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");

const escaped = (text: string): string => unbroken(text).replaceAll('"', '\\"');

/** How we are called from this machine; a page in a browser here may come under any other name, that leads to 127.0.0.1. */
const OWN_NAMES = ["127.0.0.1", "localhost", "[::1]"];

const text = (status: number, sentence: string, headers: OutgoingHttpHeaders = {}): Served => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  body: `${sentence}\n`,
});

interface Served {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

function served(page: MetricsPage, { method = "", url = "", headers, socket }: IncomingMessage): Served {
  const { host = "" } = headers;
  const own = OWN_NAMES.flatMap((name) =>
    socket.localPort === 80 ? [name, `${name}:80`] : [`${name}:${socket.localPort}`],
  );
  if (!own.includes(host.toLowerCase())) {
    return text(421, `quantum-watch answers as 127.0.0.1:${socket.localPort} and localhost:${socket.localPort} only`);
  }
  if (method !== "GET" && method !== "HEAD") {
    return text(405, "quantum-watch is only read: GET and HEAD", { allow: "GET, HEAD" });
  }
  const path = url.split("?")[0];
  if (path === "/health") {
    const { isHealthy, body } = page.health();
    const contentType = "application/json; charset=utf-8";
    return { ...text(isHealthy ? 200 : 503, JSON.stringify(body)), headers: { "content-type": contentType } };
  }
  if (path !== "/metrics") return text(404, "quantum-watch serves /metrics and /health");
  const contentType = "text/plain; version=0.0.4; charset=utf-8";
  return { status: 200, headers: { "content-type": contentType }, body: page.text() };
}

/** Serves `/metrics` and `/health` on loopback, for reading and under its own name only; port 0 takes a free one. */
export async function serveMetrics(page: MetricsPage, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { status, headers, body } = served(page, request);
    response.writeHead(status, headers).end(body);
  });
  await listening(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

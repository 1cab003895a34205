import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { publishedWithoutRedis } from "../lib/collectors";
import { errors, redisUp, scrapes } from "../lib/exporter";
import type { Metric, Sample } from "../lib/metric";
import { serverUp } from "../lib/server-report";

/** Series older than this are gone: a stale gauge hides an outage. */
const KEPT_MS = 45_000;
const ACCUMULATED: ReadonlySet<Metric> = new Set([scrapes, errors]);

/** The newest value of every series, as Prometheus text under the operators' names. */
export class MetricsPage {
  readonly #environment: string;
  readonly #series = new Map<string, Sample>();
  readonly #totals = new Map<string, number>();
  #newestMs = 0;

  constructor(environment: string) {
    this.#environment = environment;
  }

  /** Takes one slot's samples; when Redis is down nothing that was read from it stays. */
  update(samples: readonly Sample[], at: Date): void {
    this.#newestMs = Math.max(this.#newestMs, at.getTime());
    const isDown = samples.some(({ metric, value }) => (metric === redisUp || metric === serverUp) && value === 0);
    for (const [name, { metric }] of this.#series) {
      if (isDown && !publishedWithoutRedis.has(metric)) this.#series.delete(name);
    }
    for (const one of samples) {
      if (typeof one.value !== "number") continue;
      const name = this.#name(one);
      if (ACCUMULATED.has(one.metric)) this.#totals.set(name, (this.#totals.get(name) ?? 0) + one.value);
      this.#series.set(name, one);
    }
    for (const [name, one] of this.#series) {
      if (one.at.getTime() < this.#newestMs - KEPT_MS) this.#series.delete(name);
    }
  }

  /** Prometheus text format; what the exporter adds up over its life is a counter, all else a gauge. */
  text(): string {
    const sorted = [...this.#series].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const names = new Set(sorted.map(([, { metric }]) => metric.name));
    return [...names].map((name) => this.#family(sorted.filter(([, { metric }]) => metric.name === name))).join("");
  }

  #family(series: readonly (readonly [string, Sample])[]): string {
    // A metric that also exists with labels of its own is described as a whole where it has none; that sorts last.
    const metric = series.at(-1)?.[1].metric;
    if (metric === undefined) return "";
    const lines = series.map(([written, one]) => `${written} ${this.#totals.get(written) ?? Number(one.value)}`);
    const type = ACCUMULATED.has(metric) ? "counter" : "gauge";
    return [`# HELP ${metric.name} ${unbroken(metric.help)}`, `# TYPE ${metric.name} ${type}`, ...lines, ""].join("\n");
  }

  #name({ metric, labels }: Sample): string {
    const all = [["environment", this.#environment] as const, ...Object.entries(labels)];
    return `${metric.name}{${all.map(([name, value]) => `${name.toLowerCase()}="${escaped(value)}"`).join(",")}}`;
  }
}

/** A help text knows two escapes; a quote in it is just a quote. */
const unbroken = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");

const escaped = (text: string): string => unbroken(text).replaceAll('"', '\\"');

/** Serves `/metrics` on loopback; port 0 takes a free one. */
export async function serveMetrics(page: MetricsPage, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("quantum-watch serves /metrics\n");
      return;
    }
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(page.text());
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

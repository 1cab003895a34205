import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { until } from "./redis-server";

/** Series of one scrape: values by name, those of several labels together. */
export type Scrape = ReadonlyMap<string, readonly number[]>;

/** Prometheus's exporter for Redis, under Debian's name or its own. */
export class RedisExporter {
  readonly #url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.#url = url;
  }

  /** Starts it on a free port; it reads whatever server a scrape names. */
  static async start(): Promise<RedisExporter> {
    const address = `127.0.0.1:${await freePort()}`;
    // Without an address it would ask the server that runs on this machine by default.
    const options = ["--web.listen-address", address, "--redis.addr", ""];
    const child = await spawned("prometheus-redis-exporter", options)
      .catch(() => spawned("redis_exporter", options))
      .catch((error: unknown) => {
        throw new Error("prometheus-redis-exporter is missing: npm run setup installs it", { cause: error });
      });
    const exporter = new RedisExporter(child, `http://${address}`);
    await until("the exporter answers", () =>
      fetch(`http://${address}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return exporter;
  }

  async scrape(redisUrl: string): Promise<Scrape> {
    const reply = await fetch(`${this.#url}/scrape?target=${redisUrl}`);
    const series = new Map<string, number[]>();
    for (const line of (await reply.text()).split("\n")) {
      const [, name, value] = /^(redis_\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
      if (name !== undefined) series.set(name, [...(series.get(name) ?? []), Number(value)]);
    }
    return series;
  }

  async stop(): Promise<void> {
    this.#process.kill();
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, "exit");
  }
}

async function spawned(program: string, options: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, options, { stdio: "ignore" });
  await once(child, "spawn");
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

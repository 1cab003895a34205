import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Redis } from "ioredis";

import { contractGroups, keysUnder } from "../../lib/redis/keys";
import { type EmbeddedRedis, startRedis } from "../../local/embedded-redis";
import { MetricApi } from "../support/metric-api";
import { MASTER_NAME, selfSigned, startReplicaWithSentinel, until } from "../support/redis-server";
import { SAFE_MODE, SYMBOLS } from "../support/plain-reading";
import type { Fault, Scene } from "./fault";
import { FaultyProxy } from "./faulty-proxy";
import { Lambda, type LambdaOptions } from "./lambda";

const KEYS = keysUnder();
const PLAN = "quantum:stream:apply.plan";
const SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:redis-AbCdEf";
/** What the function logs in with where it asks for it, in the beginning. */
export const FIRST_SECRET = "first-secret";
const HISTORY_MS = 180_000;
const INTENT_EVERY_MS = 5000;
const TRIPS_BEFORE_MS = [50, 20, 9].map((minutes) => minutes * 60_000);

/** Of a name with two addresses, the one that is tried before the proxy's. */
export const FIRST_ADDRESS = "127.0.0.2";
const TWO_ADDRESSES = "redis.two-addresses.test";

/** How the function is to be run; what a scene adds is where Redis and AWS are. */
export type Deployed = Omit<LambdaOptions, "env">;

/** A trading system at work, its Redis, and the function that watches it; everything of this scene alone. */
export class Stage implements Scene {
  readonly proxy: FaultyProxy;
  readonly servers: readonly EmbeddedRedis[];
  readonly api = new MetricApi();
  readonly lambda: Lambda;
  readonly #secrets: SecretsManager;
  readonly #writers: ReadonlyMap<EmbeddedRedis, Redis>;
  readonly #readers: ReadonlyMap<EmbeddedRedis, Redis>;
  #server: EmbeddedRedis;
  #isWriting = true;

  private constructor(made: {
    proxy: FaultyProxy;
    servers: readonly [EmbeddedRedis, ...EmbeddedRedis[]];
    secrets: SecretsManager;
    api: MetricApi;
    lambda: Lambda;
    writers: Map<EmbeddedRedis, Redis>;
    readers: Map<EmbeddedRedis, Redis>;
  }) {
    this.proxy = made.proxy;
    this.servers = made.servers;
    [this.#server] = made.servers;
    this.#secrets = made.secrets;
    this.#writers = made.writers;
    this.#readers = made.readers;
    this.api = made.api;
    this.lambda = made.lambda;
  }

  static async set(fault: Fault, deployed: Deployed): Promise<Stage> {
    const { servers, variables, tls } = await serversFor(fault);
    const [first] = servers;
    const proxy = await new FaultyProxy(first).listen();
    const secrets = new SecretsManager();
    const api = new MetricApi();
    const [apiUrl, secretsUrl] = [await api.listen(), await secrets.listen()];
    const env = {
      ENVIRONMENT: "prod",
      COLLECTORS: "safety,harvest,redis,streams",
      SYMBOLS: SYMBOLS.join(","),
      HARVEST_POSITIONS: "true",
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_ENDPOINT_URL_CLOUDWATCH: apiUrl,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
      NODE_PATH: `${process.cwd()}/node_modules`,
      ...variables(proxy.port),
      ...fault.env,
    };
    const lambda = new Lambda({ ...deployed, env });
    const clients = (): Map<EmbeddedRedis, Redis> => new Map(servers.map((one) => [one, clientOf(one, tls)]));
    const stage = new Stage({ proxy, servers, secrets, api, lambda, writers: clients(), readers: clients() });
    try {
      await until("the writer is connected", () => stage.writer.status === "ready");
      await stage.refill();
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  get server(): EmbeddedRedis {
    return this.#server;
  }

  get writer(): Redis {
    return this.#clientIn(this.#writers);
  }

  /** Reads what is so; a write that has to wait keeps nothing back on it. */
  get reader(): Redis {
    return this.#clientIn(this.#readers);
  }

  #clientIn(clients: ReadonlyMap<EmbeddedRedis, Redis>): Redis {
    const found = clients.get(this.#server);
    if (found === undefined) throw new Error("every server has its clients");
    return found;
  }

  get secret(): string {
    return this.#secrets.text;
  }

  set secret(text: string) {
    this.#secrets.text = text;
  }

  /** Another server holds the data from now on. */
  takesOver(server: EmbeddedRedis | undefined): void {
    if (server) this.#server = server;
  }

  async refill(intents: "intents anew" | "intents stay" = "intents anew"): Promise<void> {
    const now = Date.now();
    const { writer } = this;
    for (const key of [KEYS.faults, KEYS.applyResult, PLAN, SAFE_MODE]) await writer.del(key);
    if (intents === "intents anew") await writer.del(KEYS.intents);
    const history = intents === "intents anew" ? HISTORY_MS : 0;
    for (let ms = now - history; ms < now; ms += INTENT_EVERY_MS) await this.#intent(`${ms}-*`);
    for (const before of TRIPS_BEFORE_MS) await writer.xadd(KEYS.faults, `${now - before}-*`, ...tripAt(now - before));
    await writer.xadd(KEYS.applyResult, "*", "plan_id", "a", "symbol", "BTCUSDT");
    await writer.xadd(PLAN, "*", "plan_id", "a", "symbol", "BTCUSDT");
    for (const [stream, groups] of Object.entries(contractGroups(KEYS))) {
      for (const group of groups) await writer.xgroup("CREATE", stream, group, "$").catch(unlessThere);
    }
    await writer.set(SAFE_MODE, "0");
    for (const symbol of SYMBOLS) {
      await writer.del(`${KEYS.position}:${symbol}`, `${KEYS.harvestProposal}:${symbol}`);
      await writer.hset(`${KEYS.position}:${symbol}`, { symbol, side: "LONG", quantity: "1", position_amt: "1" });
    }
    await this.#propose(now);
  }

  /** What the trading system does between two slots; it goes on while its writes are refused. */
  async goOn(): Promise<void> {
    if (!this.#isWriting) return;
    const now = Date.now();
    const { writer } = this;
    const bucket = Math.floor(now / 10_000);
    const group = contractGroups(KEYS)[KEYS.intents]?.[0] ?? "";
    const writes = [
      () => this.#intent("*"),
      () => this.#propose(now),
      () => writer.set(`${KEYS.rateGlobal}:${bucket}`, 4, "EX", 30),
      () => writer.set(`${KEYS.rateSymbol}:BTCUSDT:${bucket}`, 2, "EX", 30),
      () => writer.xreadgroup("GROUP", group, "bridge-1", "COUNT", 1000, "NOACK", "STREAMS", KEYS.intents, ">"),
    ];
    for (const write of writes) await write().catch(() => undefined);
  }

  /** The trading system itself is still: nothing is written between slots. */
  stopsWriting(isStopped: boolean): void {
    this.#isWriting = !isStopped;
  }

  async stop(): Promise<void> {
    await this.lambda.stop();
    for (const one of [...this.#writers.values(), ...this.#readers.values()]) one.disconnect();
    await Promise.all([this.proxy.stop(), this.api.close(), this.#secrets.close()]);
    for (const one of this.servers) one.resume();
    await Promise.all(this.servers.map((one) => one.stop()));
  }

  #intent(id: string): Promise<unknown> {
    return this.writer.xadd(KEYS.intents, id, "symbol", "BTCUSDT", "side", "BUY", "qty", "0.01", "reduceOnly", "false");
  }

  async #propose(now: number): Promise<void> {
    for (const [place, symbol] of SYMBOLS.entries()) {
      await this.writer.hset(`${KEYS.harvestProposal}:${symbol}`, {
        kill_score: String(0.2 + place / 10),
        k_regime_flip: "0",
        k_sigma_spike: "0.1",
        k_ts_drop: "0.0",
        k_age_penalty: "0.1",
        R_net: "2.5",
        new_sl_proposed: "None",
        harvest_action: "NONE",
        last_update_epoch: String(now / 1000),
      });
    }
  }
}

function unlessThere(error: Error): void {
  if (!error.message.startsWith("BUSYGROUP")) throw error;
}

const tripAt = (ms: number): string[] =>
  Object.entries({
    timestamp: String(ms / 1000),
    reason: "SYMBOL_RATE_EXCEEDED",
    symbol: "BTCUSDT",
    side: "BUY",
    global_count: "6",
    symbol_count: "6",
    global_max: "20",
    symbol_max: "5",
  }).flat();

function clientOf(server: EmbeddedRedis, tls: { ca: string } | undefined): Redis {
  const { host, port } = server;
  const client = new Redis({
    host,
    port,
    commandTimeout: 6000,
    // What is asked while the connection is made again waits for it, up to the time-out.
    maxRetriesPerRequest: null,
    retryStrategy: () => 200,
    ...(tls ? { tls } : {}),
  });
  client.on("error", () => undefined);
  return client;
}

interface Servers {
  readonly servers: readonly [EmbeddedRedis, ...EmbeddedRedis[]];
  /** Where the function finds them, given the proxy's port. */
  readonly variables: (port: number) => Record<string, string>;
  readonly tls?: { ca: string };
}

async function serversFor({ way = "single", config = [] }: Fault): Promise<Servers> {
  switch (way) {
    case "single":
      return { servers: [await started(config)], variables: addressed };
    case "names":
      return {
        servers: [await started(config)],
        variables: (port) => ({
          ...addressed(port),
          REDIS_HOST: TWO_ADDRESSES,
          NAMES: JSON.stringify({ [TWO_ADDRESSES]: [FIRST_ADDRESS, "127.0.0.1"] }),
        }),
      };
    case "secret":
      return {
        servers: [await started([`user watch on >${FIRST_SECRET} ~* +@read +info +time +slowlog +ping`, ...config])],
        variables: (port) => ({
          ...addressed(port),
          REDIS_AUTH: "secret",
          REDIS_SECRET_ARN: SECRET_ARN,
          REDIS_USERNAME: "watch",
        }),
      };
    case "tls": {
      const tls = await selfSigned();
      const server = await startRedis({ tls, config });
      return {
        servers: [server],
        variables: (port) => ({ ...addressed(port), REDIS_TLS: "true", REDIS_TLS_CA: tls.ca }),
        tls: { ca: tls.ca },
      };
    }
    case "sentinel": {
      const { master, replica, sentinel } = await startReplicaWithSentinel();
      return {
        servers: [master, replica, sentinel],
        variables: () => ({
          REDIS_TOPOLOGY: "sentinel",
          REDIS_SENTINELS: `${sentinel.host}:${sentinel.port}`,
          REDIS_SENTINEL_MASTER: MASTER_NAME,
        }),
      };
    }
  }
}

const started = (config: readonly string[]): Promise<EmbeddedRedis> => startRedis({ config });

const addressed = (port: number): Record<string, string> => ({ REDIS_HOST: "127.0.0.1", REDIS_PORT: String(port) });

/** Gives one secret, whatever is asked for. */
class SecretsManager {
  text = FIRST_SECRET;
  readonly #server: Server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ Name: "redis", ARN: SECRET_ARN, SecretString: this.text }));
  });

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { Cluster, Redis, type RedisOptions as RedisClientOptions } from "ioredis";
import { EmbeddedRedis, type RedisOptions, startRedis, type TlsFiles } from "../../local/embedded-redis";

// Reply mapping is a type parameter of the client, which plain options cannot carry.
type ClientOptions = Omit<RedisClientOptions, "replyMapping">;

const run = promisify(execFile);

/** Starting servers on a busy machine; far above what it takes, so that only a hang meets it. */
export const SERVER_TIMEOUT_MS = 60_000;
// A paused server must fail a test's own command before jest gives up on the test.
const COMMAND_LIMIT_MS = 4000;
const SETTLE_LIMIT_MS = 30_000;
const SLOTS = 16_384;

/** The name that the sentinel of `startReplicaWithSentinel` gives its master. */
export const MASTER_NAME = "quantum";

/** Starts something before the tests of the enclosing block and stops it after them; call the result in a test. */
export function duringTests<T extends { stop(): Promise<void> }>(start: () => Promise<T>): () => T {
  let started: T | undefined;
  beforeAll(async () => {
    started = await start();
  }, SERVER_TIMEOUT_MS);
  afterAll(async () => {
    await started?.stop();
  }, SERVER_TIMEOUT_MS);
  return () => {
    if (started === undefined) throw new Error("started by beforeAll: ask for it inside a test or hook");
    return started;
  };
}

/** One server for the enclosing block, emptied before each test, and a client to arrange data with. */
export function withRedis(
  options: RedisOptions = {},
  clientOptions: ClientOptions = {},
): { readonly server: EmbeddedRedis; readonly writer: Redis } {
  const started = duringTests(async () => {
    const server = await startRedis(options);
    const writer = writerOf(server, clientOptions);
    return { server, writer, stop: () => stopAll([writer], [server]) };
  });
  beforeEach(async () => {
    await started().writer.flushall();
  });
  return {
    get server() {
      return started().server;
    },
    get writer() {
      return started().writer;
    },
  };
}

/** A client that may write, for arranging what a test reads; `disconnect()` it at the end. */
export function writerOf(server: EmbeddedRedis, options: ClientOptions = {}): Redis {
  const client = new Redis({ commandTimeout: COMMAND_LIMIT_MS, ...options, host: server.host, port: server.port });
  // Without a listener ioredis prints every refused connection of a server that a test has killed.
  client.on("error", () => {});
  return client;
}

export interface RedisCluster {
  /** The masters, in the order of their slots. */
  readonly nodes: readonly EmbeddedRedis[];
  readonly writer: Cluster;
  stop(): Promise<void>;
}

/** A cluster of masters that cover all slots in equal, contiguous ranges; returns once every node calls it ok. */
export async function startCluster(size = 3): Promise<RedisCluster> {
  const config = ["cluster-enabled yes", "cluster-node-timeout 2000", "cluster-announce-ip 127.0.0.1"];
  const nodes = await Promise.all(Array.from({ length: size }, () => startRedis({ config })));
  const clients = nodes.map((node) => writerOf(node));
  try {
    await joinCluster(nodes, clients);
    await Promise.all(clients.map((client) => until("the cluster is ok", () => clusterIsOk(client, size))));
  } catch (error) {
    await stopAll([], nodes);
    throw error;
  } finally {
    for (const client of clients) client.disconnect();
  }
  const writer = new Cluster(nodes.map(({ host, port }) => ({ host, port })));
  writer.on("error", () => {});
  return { nodes, writer, stop: () => stopAll([writer], nodes) };
}

async function joinCluster(nodes: readonly EmbeddedRedis[], clients: readonly Redis[]): Promise<void> {
  for (const [index, client] of clients.entries()) {
    const first = Math.ceil((index * SLOTS) / clients.length);
    const end = Math.ceil(((index + 1) * SLOTS) / clients.length);
    await client.cluster("ADDSLOTS", ...Array.from({ length: end - first }, (_, slot) => first + slot));
    // Nodes that meet with equal epochs have to settle that first; redis-cli sets them apart too.
    await client.cluster("SET-CONFIG-EPOCH", index + 1);
  }
  for (const node of nodes.slice(1)) await clients[0]?.cluster("MEET", node.host, node.port);
}

async function clusterIsOk(client: Redis, size: number): Promise<boolean> {
  const info = String(await client.call("CLUSTER", "INFO"));
  return ["cluster_state:ok", `cluster_slots_ok:${SLOTS}`, `cluster_known_nodes:${size}`].every((line) =>
    info.split("\r\n").includes(line),
  );
}

export interface ReplicaWithSentinel {
  readonly master: EmbeddedRedis;
  readonly replica: EmbeddedRedis;
  /** Calls the master `MASTER_NAME`, and fails it over alone (quorum 1) about a second after it died. */
  readonly sentinel: EmbeddedRedis;
  stop(): Promise<void>;
}

/** A master, its replica in sync, and a sentinel that knows both. */
export async function startReplicaWithSentinel(): Promise<ReplicaWithSentinel> {
  // By default a master waits 5 s for more replicas before it sends its data.
  const master = await startRedis({ config: ["repl-diskless-sync-delay 0"] });
  const replica = await startRedis({ config: [`replicaof ${master.host} ${master.port}`] });
  await asking(replica, (client) =>
    until("the replica is in sync", async () => (await client.info("replication")).includes("master_link_status:up")),
  );
  const sentinel = await startRedis({
    sentinel: true,
    config: [
      `sentinel monitor ${MASTER_NAME} ${master.host} ${master.port} 1`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
      `sentinel failover-timeout ${MASTER_NAME} 5000`,
    ],
  });
  await asking(sentinel, (client) => until("the sentinel knows the replica", () => knowsReplica(client)));
  return { master, replica, sentinel, stop: () => stopAll([], [sentinel, replica, master]) };
}

async function knowsReplica(sentinel: Redis): Promise<boolean> {
  const replicas = String(await sentinel.call("SENTINEL", "REPLICAS", MASTER_NAME));
  return replicas.includes("master-link-status,ok");
}

export interface TlsServer {
  readonly server: EmbeddedRedis;
  /** The certificate authority, PEM. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** A server that speaks TLS only; its self-signed certificate is for 127.0.0.1 and localhost. */
export async function startTls(options: RedisOptions = {}): Promise<TlsServer> {
  const tls = await selfSigned();
  const server = await startRedis({ ...options, tls });
  return { server, ca: tls.ca, stop: () => server.stop() };
}

/** A new certificate, which is its own authority, for 127.0.0.1 and localhost or other names, as openssl takes them. */
export async function selfSigned(altNames = "IP:127.0.0.1,DNS:localhost"): Promise<TlsFiles> {
  const folder = await mkdtemp(join(tmpdir(), "quantum-watch-tls-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", `subjectAltName=${altNames}`];
    const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    await run("openssl", ["req", ...kind, ...names, "-keyout", key, "-out", cert]);
    const pem = await readFile(cert, "utf8");
    return { cert: pem, key: await readFile(key, "utf8"), ca: pem };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Asks again until the answer is yes; throws, saying what was waited for, when it stays no. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + SETTLE_LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${SETTLE_LIMIT_MS} ms in vain until ${what}`);
    await delay(20);
  }
}

async function asking<T>(server: EmbeddedRedis, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = writerOf(server);
  try {
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

async function stopAll(clients: readonly (Redis | Cluster)[], servers: readonly EmbeddedRedis[]): Promise<void> {
  for (const client of clients) client.disconnect();
  await Promise.all(servers.map((server) => server.stop()));
}

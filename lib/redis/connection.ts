import { Cluster, type ClusterOptions, Redis, type RedisOptions, ReplyError } from "ioredis";

import { type Answer, askInBulk, canAskInBulk } from "./bulk";
import type { Credentials } from "./credentials";
import { CONNECT_LIMIT_MS } from "./limits";
import { inGroups, masterNames, nodeFor } from "./node-groups";
import { isAsk, isMoved } from "./replies";
import type { Reply, Request } from "./request";
import type { RedisSettings } from "./settings";

/** One open conversation with a server or a cluster; dead once `send` or `open` rejected. */
export interface Connection {
  /** Asks everything at once, a pipeline a node, and gives the replies in the same order; refusals are Error values. */
  send(requests: readonly Request[]): Promise<Reply[]>;
  /** Names of the servers that hold the keys between them, for requests that are for one of them. */
  nodes(): readonly string[];
  close(): void;
}

/** Reconnecting, queueing and retrying is ours to decide (one reconnect a sample), so the client does none of it. */
function clientOptions({ tls }: RedisSettings, { username, password }: Credentials) {
  return {
    lazyConnect: true,
    connectTimeout: CONNECT_LIMIT_MS,
    // A socket whose peer is gone never finishes closing; it must not keep the process alive.
    disconnectTimeout: 100,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // One wire format for every server from Redis 6 on; and no CLIENT SETINFO, which least rights do not cover.
    protocol: 2,
    disableClientInfo: true,
    ...(tls === undefined ? {} : { tls }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  } satisfies RedisOptions;
}

/** Opens a connection; rejects with what the server or the network said. */
export async function open(settings: RedisSettings, credentials: Credentials): Promise<Connection> {
  const { topology } = settings;
  const options = clientOptions(settings, credentials);
  switch (topology.kind) {
    case "single":
      return selected(new Redis({ ...options, host: topology.host, port: topology.port }), settings.db);
    case "sentinel": {
      const { sentinels, master } = topology;
      const asking = { sentinelRetryStrategy: () => null, sentinelCommandTimeout: CONNECT_LIMIT_MS };
      // Without these the client speaks to the sentinels, and then to the master, in clear.
      const encrypted = settings.tls ? { sentinelTLS: settings.tls, enableTLSForSentinelMode: true } : {};
      return selected(
        new Redis({ ...options, ...asking, ...encrypted, sentinels: [...sentinels], name: master }),
        settings.db,
      );
    }
    case "cluster":
      return ready(new Cluster([...topology.nodes], clusterOptions(options)));
  }
}

function clusterOptions({ retryStrategy, enableOfflineQueue, ...node }: ReturnType<typeof clientOptions>) {
  return {
    redisOptions: node,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue,
    clusterRetryStrategy: () => null,
    clusterNodeRetryStrategy: retryStrategy,
    slotsRefreshTimeout: CONNECT_LIMIT_MS,
    // TLS certificates of ElastiCache name hosts, not addresses, so names are handed through unresolved.
    ...("tls" in node ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
  } satisfies ClusterOptions;
}

/** The client passes over a refused SELECT of its own and would go on in database 0, so the asking is ours. */
async function selected(client: Redis, db: number): Promise<Connection> {
  const connection = await ready(client);
  if (db === 0) return connection;
  try {
    await client.select(db);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function ready(client: Redis | Cluster): Promise<Connection> {
  let lastError: Error | undefined;
  client.on("error", (error: Error) => {
    lastError = error;
  });
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw nodesOwn(lastError) ?? lastError ?? error;
  }
  return {
    send: (requests) => send(client, requests),
    nodes: () => masterNames(client),
    close: () => client.disconnect(),
  };
}

/** A cluster's own error says only that no node gave its slots; what the last node said is why. */
const nodesOwn = (error: object | undefined): unknown =>
  error !== undefined && "lastNodeError" in error ? error.lastNodeError : undefined;

async function send(client: Redis | Cluster, requests: readonly Request[]): Promise<Reply[]> {
  const replies: Reply[] = requests.map(({ ofEach }) => (ofEach ? [] : undefined));
  await Promise.all(
    inGroups(client, requests).map(async ({ client: node, places }) => {
      const group = places.map((place) => requests[place] as Request);
      const answers = await sendTogether(node, group);
      for (const [index, place] of places.entries()) {
        const each = replies[place];
        if (Array.isArray(each)) each.push(answers[index]);
        else replies[place] = answers[index];
      }
    }),
  );
  return replies;
}

/** A transaction inside a pipeline is documented, but left out of the client's types. */
function beginTransaction(pipeline: object): void {
  (pipeline as { multi(): unknown }).multi();
}

/** From so many commands on the client's own way of sending them takes too long. */
const LEAST_IN_BULK = 100;

async function sendTogether(client: Redis | Cluster, requests: readonly Request[]): Promise<Reply[]> {
  const node = nodeFor(client, requests[0]);
  const count = requests.reduce((sum, { commands }) => sum + commands.length, 0);
  const isBulk = count >= LEAST_IN_BULK && node !== undefined && canAskInBulk(node);
  const answers = isBulk ? await askInBulk(node, flat(requests)) : await piped(node, client, requests);
  const replies = repliesIn(answers, requests);
  if (!(client instanceof Cluster) || requests.length === 1) return replies;
  // The client follows one key that moves with its whole pipeline, whose other keys then come back as MOVED; so each
  // goes alone. Where many have moved, a new connection is cheaper.
  const isFollowed = replies.filter(isMoved).length < LEAST_IN_BULK;
  const isAstray = (reply: Reply): boolean => isAsk(reply) || (isFollowed && isMoved(reply));
  return Promise.all(
    requests.map(async (request, place) =>
      isAstray(replies[place]) ? (await sendTogether(client, [request]))[0] : replies[place],
    ),
  );
}

function repliesIn(answers: readonly Answer[], requests: readonly Request[]): Reply[] {
  let next = 0;
  return requests.map(({ commands }) => {
    // MULTI is answered by OK, its commands by QUEUED, EXEC by all their replies.
    const from = next;
    next += commands.length > 1 ? commands.length + 2 : 1;
    const own = answers.slice(from, next);
    // By class: an error's name is that of its class, which minifying changes.
    const lost = own.find(([error]) => error && !(error instanceof ReplyError));
    if (lost || own.length === 0) throw lost?.[0] ?? new Error("no reply");
    // A refused command makes EXEC fail with a message that does not say why; the first refusal does.
    return own.find(([error]) => error)?.[0] ?? own.at(-1)?.[1];
  });
}

const flat = (requests: readonly Request[]): (readonly string[])[] =>
  requests.flatMap(({ commands }): (readonly string[])[] =>
    commands.length > 1 ? [["MULTI"], ...commands, ["EXEC"]] : [...commands],
  );

async function piped(
  node: Redis | undefined,
  client: Redis | Cluster,
  requests: readonly Request[],
): Promise<readonly Answer[]> {
  const pipeline = (requests[0]?.node === undefined ? client : (node ?? client)).pipeline();
  for (const { commands } of requests) {
    if (commands.length > 1) beginTransaction(pipeline);
    for (const command of commands) pipeline.call(...command);
    if (commands.length > 1) void pipeline.exec();
  }
  return (await pipeline.exec()) ?? [];
}

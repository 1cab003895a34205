import { Cluster, type ClusterOptions, Redis, type RedisOptions, ReplyError } from "ioredis";

import { type Answer, askInBulk, canAskInBulk, guardSocket, NotAnswered } from "./bulk";
import type { Credentials } from "./credentials";
import { CONNECT_LIMIT_MS } from "./limits";
import { inGroups, masterNames, nodeFor } from "./node-groups";
import { isAboutData, isAsk, isMoved } from "./replies";
import { OversizedReply } from "./oversized";
import type { Reply, Request } from "./request";
import type { Address, RedisSettings } from "./settings";

/** One open conversation with a server or a cluster; dead once `send` or `open` rejected. */
export interface Connection {
  /** Asks everything at once, a pipeline a node, and gives the replies in the same order; refusals are Error values. */
  send(requests: readonly Request[]): Promise<Reply[]>;
  /** Names of the servers that hold the keys between them, for requests that are for one of them. */
  nodes(): readonly string[];
  close(): void;
}

/** Reply mapping is a type parameter of the client, which plain options cannot carry. */
type ClientOptions = Omit<RedisOptions, "replyMapping">;

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
  } satisfies ClientOptions;
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
      const client = new Redis({ ...options, ...asking, ...encrypted, sentinels: [...sentinels], name: master });
      // The credentials are the master's.
      const { username: _, password: _own, ...ofSentinel }: ClientOptions = options;
      return orReason(selected(client, settings.db), sentinels, ofSentinel);
    }
    case "cluster":
      return orReason(ready(new Cluster([...topology.nodes], clusterOptions(options))), topology.nodes, options);
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
  let heard: Error | undefined;
  if (client instanceof Cluster) client.on("+node", guardSocket);
  else guardSocket(client);
  client.on("error", (error: Error) => {
    heard = error;
  });
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw nodesOwn(heard) ?? heard ?? error;
  }
  // One after the other: of a socket that is lent nothing else may be asked meanwhile.
  let last: Promise<unknown> = Promise.resolve();
  return {
    send: async (requests) => {
      const sending = last.then(() => send(client, requests));
      last = sending.catch(() => undefined);
      try {
        return await sending;
      } catch (error) {
        // Commands hear only that the connection is closed; the connection itself has heard why.
        throw error instanceof ReplyError ? error : (heard ?? error);
      }
    },
    nodes: () => masterNames(client),
    close: () => client.disconnect(),
  };
}

/** A cluster's own error says only that no node gave its slots; what the last node said is why. */
const nodesOwn = (error: object | undefined): unknown =>
  error !== undefined && "lastNodeError" in error ? error.lastNodeError : undefined;

/** What is left where the client asked a node or a sentinel on a connection of its own, and kept its words to itself. */
const WITHOUT_A_REASON = /Connection is closed\.$/;

/** Where the client does not say why it could ask none of several servers, one of them is tried again for its words. */
async function orReason(
  opening: Promise<Connection>,
  [first]: readonly Address[],
  options: ClientOptions,
): Promise<Connection> {
  try {
    return await opening;
  } catch (error) {
    const isSaid = error instanceof Error && !WITHOUT_A_REASON.test(error.message);
    if (isSaid || first === undefined) throw error;
    (await ready(new Redis(first.port, first.host, options))).close();
    throw error;
  }
}

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
  return client instanceof Cluster ? followed(client, requests, replies) : replies;
}

/** So many keys that have moved are followed one by one; of more, a new connection asks anew where they are. */
const MOST_FOLLOWED = 99;

/**
 * The client follows one key that moves with its whole pipeline, whose other keys then come back as MOVED; so each goes
 * after its key alone, side by side and by the client's own pipelines: once no socket is lent any more, as a reply that
 * came on one that is would be nobody's. Where many have moved, a new connection is cheaper.
 */
async function followed(client: Cluster, requests: readonly Request[], replies: readonly Reply[]): Promise<Reply[]> {
  const isFollowed = replies.filter(isMoved).length <= MOST_FOLLOWED;
  const isAstray = (reply: Reply): boolean => isAsk(reply) || (isFollowed && isMoved(reply));
  return Promise.all(
    requests.map(async (request, place) =>
      isAstray(replies[place]) ? (await sendTogether(client, [request], true))[0] : replies[place],
    ),
  );
}

/** Asks one node for all that is its own. */
async function sendTogether(
  client: Redis | Cluster,
  requests: readonly Request[],
  isFollowing = false,
): Promise<Reply[]> {
  const node = nodeFor(client, requests[0]);
  const commands = requests.map(({ command }) => command);
  if (node?.status === "wait") await node.connect();
  const isLent = !isFollowing && node !== undefined && canAskInBulk(node);
  const asked = requests[0]?.node === undefined ? client : (node ?? client);
  return repliesIn(isLent ? await askInBulk(node, commands) : await piped(asked, commands), commands.length);
}

/** What came back, each in its place; rejects where the connection was lost on the way. */
function repliesIn(answers: readonly Answer[], count: number): Reply[] {
  // By class: an error's name is that of its class, which minifying changes.
  const lost = answers.find(([error]) => error && !isAnswer(error))?.[0];
  if (!lost && answers.length === count) return answers.map(([refusal, value]) => refusal ?? value);
  // A server that hangs up on us has said why before: what came after is only that the connection is gone.
  throw answers.find(([error]) => isRefusal(error))?.[0] ?? lost ?? new Error("no reply");
}

/** Whether a connection that gave this error was there to give it. */
const isAnswer = (error: Error): boolean =>
  error instanceof ReplyError || error instanceof OversizedReply || error instanceof NotAnswered;

const isRefusal = (error: Error | null): boolean =>
  error !== null && error instanceof ReplyError && !isAboutData(error) && !isMoved(error) && !isAsk(error);

async function piped(client: Redis | Cluster, commands: readonly Request["command"][]): Promise<readonly Answer[]> {
  const pipeline = client.pipeline();
  for (const command of commands) pipeline.call(...command);
  return (await pipeline.exec()) ?? [];
}

import { setTimeout as delay } from "node:timers/promises";

import { SAFE_MODE } from "../../support/plain-reading";
import { type Fault, faultsOf, type Scene } from "../fault";
import { FIRST_SECRET } from "../scene";

/** What a server is told, and what puts it right again. */
const told =
  (...command: readonly string[]): Fault["begin"] =>
  ({ writer }) =>
    writer.call(...(command as [string, ...string[]]));

const configured = (name: string, value: string, before: string): Pick<Fault, "begin" | "end"> => ({
  begin: told("CONFIG", "SET", name, value),
  end: told("CONFIG", "SET", name, before),
});

const rules = (begin: readonly string[], end: readonly string[]): Pick<Fault, "begin" | "end"> => ({
  begin: told("ACL", "SETUSER", "watch", ...begin),
  end: told("ACL", "SETUSER", "watch", ...end),
});

/** Everybody but us is let go on; our own connections are cut and have to log in anew. */
const rotated = async ({ writer }: Scene, from: string, to: string): Promise<void> => {
  await writer.call("ACL", "SETUSER", "watch", `<${from}`, `>${to}`);
  await writer.call("CLIENT", "KILL", "USER", "watch");
};

/** A server that is gone, or that nobody can stop, is started anew, and filled again once the writer has found it. */
async function anew(scene: Scene): Promise<void> {
  await scene.server.restart();
  await delay(1500);
  await scene.refill();
}

/** A stream that begins anew has no whole minute yet, so that its rates are not known before there is one. */
const EMPTY = { recovers: "later" } as const;

/** Other clients take all the places. */
async function crowded({ writer }: Scene): Promise<void> {
  await writer.config("SET", "maxclients", "1");
  await writer.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
}

const WAY_SECRET = { way: "secret" } as const;

/** What happens to a server: it dies, freezes, fills, loads, refuses, fails over. */
export const server = faultsOf("server", [
  {
    name: "Redis is killed",
    isShort: true,
    begin: ({ server: one }) => one.kill(),
    end: anew,
    ...EMPTY,
  },
  {
    name: "Redis is started anew, and is empty",
    begin: ({ server: one }) => one.restart(),
    end: (scene) => scene.refill(),
    ...EMPTY,
  },
  {
    name: "Redis is frozen",
    isShort: true,
    begin: ({ server: one }) => one.pause(),
    end: ({ server: one }) => one.resume(),
  },
  {
    name: "Redis is busy with one command for 12 s",
    begin: ({ writer }) => void writer.call("DEBUG", "SLEEP", "12").catch(() => undefined),
    config: ["enable-debug-command local"],
  },
  {
    name: "Redis is busy with one command for a second before every slot",
    config: ["enable-debug-command local"],
    begin: async ({ writer }) => {
      void delay(7500).then(() => writer.call("DEBUG", "SLEEP", "1").catch(() => undefined));
      void delay(22_500).then(() => writer.call("DEBUG", "SLEEP", "1").catch(() => undefined));
    },
  },
  {
    name: "a script runs without end",
    config: ["busy-reply-threshold 100"],
    begin: ({ writer }) => void writer.eval("while true do end", 0).catch(() => undefined),
    end: anew,
    ...EMPTY,
    isShort: true,
  },
  {
    name: "Redis is full and evicts nothing",
    isShort: true,
    ...configured("maxmemory", "1mb", "0"),
  },
  {
    name: "Redis is full and evicts nothing, while safe mode is on",
    begin: async ({ writer }) => {
      await writer.set(SAFE_MODE, "1", "EX", 3600);
      await writer.config("SET", "maxmemory", "1mb");
    },
    end: async ({ writer }) => {
      await writer.config("SET", "maxmemory", "0");
      await writer.set(SAFE_MODE, "0");
    },
  },
  {
    name: "the disk of Redis is full and it takes no writes",
    config: ["save 3600 1000000", "stop-writes-on-bgsave-error yes", "enable-protected-configs local"],
    begin: async ({ writer }) => {
      await writer.config("SET", "dir", "/proc");
      await writer.call("BGSAVE").catch(() => undefined);
    },
    end: async ({ writer }) => {
      await writer.config("SET", "stop-writes-on-bgsave-error", "no");
    },
  },
  { name: "Redis lets nobody wait: CLIENT PAUSE of everything", begin: told("CLIENT", "PAUSE", "25000", "ALL") },
  {
    name: "CLIENT PAUSE of writes alone",
    begin: told("CLIENT", "PAUSE", "25000", "WRITE"),
    end: told("CLIENT", "UNPAUSE"),
  },
  {
    name: "all connections are killed by the server once",
    isShort: true,
    begin: told("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"),
  },
  { name: "Redis ends connections that are silent for a second", ...configured("timeout", "1", "0") },
  {
    name: "other clients take all the places",
    isShort: true,
    begin: crowded,
    end: told("CONFIG", "SET", "maxclients", "1000"),
  },
  {
    name: "answers of more than 16 kB are cut off by the server",
    ...configured("client-output-buffer-limit", "normal 16384 16384 1", "normal 0 0 0"),
  },
  {
    name: "Redis is loading its data",
    isShort: true,
    config: [
      "key-load-delay 60000",
      "loading-process-events-interval-bytes 1024",
      "enable-debug-command local",
      "save 3600 1000000",
    ],
    begin: async ({ writer }) => {
      const pipeline = writer.pipeline();
      for (let number = 0; number < 3000; number++) pipeline.set(`load:${number}`, "x".repeat(100));
      await pipeline.exec();
      const other = writer.duplicate();
      void other
        .call("DEBUG", "RELOAD")
        .catch(() => undefined)
        .finally(() => other.disconnect());
    },
    end: told("CONFIG", "SET", "key-load-delay", "0"),
  },
  {
    name: "Redis becomes the replica of nobody who answers",
    isShort: true,
    begin: told("REPLICAOF", "127.0.0.1", "1"),
    end: told("REPLICAOF", "NO", "ONE"),
  },
  {
    name: "Redis becomes a replica that serves nothing stale",
    config: ["replica-serve-stale-data no"],
    begin: told("REPLICAOF", "127.0.0.1", "1"),
    end: told("REPLICAOF", "NO", "ONE"),
  },
  { name: "Redis asks for replicas that it does not have", ...configured("min-replicas-to-write", "2", "0") },
  {
    name: "the sentinel fails over to the replica",
    way: "sentinel",
    isShort: true,
    plan: { events: [0], begin: 16, end: 37, last: 75 },
    begin: async (scene) => {
      await scene.servers[0]?.kill();
      scene.takesOver(scene.servers[1]);
    },
    end: () => undefined,
    // What took over has no replica itself, whose lag could be told.
    recovers: "later",
  },
  {
    name: "the sentinel is gone and the master is there",
    way: "sentinel",
    begin: async ({ servers }) => servers[2]?.kill(),
    end: () => undefined,
  },
  {
    name: "the secret is rotated",
    ...WAY_SECRET,
    isShort: true,
    begin: async (scene) => {
      scene.secret = "second-secret";
      await rotated(scene, FIRST_SECRET, "second-secret");
    },
    end: () => undefined,
  },
  {
    name: "the password is another one, and the secret is not",
    ...WAY_SECRET,
    isShort: true,
    begin: (scene) => rotated(scene, FIRST_SECRET, "unknown-secret"),
    end: (scene) => rotated(scene, "unknown-secret", FIRST_SECRET),
  },
  { name: "the user of the watch is switched off", ...WAY_SECRET, ...offAndOn() },
  { name: "the user of the watch may read no keys", ...WAY_SECRET, isShort: true, ...rules(["resetkeys"], ["~*"]) },
  {
    name: "the user of the watch may not read one key",
    ...WAY_SECRET,
    ...rules(["resetkeys", "~quantum:stream:*", "~quantum:harvest:*", "~quantum:state:*"], ["~*"]),
  },
  { name: "the user of the watch may not GET", ...WAY_SECRET, ...rules(["-get"], ["+get"]) },
  { name: "the user of the watch may not PTTL", ...WAY_SECRET, ...rules(["-pttl"], ["+pttl"]) },
  { name: "the user of the watch may not XINFO", ...WAY_SECRET, ...rules(["-xinfo"], ["+xinfo"]) },
  {
    name: "the user of the watch may not XRANGE",
    ...WAY_SECRET,
    ...rules(["-xrange", "-xrevrange"], ["+xrange", "+xrevrange"]),
  },
  { name: "the user of the watch may not HMGET", ...WAY_SECRET, ...rules(["-hmget"], ["+hmget"]) },
  { name: "the user of the watch may not INFO", ...WAY_SECRET, ...rules(["-info"], ["+info"]) },
  { name: "the user of the watch may not TIME", ...WAY_SECRET, ...rules(["-time"], ["+time"]) },
  { name: "the user of the watch may not SLOWLOG", ...WAY_SECRET, ...rules(["-slowlog"], ["+slowlog"]) },
  {
    name: "all clients are asked to log in, and we have nothing to log in with",
    ...requirePass(),
  },
]);

/** A user that is switched off keeps its connections; only new ones are refused. */
function offAndOn(): Pick<Fault, "begin" | "end"> {
  return {
    begin: async ({ writer }) => {
      await writer.call("ACL", "SETUSER", "watch", "off");
      await writer.call("CLIENT", "KILL", "USER", "watch");
    },
    end: told("ACL", "SETUSER", "watch", "on"),
  };
}

/** The writer stays logged in; the function's connections are cut. */
function requirePass(): Pick<Fault, "begin" | "end"> {
  return {
    begin: async ({ writer, proxy }) => {
      await writer.config("SET", "requirepass", "geheim");
      proxy.cuts();
    },
    end: async ({ writer, proxy }) => {
      await writer.config("SET", "requirepass", "");
      proxy.cuts();
    },
  };
}

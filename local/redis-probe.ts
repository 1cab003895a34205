import { spawnSync } from "node:child_process";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { ConfigError } from "../lib/errors";

const PING_LIMIT_MS = 1000;

/** The path of the Redis server that is installed; throws ConfigError with the lines that install one. */
export function findServer(env: NodeJS.ProcessEnv = process.env): string {
  const found = spawnSync("/bin/sh", ["-c", "command -v redis-server || command -v valkey-server"], {
    encoding: "utf8",
    env,
  });
  if (found.status === 0) return found.stdout.trim();
  throw new ConfigError(
    "Neither redis-server nor valkey-server is on PATH. Install one with: npm run setup " +
      "(or: sudo apt-get install redis-server; brew install redis; sudo dnf install valkey)",
  );
}

/** True when a Redis server, asked in TLS if `ca` (PEM) is given, replies to PING on its own terms. */
export function answersPing(host: string, port: number, ca?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = ca === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ca });
    socket.setTimeout(PING_LIMIT_MS, () => socket.destroy());
    // A server with a password answers too: it says that it wants one.
    socket.once("data", (reply) => {
      resolve(/^(\+PONG|-NOAUTH|-NOPERM)/.test(reply.toString()));
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.write("PING\r\n");
  });
}

import type { VariableName, VariableReader } from "../variables";
import type { Address, Authentication, RedisSettings, Topology } from "./settings";

/** The settings of the connection; what is wrong is noted with the reader. A password never gets into a message. */
export function readRedisSettings(read: VariableReader): RedisSettings {
  const url = redisUrl(read);
  const here = {
    host: url?.hostname.replaceAll(/^\[|\]$/g, "") || read.text("REDIS_HOST", "127.0.0.1"),
    port: url?.port ? Number(url.port) : read.integer("REDIS_PORT", 1, 65_535, 6379),
  };
  const isTls = read.flag("REDIS_TLS");
  const ca = read.text("REDIS_TLS_CA");
  return {
    topology: topology(read, here),
    db: database(read, url),
    tls: (url ? url.protocol === "rediss:" : isTls) ? (ca === undefined ? {} : { ca }) : undefined,
    authentication: authentication(read, url),
  };
}

function redisUrl(read: VariableReader): URL | undefined {
  const text = read.text("REDIS_URL");
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ["redis:", "rediss:"].includes(url.protocol) && url.hostname !== "" && url.port !== "0") return url;
  read.wrong("REDIS_URL", "must read redis://host:port/db, or rediss://… for TLS");
  return undefined;
}

function database(read: VariableReader, url: URL | undefined): number {
  const path = url?.pathname.slice(1) ?? "";
  if (path === "") return read.integer("REDIS_DB", 0, 10_000, 0);
  // Not quoted: after a / that nobody escaped it may be the rest of a password.
  if (!/^\d{1,5}$/.test(path)) read.wrong("REDIS_URL", "must end in a database number; a / in a password is %2F");
  return Number(path);
}

function topology(read: VariableReader, here: Address): Topology {
  const kind = read.choice("REDIS_TOPOLOGY", ["single", "cluster", "sentinel"], "single");
  switch (kind) {
    case "single":
      return { kind, ...here };
    case "cluster": {
      const nodes = addresses(read, "REDIS_NODES");
      return { kind, nodes: nodes.length > 0 ? nodes : [here] };
    }
    case "sentinel":
      return {
        kind,
        sentinels: needed(read, "REDIS_TOPOLOGY", "REDIS_SENTINELS") ? addresses(read, "REDIS_SENTINELS") : [],
        master: needed(read, "REDIS_TOPOLOGY", "REDIS_SENTINEL_MASTER"),
      };
  }
}

function addresses(read: VariableReader, name: VariableName): Address[] {
  return read.list(name).flatMap((part) => {
    const [, host, port] = /^(.+):(\d{1,5})$/.exec(part) ?? [];
    if (host !== undefined) return [{ host, port: Number(port) }];
    read.wrong(name, `${JSON.stringify(part)} is not host:port`);
    return [];
  });
}

function authentication(read: VariableReader, url: URL | undefined): Authentication {
  const username = url?.username ? decoded(read, url.username) : read.text("REDIS_USERNAME");
  const password = url?.password ? decoded(read, url.password) : read.text("REDIS_PASSWORD");
  const kind = read.choice("REDIS_AUTH", ["none", "password", "secret", "iam"], "none");
  switch (kind) {
    case "none":
      // What the old exporters did: a password that is set is used.
      return password === undefined ? { kind } : { kind: "password", username, password };
    case "password":
      return { kind, username, password: password ?? needed(read, "REDIS_AUTH", "REDIS_PASSWORD") };
    case "secret":
      return { kind, arn: needed(read, "REDIS_AUTH", "REDIS_SECRET_ARN"), username };
    case "iam":
      return {
        kind,
        username: username ?? needed(read, "REDIS_AUTH", "REDIS_USERNAME"),
        cacheName: needed(read, "REDIS_AUTH", "REDIS_CACHE_NAME"),
        isServerless: read.flag("REDIS_SERVERLESS"),
        region: needed(read, "REDIS_AUTH", "AWS_REGION"),
      };
  }
}

function decoded(read: VariableReader, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    read.wrong("REDIS_URL", "the user or the password has a % that is not an escape; write it as %25");
    return text;
  }
}

/** The value of a variable that the choice made in another one needs. */
function needed(read: VariableReader, choice: VariableName, name: VariableName): string {
  const value = read.text(name);
  if (value === undefined) read.wrong(choice, `${read.text(choice, "")} needs ${name}`);
  return value ?? "";
}

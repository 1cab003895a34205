import { Cluster, Redis } from "ioredis";
import {
  duringTests,
  MASTER_NAME,
  SERVER_TIMEOUT_MS,
  startCluster,
  startReplicaWithSentinel,
  startTls,
  until,
  withRedis,
} from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

describe("withRedis", () => {
  const redis = withRedis({ config: ["requirepass secret"] }, { password: "secret" });

  it.each(["first", "second"])("gives the %s test an empty server", async () => {
    const found = await redis.writer.dbsize();

    await redis.writer.set("left", "behind");

    expect(found).toBe(0);
  });
});

describe("startCluster", () => {
  const cluster = duringTests(() => startCluster(3));

  it("covers every slot with masters in equal shares", async () => {
    const shares = (await cluster().writer.cluster("SLOTS")).map(([first, last]) => last - first + 1);

    expect(shares.toSorted((a, b) => a - b)).toEqual([5461, 5461, 5462]);
  });

  it("stores keys of all nodes for a client that knows one of them", async () => {
    const { port, host } = cluster().nodes[2] ?? {};
    const client = new Cluster([{ port: Number(port), host: String(host) }]);
    const keys = Array.from({ length: 30 }, (_, index) => `key:${index}`);

    await Promise.all(keys.map((key) => client.set(key, key)));

    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
    const sizes = await Promise.all(client.nodes("master").map((node) => node.dbsize()));
    expect(sizes).toHaveLength(3);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    client.disconnect();
  });
});

describe("startReplicaWithSentinel", () => {
  const servers = duringTests(startReplicaWithSentinel);

  it("leads a client from the dead master to the promoted replica with what was replicated", async () => {
    const { host, port } = servers().sentinel;
    const client = new Redis({ sentinels: [{ host, port }], name: MASTER_NAME, maxRetriesPerRequest: null });
    client.on("error", () => {});
    await client.set("kept", "1");
    const replicated = await client.wait(1, 5000);

    await servers().master.kill();
    await until("a master answers", async () => (await client.role())[0] === "master");

    expect(replicated).toBe(1);
    expect(await client.get("kept")).toBe("1");
    expect(client.stream.remotePort).toBe(servers().replica.port);
    client.disconnect();
  });
});

describe("startTls", () => {
  const started = duringTests(startTls);

  it.each(["127.0.0.1", "localhost"])("serves a client that knows the CA and calls it %s", async (host) => {
    const client = new Redis({ host, port: started().server.port, tls: { ca: started().ca } });

    const reply = await client.ping();

    expect(reply).toBe("PONG");
    client.disconnect();
  });

  it.each([
    ["does not know its CA", { tls: {} }, /self-signed certificate/],
    ["speaks in clear", {}, /ECONNRESET|closed/],
  ])("serves no client that %s", async (_who, options, refusal) => {
    const { host, port } = started().server;
    const client = new Redis({ ...options, host, port, lazyConnect: true, retryStrategy: null });
    const failure = new Promise<string>((fail) => client.once("error", (error: Error) => fail(error.message)));

    const reply = client.connect().catch((error: Error) => error.message);

    expect(await Promise.race([failure, reply])).toMatch(refusal);
    client.disconnect();
  });
});

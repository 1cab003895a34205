import { startRedis } from "../../../local/embedded-redis";
import { startProxy } from "../../support/proxy";
import {
  duringTests,
  MASTER_NAME,
  SERVER_TIMEOUT_MS,
  startCluster,
  startReplicaWithSentinel,
  startTls,
  writerOf,
} from "../../support/redis-server";
import { expectOutage, expectUp, sampled, withSamplers } from "../../support/sampling";

jest.setTimeout(SERVER_TIMEOUT_MS);

/** Stands for words that come too late: each kind is said by the very first sample that meets it. */
const samplerFor = withSamplers();
const EVERYTHING = "safety,harvest,redis,streams";

describe("one server", () => {
  const redis = duringTests(async () => {
    const server = await startRedis({ config: ["requirepass right", "user watch on >pw ~* +@all"] });
    const writer = writerOf(server, { password: "right" });
    const stop = async (): Promise<void> => {
      writer.disconnect();
      await server.stop();
    };
    return { server, writer, stop };
  });
  const as = (login: string): string => redis().server.url.replace("://", `://${login}`);
  afterEach(async () => {
    await redis().writer.config("SET", "requirepass", "right");
    await redis().writer.call("ACL", "SETUSER", "watch", "reset", "on", ">pw", "~*", "+@all");
  });

  it.each([
    ["no password", "", EVERYTHING, /NOAUTH/],
    // The server hangs up on the first long command, with words of its own.
    ["no password, and the harvest alone", "", "harvest", /NOAUTH|unauthenticated/],
    ["a wrong password", "watch:wrong@", EVERYTHING, /WRONGPASS/],
  ])("refuses who comes with %s", async (_, login, families, said) => {
    const { properties, health } = (await sampled(samplerFor({ REDIS_URL: as(login), COLLECTORS: families }))).sampled;

    expect(health).toMatchObject({ isUp: false, error: expect.stringMatching(said) as string, why: "refused" });
    expect(properties).toMatchObject({ redis_error: health.error, redis_why: "refused" });
  });

  it.each<[string, (writer: ReturnType<typeof writerOf>) => Promise<unknown>, RegExp]>([
    ["whose user is deleted", (writer) => writer.call("ACL", "DELUSER", "watch"), /WRONGPASS/],
    ["whose rights are taken", (writer) => writer.call("ACL", "SETUSER", "watch", "-@all"), /NOPERM/],
    [
      "whose password is rotated, and which is cut",
      async (writer) => {
        await writer.call("ACL", "SETUSER", "watch", "resetpass", ">new");
        await writer.call("CLIENT", "KILL", "USER", "watch");
      },
      /WRONGPASS/,
    ],
  ])("refuses a warm connection %s", async (_, change, said) => {
    const sampler = samplerFor({ REDIS_URL: as("watch:pw@") });
    const before = await sampled(sampler);
    await change(redis().writer);

    const first = await sampled(sampler);

    expectUp(before, {});
    expectOutage(first, said, "refused");
  });
});

describe("a server that takes no more clients", () => {
  const redis = duringTests(() => startRedis().then((server) => ({ server, stop: () => server.stop() })));

  it("is heard though it hangs up after its words", async () => {
    const { server } = redis();
    const sampler = samplerFor({ REDIS_URL: server.url });
    const before = await sampled(sampler);
    const writer = writerOf(server);
    await writer.config("SET", "maxclients", "1");
    await writer.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

    const first = await sampled(sampler);

    writer.disconnect();
    expectUp(before, {});
    expectOutage(first, /max number of clients/, "unreachable");
  });
});

describe("a socket that is half open", () => {
  const behind = duringTests(async () => {
    const server = await startRedis();
    const proxy = await startProxy(server);
    return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]).then(() => undefined) };
  });

  it("is time that ran out, warm as cold", async () => {
    const { server, proxy } = behind();
    const [warm, cold] = [samplerFor({ REDIS_URL: proxy.url }), samplerFor({ REDIS_URL: proxy.url })];
    await sampled(warm);
    server.pause();

    const both = await Promise.all([sampled(warm), sampled(cold)]);

    server.resume();
    for (const one of both) expectOutage(one, /took longer than/, "timed-out");
  });
});

describe("Sentinel", () => {
  const group = duringTests(startReplicaWithSentinel);
  const variables = (more: Record<string, string> = {}): Record<string, string> => ({
    REDIS_TOPOLOGY: "sentinel",
    REDIS_SENTINELS: `127.0.0.1:${group().sentinel.port}`,
    REDIS_SENTINEL_MASTER: MASTER_NAME,
    ...more,
  });

  it("hands on that its master refuses us", async () => {
    const login = { REDIS_USERNAME: "watch", REDIS_PASSWORD: "wrong" };

    expectOutage(await sampled(samplerFor(variables(login))), /WRONGPASS/, "refused");
  });

  it("that cannot be reached or speaks no TLS is told by its own words", async () => {
    const tls = await startTls();
    const other = await startTls();
    const where = { REDIS_SENTINELS: `127.0.0.1:${tls.server.port}`, REDIS_TLS: "true", REDIS_TLS_CA: other.ca };
    const untrusted = await sampled(samplerFor(variables(where)));
    await tls.stop();
    await other.stop();

    const nobody = await sampled(samplerFor(variables(where)));

    expectOutage(untrusted, /certificate/, "untrusted");
    expectOutage(nobody, /ECONNREFUSED/, "unreachable");
  });
});

describe("a cluster", () => {
  const started = duringTests(() => startCluster(3));
  const everywhere = async (...command: readonly string[]): Promise<void> => {
    for (const node of started().nodes) {
      const client = writerOf(node);
      await client.call("ACL", ...command);
      client.disconnect();
    }
  };
  const variables = (): Record<string, string> => ({
    REDIS_TOPOLOGY: "cluster",
    REDIS_NODES: started()
      .nodes.map(({ port }) => `127.0.0.1:${port}`)
      .join(","),
    REDIS_USERNAME: "watch",
    REDIS_PASSWORD: "pw",
  });

  it("refuses cold and warm, and is told by a node's words when it cannot be reached", async () => {
    const cold = await sampled(samplerFor(variables()));
    await everywhere("SETUSER", "watch", "on", ">pw", "~*", "+@all");
    const sampler = samplerFor(variables());
    const before = await sampled(sampler);
    await everywhere("DELUSER", "watch");
    const warm = await sampled(sampler);
    for (const node of started().nodes) await node.kill();

    const gone = await sampled(sampler);

    expectOutage(cold, /WRONGPASS/, "refused");
    expectUp(before, {});
    expectOutage(warm, /WRONGPASS/, "refused");
    expectOutage(gone, /ECONNREFUSED/, "unreachable");
  });
});

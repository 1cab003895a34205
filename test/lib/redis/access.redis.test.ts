import { FAMILIES } from "../../../lib/collectors";
import { aclRules } from "../../../lib/redis/read-only";
import { startRedis } from "../../../local/embedded-redis";
import { startProxy } from "../../support/proxy";
import { duringTests, startTls, writerOf, SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { expectOutage, expectUp, SAFE_MODE, sampled, withSamplers } from "../../support/sampling";

const RIGHTS = aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES });

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();

describe("TLS", () => {
  const tls = duringTests(async () => {
    const [{ server, ca }, other] = await Promise.all([
      startTls({ config: ["user watch on >pw ~quantum:* -@all " + RIGHTS.join(" ")] }),
      startTls(),
    ]);
    const writer = writerOf(server, { tls: { ca } });
    await writer.set(SAFE_MODE, "1");
    writer.disconnect();
    return { server, ca, other, stop: () => Promise.all([server.stop(), other.server.stop()]).then(() => undefined) };
  });

  it("is spoken to a rediss:// address whose certificate the given CA signed", async () => {
    const { server, ca } = tls();

    const taken = await sampled(samplerFor({ REDIS_URL: server.url, REDIS_TLS_CA: ca }));

    expectUp(taken, { quantum_safety_safe_mode: 1 });
  });

  it("works by host and port, and as a user with rights to read", async () => {
    const { server, ca } = tls();
    const where = { REDIS_HOST: "localhost", REDIS_PORT: String(server.port), REDIS_TLS: "true", REDIS_TLS_CA: ca };

    const taken = await sampled(samplerFor({ ...where, REDIS_USERNAME: "watch", REDIS_PASSWORD: "pw" }));

    expectUp(taken, { quantum_safety_safe_mode: 1 });
  });

  it.each([
    ["signed by another CA", () => ({ REDIS_TLS_CA: tls().other.ca })],
    ["signed by a CA that is not known", () => ({})],
  ])("takes a server for down whose certificate is %s, and says so", async (_, ca) => {
    const taken = await sampled(samplerFor({ REDIS_URL: tls().server.url, ...ca() }));

    expectOutage(taken, /certificate/, "untrusted");
  });

  it("takes a server for down that expects it and is spoken to in clear", async () => {
    const taken = await sampled(samplerFor({ REDIS_URL: tls().server.url.replace("rediss", "redis") }));

    expectOutage(taken, /ECONNRESET|EPIPE|closed/, "unreachable");
  });

  it("takes a server for down that does not speak it", async () => {
    const server = await startRedis();

    const taken = await sampled(samplerFor({ REDIS_URL: server.url.replace("redis", "rediss") }));

    await server.stop();
    expectOutage(taken, /took longer/i, "timed-out");
  });
});

describe("a user", () => {
  const rules = RIGHTS.join(" ");
  const users = duringTests(async () => {
    const server = await startRedis({
      config: [
        `user watch on >p@ss:w/rd ~quantum:* -@all ${rules}`,
        `user reader on >pw %R~quantum:* -@all ${rules}`,
        `user numbered on >pw ~quantum:* -@all ${rules} +select`,
        `user iam-user on nopass ~quantum:* -@all ${rules}`,
      ],
    });
    const writer = writerOf(server);
    await writer.set(SAFE_MODE, "1");
    await writer.select(3);
    await writer.set(SAFE_MODE, "1");
    writer.disconnect();
    const proxy = await startProxy(server);
    const stop = async (): Promise<void> => {
      await proxy.stop();
      await server.stop();
    };
    return { server, proxy, stop };
  });

  it("with exactly the rights of the list can read everything, its password escaped in the address", async () => {
    const { server } = users();

    const taken = await sampled(samplerFor({ REDIS_URL: server.url.replace("://", "://watch:p%40ss%3Aw%2Frd@") }));

    expectUp(taken, { quantum_safety_safe_mode: 1 });
  });

  it("may be kept to reading its keys", async () => {
    const taken = await sampled(samplerFor({ REDIS_URL: users().server.url.replace("://", "://reader:pw@") }));

    expectUp(taken, { quantum_safety_safe_mode: 1 });
  });

  const urlOf = (user: string): string => `${users().server.url.replace("://", `://${user}:pw@`)}/3`;

  it("of another database than 0 needs SELECT besides", async () => {
    const [numbered, reader] = [
      await sampled(samplerFor({ REDIS_URL: urlOf("numbered") })),
      await sampled(samplerFor({ REDIS_URL: urlOf("reader") })),
    ];

    expectUp(numbered, { quantum_safety_safe_mode: 1 });
    expectOutage(reader, /NOPERM/, "refused");
  });

  it("of IAM gets a new token at each connect", async () => {
    const { proxy } = users();
    let ms = Date.parse("2026-03-01T12:00:00Z");
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" });
    const iam = {
      REDIS_AUTH: "iam",
      REDIS_USERNAME: "iam-user",
      REDIS_CACHE_NAME: "cache",
      AWS_REGION: "eu-central-1",
    };
    const sampler = samplerFor({ REDIS_URL: proxy.url, ...iam }, () => ms);
    const taken = [await sampled(sampler), await sampled(sampler)];
    ms += 3_600_000;
    proxy.blackHole();

    taken.push(await sampled(sampler));

    for (const one of taken) expectUp(one, { quantum_safety_safe_mode: 1 });
    const tokens = proxy.commands.filter(([name]) => name?.toLowerCase() === "auth").map((command) => command.slice(1));
    expect(tokens).toEqual([
      ["iam-user", expect.stringContaining("X-Amz-Date=20260301T120000Z")],
      ["iam-user", expect.stringContaining("X-Amz-Date=20260301T130000Z")],
    ]);
  });
});

import { endCommands, type Ended, runCommand } from "../support/command";
import { duringTests, SERVER_TIMEOUT_MS, startCluster, startTls, withRedis, writerOf } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

function doctor(url: string, env: Record<string, string> = {}): Promise<Ended> {
  return runCommand(["doctor"], { env: { REDIS_URL: url, ...env } });
}

const withPassword = (url: string, password: string): string => url.replace("//", `//:${password}@`);

describe("the doctor before a Redis that cannot be reached", () => {
  const redis = withRedis({ config: ["requirepass geheim"] }, { password: "geheim" });
  const tls = duringTests(() => startTls());
  const cluster = duringTests(() => startCluster(3));

  it.each<{ situation: string; url: () => string; env?: Record<string, string>; says: RegExp }>([
    {
      situation: "nobody listens",
      url: () => "redis://127.0.0.1:1",
      says: /ECONNREFUSED 127.0.0.1:1\n.*is the server running/,
    },
    { situation: "the host has no address", url: () => "redis://no-such-host.invalid", says: /does not resolve/ },
    { situation: "the password is missing", url: () => redis.server.url, says: /NOAUTH.*\n.*set REDIS_PASSWORD/ },
    {
      situation: "the password is wrong",
      url: () => withPassword(redis.server.url, "falsch"),
      says: /WRONGPASS.*\n.*the user or the password is wrong/,
    },
    {
      situation: "TLS meets a plain port",
      url: () => withPassword(redis.server.url, "geheim").replace("redis:", "rediss:"),
      says: /longer than 1000 ms\n.*the server does not speak TLS and redis:\/\/ is needed/,
    },
    {
      situation: "plain text meets a TLS port",
      url: () => tls().server.url.replace("rediss:", "redis:"),
      says: /\n.*use rediss:\/\/ in place of redis:\/\//,
    },
    {
      situation: "the certificate authority is unknown",
      url: () => tls().server.url,
      says: /self-signed certificate\n.*REDIS_TLS_CA/,
    },
    {
      situation: "a cluster is taken for a single server",
      url: () => cluster().nodes[0]?.url ?? "",
      says: /MOVED.*\n.*this is a cluster: set REDIS_TOPOLOGY=cluster/,
    },
    {
      situation: "no node of a cluster listens",
      url: () => "redis://127.0.0.1:1",
      env: { REDIS_TOPOLOGY: "cluster" },
      says: /ECONNREFUSED 127.0.0.1:1\n.*is the server running/,
    },
    {
      situation: "the password for a cluster is wrong",
      url: () => `redis://watch:falsch@127.0.0.1:${cluster().nodes[0]?.port}`,
      env: { REDIS_TOPOLOGY: "cluster" },
      says: /WRONGPASS.*\n.*the user or the password is wrong/,
    },
  ])("says what helps when $situation", async ({ url, env, says }) => {
    const address = url();

    const { code, stdout, stderr } = await doctor(address, env);

    expect(stdout).toMatch(says);
    expect(stdout).toMatch(/\n\d+ to fix\n$/);
    expect(stdout).not.toContain("ACL SETUSER");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });

  it("is content once the remedy was taken", async () => {
    const remedied = [
      doctor(redis.server.url, { REDIS_PASSWORD: "geheim" }),
      doctor(tls().server.url, { REDIS_TLS_CA: tls().ca }),
      doctor(cluster().nodes[0]?.url ?? "", { REDIS_TOPOLOGY: "cluster" }),
    ];

    const ends = await Promise.all(remedied);

    // Nobody trades there, which the doctor says as well.
    for (const { stdout } of ends) expect(stdout).not.toMatch(/^problem/m);
    expect(ends[0]?.stdout).toContain("the password travels in clear");
    expect(ends[1]?.stdout).toContain("the connection is encrypted");
    expect(ends[2]?.stdout).toContain("redis cluster at 127.0.0.1");
  });
});

describe("the rights that the doctor asks for", () => {
  const redis = withRedis();
  beforeEach(() => redis.writer.call("ACL", "SETUSER", "watch", "reset", "on", ">geheim", "~quantum:*", "+ping"));
  const url = (db = 0): string => `${redis.server.url.replace("//", "//watch:geheim@")}/${db}`;

  it("are missing command by command, and granted by one printed line", async () => {
    const { code, stdout } = await doctor(url());

    expect(code).toBe(1);
    for (const command of [
      "TIME",
      "GET",
      "GET, PTTL",
      "XINFO STREAM",
      "XRANGE",
      "XREVRANGE",
      "XINFO GROUPS",
      "XPENDING",
    ]) {
      expect(stdout).toMatch(new RegExp(`^problem  ${command}.* is refused: .*NOPERM`, "m"));
    }
    expect(stdout.match(/ACL SETUSER watch /g)).toHaveLength(1);
    expect(stdout).not.toContain("NaN");
  });

  it("cost metrics and no more where they are only about the server", async () => {
    await redis.writer.call("ACL", "SETUSER", "watch", "+@all", "-info", "-slowlog");

    const { stdout } = await doctor(url());

    expect(stdout).not.toMatch(/^problem/m);
    expect(stdout).toContain("ok       every key can be read");
    expect(stdout).toMatch(/note     INFO server: NOPERM.*: its metrics stay away/);
    expect(stdout).toMatch(
      /note     SLOWLOG LEN: NOPERM.*: its metrics stay away\n +→ as an administrator: ACL SETUSER/,
    );
  });

  it.each([0, 2])("are enough for doctor and sample in database %d and let the user write nothing", async (db) => {
    const key = "quantum:stream:trade.intent";
    const [, ...rules] = /ACL (SETUSER .*)/.exec((await doctor(url(db))).stdout)?.[1]?.split(" ") ?? [];
    await redis.writer.call("ACL", "SETUSER", "watch", "reset");
    await redis.writer.call("ACL", "SETUSER", ...rules, ">geheim");
    await redis.writer.xadd(key, "*", "symbol", "BTCUSDT");

    const [checked, sampled] = await Promise.all([
      doctor(url(db)),
      runCommand(["sample", "--json", "--redis", url(db)]),
    ]);
    const user = writerOf(redis.server, { username: "watch", password: "geheim", enableReadyCheck: false });
    const writes = [
      ["SET", key, "1"],
      ["DEL", key],
      ["XADD", key, "*", "a", "b"],
      ["FLUSHALL"],
      ["EVAL", "return 1", "0"],
    ];
    const refused = await Promise.allSettled(writes.map(([command = "", ...args]) => user.call(command, ...args)));
    user.disconnect();

    expect(checked.stderr).toBe("");
    expect(checked.stdout).toContain("ok       every command of the collectors is allowed");
    expect(checked.stdout).not.toMatch(/^problem/m);
    expect(JSON.parse(sampled.stdout)).toMatchObject({ properties: { clock_skew_ms: expect.any(Number) as number } });
    expect(sampled.stdout).toContain('"name":"quantum_safety_redis_up","value":1');
    expect(sampled.stdout).not.toContain("failed");
    for (const one of refused)
      expect(one).toMatchObject({ reason: { message: expect.stringMatching(/^NOPERM/) as string } });
    expect(await redis.writer.xlen(key)).toBe(1);
  });
});

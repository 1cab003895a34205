import crypto from "node:crypto";
import { existsSync } from "node:fs";
import { ConfigError } from "../../lib/errors";
import { EmbeddedRedis, startRedis } from "../../local/embedded-redis";
import { answersPing, findServer } from "../../local/redis-probe";
import { SERVER_TIMEOUT_MS, withRedis, writerOf } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

async function folderOf(server: EmbeddedRedis): Promise<string> {
  const client = writerOf(server);
  const [, folder = ""] = (await client.call("CONFIG", "GET", "dir")) as string[];
  client.disconnect();
  return folder;
}

const listens = (port: number): Promise<boolean> => answersPing("127.0.0.1", port);

describe("an embedded Redis", () => {
  const redis = withRedis();

  it("listens on loopback alone and saves nothing", async () => {
    const settings = await redis.writer.config("GET", "bind", "save", "appendonly");

    expect(settings).toEqual(expect.arrayContaining(["bind", "127.0.0.1", "save", "", "appendonly", "no"]));
    expect(redis.server.url).toBe(`redis://127.0.0.1:${redis.server.port}`);
  });

  it("answers at the same port, as an empty server, after a restart", async () => {
    const { port, pid } = redis.server;
    await redis.writer.set("left", "behind");

    await redis.server.restart();

    expect(redis.server.port).toBe(port);
    expect(redis.server.pid).not.toBe(pid);
    expect(await redis.writer.get("left")).toBeNull();
  });

  it("keeps connections open without answering while it is paused", async () => {
    await redis.writer.set("kept", "1");

    redis.server.pause();
    const whilePaused = await Promise.race([redis.writer.get("kept"), refusalAfter(300)]);
    redis.server.resume();

    expect(whilePaused).toBe("no answer");
    expect(await redis.writer.get("kept")).toBe("1");
  });

  it("refuses connections between kill and restart", async () => {
    await redis.server.kill();

    const [pid, answered] = [redis.server.pid, await listens(redis.server.port)];
    await redis.server.restart();

    expect([pid, answered]).toEqual([undefined, false]);
    expect(await listens(redis.server.port)).toBe(true);
  });
});

async function refusalAfter(ms: number): Promise<string> {
  await new Promise((wake) => setTimeout(wake, ms));
  return "no answer";
}

describe("starting and stopping", () => {
  it("leaves neither process nor folder after stop, paused or not, and may be stopped twice", async () => {
    const server = await startRedis();
    const [pid, folder] = [server.pid ?? 0, await folderOf(server)];
    server.pause();

    await server.stop();
    await server.stop();

    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(existsSync(folder)).toBe(false);
    expect(await listens(server.port)).toBe(false);
  });

  it("takes another port when the first one is in use", async () => {
    const first = await startRedis();
    const random = jest.spyOn(crypto, "randomInt").mockImplementationOnce(() => first.port);

    const second = await startRedis();

    expect(random).toHaveBeenCalledTimes(2);
    expect(second.port).not.toBe(first.port);
    expect(await listens(second.port)).toBe(true);
    random.mockRestore();
    await Promise.all([first.stop(), second.stop()]);
  });

  it("says what Redis said when it refuses its configuration", async () => {
    const refused = startRedis({ config: ["maxmemory lots"] });

    await expect(refused).rejects.toThrow("argument must be a memory value");
  });

  it("asks for a password when it is given one", async () => {
    const server = await startRedis({ config: ["requirepass secret"] });
    const [stranger, friend] = [writerOf(server), writerOf(server, { password: "secret" })];

    const answers = await Promise.allSettled([stranger.get("a"), friend.get("a")]);

    expect(answers).toMatchObject([{ reason: { message: /NOAUTH/ } }, { value: null }]);
    stranger.disconnect();
    friend.disconnect();
    await server.stop();
  });

  it("names the lines that install a server where there is none", () => {
    const environment = { PATH: "/nonexistent" };

    const find = (): string => findServer(environment);

    expect(find).toThrow(ConfigError);
    expect(find).toThrow(/npm run setup.*apt-get install redis-server.*brew install redis.*dnf install valkey/);
  });

  it("tells its own servers from objects that only look like them", async () => {
    const server = await startRedis();

    const alike = [Object.create(EmbeddedRedis.prototype), { host: server.host, url: server.url }, server.url, null];

    expect(EmbeddedRedis.is(server)).toBe(true);
    expect(alike.filter((one) => EmbeddedRedis.is(one))).toEqual([]);
    await server.stop();
  });
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { Command, endCommands, runCommand } from "../support/command";
import { SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

/** How long the first sample may keep a person waiting. */
const FIRST_SAMPLE_MS = 20_000;
const SAMPLE_LINE = /^\d\d:\d\d:\d\d {2}/;
/** All that a run may send: it reads. */
const COMMANDS = new Set([
  "auth",
  "multi",
  "get",
  "pttl",
  "exec",
  "xinfo",
  "xrange",
  "xrevrange",
  "hmget",
  "exists",
  "time",
  "select",
  "ping",
  "info",
  "slowlog",
  "xpending",
]);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quantum-watch-start-"));
});
afterEach(async () => {
  await endCommands();
  rmSync(folder, { recursive: true, force: true });
});

const start = (args: readonly string[] = [], env: Record<string, string> = {}): Command =>
  new Command(["start", "--port", "0", ...args], { env: { TMPDIR: folder, ...env } });

const portIn = (line: string): number => Number(/:(\d+)/.exec(line)?.[1]);

const redisFolders = (): string[] => readdirSync(folder).filter((name) => name.startsWith("quantum-watch-redis-"));

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      resolve(true);
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function serverPid(port: number): Promise<number> {
  const client = new Redis(port);
  const info = await client.info("server");
  client.disconnect();
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

describe("start", () => {
  it.each<{ signal: NodeJS.Signals; code: number | null }>([
    { signal: "SIGINT", code: 0 },
    { signal: "SIGTERM", code: 0 },
    { signal: "SIGHUP", code: 0 },
    { signal: "SIGKILL", code: null },
  ])("leaves neither server nor folder nor port behind after $signal", async ({ signal, code }) => {
    const command = start();
    await command.line(SAMPLE_LINE, FIRST_SAMPLE_MS);
    const ports = [portIn(await command.line(/^Redis: /, 0)), portIn(await command.line(/^metrics: http:/, 0))];
    const pid = await serverPid(ports[0] ?? 0);
    const before = [...(await Promise.all(ports.map(isTaken))), isAlive(pid), redisFolders().length];

    command.signal(signal);
    const ended = await command.ended();

    expect(before).toEqual([true, true, true, 1]);
    expect(ended).toMatchObject({ code, stderr: "" });
    await until("the server is gone", () => !isAlive(pid));
    await until("the folder is gone", () => redisFolders().length === 0);
    expect(await Promise.all(ports.map(isTaken))).toEqual([false, false]);
    expect(ended.stdout.endsWith("\nstopped\n")).toBe(code === 0);
  });

  it("ends well when Ctrl-C comes while Redis is being started", async () => {
    // A server that never answers, so that however busy the machine is, Ctrl-C comes before the first sample.
    const [programs, begun] = [join(folder, "bin"), join(folder, "begun")];
    mkdirSync(programs);
    writeFileSync(join(programs, "redis-server"), `#!/bin/sh\necho $$ > ${begun}\nexec sleep 600\n`, { mode: 0o755 });
    const command = start([], { PATH: `${programs}:${process.env["PATH"]}` });
    await until("the server is begun", () => existsSync(begun) && readFileSync(begun, "utf8").endsWith("\n"));

    command.signal("SIGINT");
    const { code, stderr, stdout } = await command.ended();

    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: "" });
    await until("the folder is gone", () => redisFolders().length === 0);
    await until("the server is gone", () => !isAlive(Number(readFileSync(begun, "utf8"))));
  });

  it("says that its port is taken and leaves nothing behind", async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    const { port } = other.address() as AddressInfo;

    const { code, stdout, stderr } = await start(["--port", String(port)]).ended();
    other.close();

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `quantum-watch: listen EADDRINUSE: address already in use 127.0.0.1:${port}; --port takes another one, 0 a free one\n`,
    );
    expect(redisFolders()).toEqual([]);
  });

  it("keeps what the environment says of another Redis away from its own", async () => {
    const env = { REDIS_PASSWORD: "geheim", REDIS_TLS: "true", KEY_PREFIX: "other:", TMPDIR: folder };

    const { code, stdout, stderr } = await runCommand(["start", "--port", "0", "--duration", "1"], { env });

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}safe mode off · .*0 faults in 1 h/m);
  });

  it("serves nothing but /metrics, on loopback alone", async () => {
    const command = start();
    const url = /http:\S+/.exec(await command.line(/^metrics: /, FIRST_SAMPLE_MS))?.[0] ?? "";

    const [metrics, other] = await Promise.all([fetch(url), fetch(new URL("/", url))]);

    expect(new URL(url).hostname).toBe("127.0.0.1");
    expect([metrics.status, metrics.headers.get("content-type")]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
    expect([other.status, await other.text()]).toEqual([404, "quantum-watch serves /metrics and /health\n"]);
  });
});

describe("start with a Redis of one's own", () => {
  const redis = withRedis();

  async function dump(): Promise<Record<string, string>> {
    const keys = (await redis.writer.keys("*")).toSorted();
    const dumps = await Promise.all(keys.map((key) => redis.writer.dumpBuffer(key)));
    return Object.fromEntries(keys.map((key, index) => [key, String(dumps[index]?.toString("hex"))]));
  }

  it("changes nothing in it and sends no writing command", async () => {
    await redis.writer.set("quantum:safety:safe_mode", "1");
    await redis.writer.xadd("quantum:stream:trade.intent", "*", "symbol", "BTCUSDT");
    await redis.writer.xadd("quantum:stream:safety.fault", "*", "timestamp", "1", "symbol", "BTCUSDT");
    await redis.writer.set("unrelated", "kept");
    const before = await dump();
    const commands: string[] = [];
    const monitor = await redis.writer.monitor();
    monitor.on("monitor", (_time: string, [command = ""]: string[]) => commands.push(command.toLowerCase()));

    const { code, stdout } = await start(["--redis", redis.server.url, "--duration", "16"]).ended();
    const sent = [...commands];
    monitor.disconnect();

    expect(code).toBe(0);
    expect(stdout).toContain(`Redis: ${redis.server.url}\n`);
    expect(stdout.match(/SAFE MODE ON, nothing lifts it/g)?.length).toBeGreaterThan(1);
    expect(await dump()).toEqual(before);
    expect(sent.filter((command) => command === "xinfo").length).toBeGreaterThan(1);
    expect(sent.filter((command) => !COMMANDS.has(command))).toEqual([]);
    expect(redisFolders()).toEqual([]);
  });

  it("prints what stands in it so that it cannot steer the terminal", async () => {
    const hostile = "\u001B[2J\u001B]0;owned\u0007\n07:00:00  safe mode off\u202Eeslaf\u009B31m";
    await redis.writer.set("quantum:safety:safe_mode", "1", "EX", 300);
    const fault = { timestamp: hostile, reason: hostile, symbol: hostile, side: hostile, cooldown_sec: "300" };
    await redis.writer.xadd("quantum:stream:safety.fault", "*", ...Object.entries(fault).flat());
    await redis.writer.xadd("quantum:stream:trade.intent", "*", "symbol", hostile);
    const bucket = Math.floor(Date.now() / 10_000);
    for (const one of [-1, 0, 1]) await redis.writer.set(`quantum:safety:rate:symbol:${hostile}:${bucket + one}`, "4");

    const { code, stdout } = await start(["--redis", redis.server.url, "--duration", "1"]).ended();

    expect(code).toBe(0);
    expect(stdout).toContain(String.raw`SAFE MODE ON, lifts in `);
    expect(stdout).toContain(
      String.raw`          \u001b[2J\u001b]0;owned\u0007\u000a07:00:00  safe mode off\u202eeslaf`,
    );
    expect(stdout).toContain("contract broken (faults): quantum:stream:safety.fault field timestamp");
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stdout).not.toMatch(/^07:00:00/m);
  });
});

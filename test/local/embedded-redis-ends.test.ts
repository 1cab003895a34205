import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { answersPing } from "../../local/redis-probe";
import { SERVER_TIMEOUT_MS, until } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

interface Started {
  readonly program: ChildProcess;
  readonly port: number;
  readonly folder: string;
}

const REPOSITORY = resolve(__dirname, "../..");
const IDLES = "setInterval(() => {}, 1000);";
const programs: ChildProcess[] = [];

/** Runs a program that starts a server and then does something; it has `client` and `server` to do it with. */
async function startProgram(does: string): Promise<Started> {
  const code = `
    const { startRedis } = require("./local/embedded-redis");
    const { Redis } = require("ioredis");
    startRedis().then(async (server) => {
      const client = new Redis(server.port);
      const [, folder] = await client.config("GET", "dir");
      ${does}
      process.send({ port: server.port, folder });
    });`;
  const program = spawn(process.execPath, ["--import", "tsx", "-e", code], {
    cwd: REPOSITORY,
    // A process group of its own, as a shell gives it to what runs in the foreground.
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  programs.push(program);
  const [started] = (await once(program, "message")) as [{ port: number; folder: string }];
  return { program, ...started };
}

async function end({ program }: Started, signal: NodeJS.Signals | undefined): Promise<void> {
  const exited = once(program, "exit");
  if (signal) process.kill(-(program.pid ?? 0), signal);
  else program.disconnect();
  await exited;
}

afterEach(() => {
  for (const program of programs.splice(0)) program.kill("SIGKILL");
});

it.each<{ how: string; does: string; signal?: NodeJS.Signals }>([
  { how: "has nothing left to do", does: 'process.once("disconnect", () => client.disconnect());' },
  { how: "calls process.exit", does: 'process.once("disconnect", () => process.exit(3));' },
  { how: "throws", does: 'process.once("disconnect", () => { throw new Error("uncaught"); });' },
  { how: "rejects", does: 'process.once("disconnect", () => Promise.reject(new Error("unhandled")));' },
  { how: "is in a terminal where Ctrl-C is pressed", does: IDLES, signal: "SIGINT" },
  { how: "is terminated", does: IDLES, signal: "SIGTERM" },
  { how: "loses its terminal", does: IDLES, signal: "SIGHUP" },
  { how: "is killed without a chance to clean up", does: IDLES, signal: "SIGKILL" },
  { how: "is killed after a restart", does: `await server.restart(); ${IDLES}`, signal: "SIGKILL" },
  { how: "is killed while the server is paused", does: `server.pause(); ${IDLES}`, signal: "SIGKILL" },
])("server and folder are gone when the program $how", async ({ does, signal }) => {
  const started = await startProgram(does);
  const existed = existsSync(started.folder);

  await end(started, signal);

  expect(existed).toBe(true);
  await until("the server is gone", async () => !(await answersPing("127.0.0.1", started.port)));
  await until("the folder is gone", () => !existsSync(started.folder));
});

it("the server outlives Ctrl-C while the program still needs it", async () => {
  const started = await startProgram(`
    process.once("SIGINT", async () => process.send(await client.ping(), () => process.exit()));
    ${IDLES}`);
  const reply = once(started.program, "message");

  await end(started, "SIGINT");

  expect(await reply).toEqual(["PONG", undefined]);
});

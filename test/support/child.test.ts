import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Child } from "../deploy/child";

/** A process that answers on its connection runs; when the connection ends, so has it, whoever its parent is. */
const HOLDS = 'const held = require("node:net").connect(Number(process.env.PORT), "127.0.0.1"); held.pipe(held);';
const LEAVES_ONE = `
  const { spawn } = require("node:child_process");
  spawn(process.execPath, ["-e", process.env.LEFT], { stdio: "ignore" }).unref();
`;
/** Enough for a busy machine to tell a process of a signal. */
const PATIENCE_MS = 1000;

let server: Server;
let sockets: Socket[];
let folder: string;
let log: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "child-"));
  log = join(folder, "child.log");
  sockets = [];
  server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  // Whoever holds one that a failing test forgot ends with it.
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

function child(command: string, script: string, patienceMs?: number): Child {
  const env = { PORT: String((server.address() as AddressInfo).port), LEFT: HOLDS };
  const patience = patienceMs === undefined ? {} : { patienceMs };
  return new Child(command, ["-e", script], { env, cwd: folder, log, ...patience });
}

/** The connection of the next process that holds one. */
async function held(): Promise<{ readonly answer: () => Promise<unknown>; readonly ended: Promise<unknown> }> {
  const [socket] = (await once(server, "connection")) as [Socket];
  // One that is killed may leave a reset behind.
  socket.on("error", () => undefined);
  const answer = (): Promise<unknown> => {
    socket.write("?");
    return once(socket, "data");
  };
  return { answer, ended: once(socket.resume(), "close") };
}

test("a program that does not exist has ended from the beginning, and whoever waits is told why", async () => {
  const missing = child(join(folder, "missing"), "");

  const hadEnded = missing.hasEnded;
  const waited = missing.ended();

  expect(hadEnded).toBe(true);
  await expect(waited).rejects.toThrow(`spawn ${join(folder, "missing")} ENOENT`);
  await expect(missing.ended()).rejects.toThrow("ENOENT");
  await missing.stop();
});

test("a program that does not exist is stopped without a word, and its log says why there is nothing else in it", async () => {
  const missing = child(join(folder, "missing"), "");

  await missing.stop();

  expect(readFileSync(log, "utf8")).toBe(`spawn ${join(folder, "missing")} ENOENT\n`);
  expect(missing.hasEnded).toBe(true);
});

test("a program that ends by itself has its own exit code, and its log what it printed", async () => {
  const brief = child(process.execPath, 'console.log("out"); console.error("err"); process.exitCode = 3;');

  const runs = !brief.hasEnded;
  const code = await brief.ended();

  expect([runs, code, brief.hasEnded]).toEqual([true, 3, true]);
  expect(readFileSync(log, "utf8")).toBe("out\nerr\n");
  await brief.stop();
});

test("what a program leaves behind outlives it, and ends with stop", async () => {
  const connection = held();
  const parent = child(process.execPath, LEAVES_ONE);
  const { answer, ended } = await connection;

  const code = await parent.ended();
  const [answered] = (await answer()) as [Buffer];
  await parent.stop();
  await ended;

  expect([code, answered.toString()]).toEqual([0, "?"]);
});

test("stop asks first: a program may end in its own way", async () => {
  const connection = held();
  const willing = child(process.execPath, `process.on("SIGTERM", () => process.exit(7)); ${HOLDS}`);
  await connection;

  await willing.stop();

  expect(await willing.ended()).toBe(7);
});

test("a program that does not end when it is asked to is ended by force once its time is over", async () => {
  const connection = held();
  const stubborn = child(process.execPath, `process.on("SIGTERM", () => console.log("asked")); ${HOLDS}`, PATIENCE_MS);
  const { ended } = await connection;

  await stubborn.stop();
  await ended;

  expect(await stubborn.ended()).toBeNull();
  expect(stubborn.hasEnded).toBe(true);
  expect(readFileSync(log, "utf8")).toBe("asked\n");
});

test("stop can be called again", async () => {
  const connection = held();
  const twice = child(process.execPath, HOLDS);
  const { ended } = await connection;

  await Promise.all([twice.stop(), twice.stop()]);
  await twice.stop();
  await ended;

  expect(twice.hasEnded).toBe(true);
});

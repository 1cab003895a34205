import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { version } from "../../package.json";
import { SCENARIOS } from "../../local/kernel/scenarios";
import { Command, endCommands, runCommand } from "../support/command";
import { SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

const PASSWORD = "geheim-7f3a";
const NOBODY = `redis://watch:${PASSWORD}@127.0.0.1:1`;
const STACK = /\n\s+at |Error:|node:internal/;

describe("help", () => {
  it.concurrent.each<{ args: string[]; names: string[] }>([
    {
      args: ["--help"],
      names: ["start", "sample", "doctor", "acl", "alarms", "notify", "silence", "drill", "REDIS_URL"],
    },
    {
      args: ["start", "--help"],
      names: ["--redis", "--collectors", "--scenario", "burst", "--seed", "--port", "--duration", "--speed", "1 to 60"],
    },
    { args: ["sample", "--help"], names: ["--redis", "--collectors", "--json"] },
    { args: ["doctor", "--help"], names: ["--redis", "--env", "--endpoint-url", "--json", "Examples: quantum-watch"] },
    { args: ["acl", "--help"], names: ["--env"] },
    {
      args: ["notify", "preview", "--help"],
      names: ["--state", "reminder", "--channel", "pagerduty", "--event", "--env", "--json", "Examples: quantum-watch"],
    },
    {
      args: ["silence", "--help"],
      names: [
        "--for",
        "--why",
        "--who",
        "--label",
        "--critical",
        "--env",
        "--endpoint-url",
        "list",
        "lift",
        "Examples:",
      ],
    },
    { args: ["drill", "--help"], names: ["--env", "--from", "--json", "Exit code 1", "Example: quantum-watch drill"] },
    { args: ["help", "sample"], names: ["--redis", "--collectors", "--json"] },
    { args: ["--version"], names: [version] },
  ])("$args tells of $names and exits with 0", async ({ args, names }) => {
    const { code, stdout, stderr } = await runCommand(args);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of names) expect(stdout).toContain(name);
  });

  it.concurrent("is what one gets without a command, as an error", async () => {
    const { code, stdout, stderr } = await runCommand([]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: quantum-watch");
  });
});

interface Mistake {
  readonly args: string[];
  readonly env?: Record<string, string>;
  readonly says: string;
}

describe("a mistake at the keyboard", () => {
  it.concurrent.each<Mistake>([
    { args: ["strat"], says: "error: unknown command 'strat'\n(Did you mean start?)\n(--help says more)" },
    { args: ["sample", "--jsno"], says: "error: unknown option '--jsno'\n(Did you mean --json?)\n(--help says more)" },
    { args: ["sample", NOBODY], says: "too many arguments for 'sample'. Expected 0 arguments but got 1." },
    { args: ["sample", `--url=${NOBODY}`], says: "error: unknown option '--url=redis://***@127.0.0.1:1'" },
    { args: ["doctor", "--redis"], says: "error: option '--redis <url>' argument missing" },
    { args: ["sample", "--redis", "localhost:6379"], says: "REDIS_URL: must read redis://host:port/db" },
    { args: ["doctor", "--redis", `http://a:${PASSWORD}@h`], says: "REDIS_URL: must read redis://host:port/db" },
    { args: ["sample", "--redis", `redis://a:${PASSWORD}@h:port`], says: "REDIS_URL: must read redis://host" },
    { args: ["sample", "--redis", `${NOBODY}/one`], says: "REDIS_URL: must end in a database number" },
    { args: ["sample", "--redis", `redis://a:12/${PASSWORD}@h:6379`], says: "REDIS_URL: " },
    { args: ["sample", "--redis", `redis://a:%${PASSWORD}@h`], says: "REDIS_URL: the user or the password has a %" },
    { args: ["sample", "--collectors", "nix"], says: 'COLLECTORS: "nix" is not one of safety' },
    { args: ["sample", "--collectors", ","], says: "COLLECTORS: names none of safety" },
    { args: ["doctor"], env: { COLLECTORS: "nix" }, says: 'COLLECTORS: "nix" is not one of safety' },
    { args: ["start", "--port", "http"], says: "It must be a whole number from 0 to 65535." },
    { args: ["start", "--port", "65536"], says: "It must be a whole number from 0 to 65535." },
    { args: ["start", "--port", NOBODY], says: "argument 'redis://***@127.0.0.1:1' is invalid" },
    { args: ["start", "--duration", "1.5"], says: "It must be a whole number from 0 to 2147483." },
    { args: ["start", "--duration", "9999999"], says: "It must be a whole number from 0 to 2147483." },
    { args: ["start", "--seed", "-1"], says: "It must be a whole number from 0 to 2147483647." },
    {
      args: ["start", "--scenario", "brust"],
      says: `"brust" is not one of ${SCENARIOS.map(({ name }) => name).join(", ")}`,
    },
    { args: ["start", "--scenario", "calm", "--redis", NOBODY], says: "--scenario needs the embedded Redis" },
    { args: ["start", "--scenario", "calm"], env: { REDIS_URL: NOBODY }, says: "--scenario needs the embedded Redis" },
    { args: ["start", "--scenario", "calm"], env: { REDIS_HOST: "h" }, says: "--scenario needs the embedded Redis" },
    { args: ["start", "--seed", "2", "--redis", NOBODY], says: "--seed needs the embedded Redis" },
    { args: ["start", "--speed", "2", "--redis", NOBODY], says: "--speed needs the embedded Redis" },
    { args: ["start", "--speed", "1"], env: { REDIS_HOST: "h" }, says: "a Redis of yours keeps its own time" },
    { args: ["start", "--speed", "0.9"], says: "It must be a number from 1 to 60." },
    { args: ["start", "--speed", "60.5"], says: "It must be a number from 1 to 60." },
    { args: ["start", "--speed", "Infinity"], says: "It must be a number from 1 to 60." },
  ])("gets a sentence and exit code 2: $args $env", async ({ args, env = {}, says }) => {
    const { code, stdout, stderr } = await runCommand(args, { env });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(STACK);
    expect(stderr).not.toContain(PASSWORD);
  });

  it.concurrent("that is one of several is told with the others", async () => {
    const { stderr } = await runCommand(["doctor"], { env: { REDIS_PORT: "many", SAMPLE_INTERVAL_SEC: "1" } });

    expect(stderr).toMatch(
      /^quantum-watch: REDIS_PORT: .*SAMPLE_INTERVAL_SEC: .*\n$|SAMPLE_INTERVAL_SEC: .*REDIS_PORT: /,
    );
  });
});

describe("a password", () => {
  const redis = withRedis({ config: [`user watch on >${PASSWORD} ~* &* +@all`] });

  it.each([
    { command: ["sample"] },
    { command: ["sample", "--json"] },
    { command: ["doctor"] },
    { command: ["doctor", "--json"] },
    { command: ["start", "--port", "0", "--duration", "1"] },
  ])("is printed by $command neither when it is right nor when it is wrong nor when nobody answers", async (one) => {
    const here = `127.0.0.1:${redis.server.port}`;
    const urls = [`redis://watch:${PASSWORD}@${here}`, `redis://watch:${PASSWORD}x@${here}`, NOBODY];

    const ends = await Promise.all(urls.map((url) => runCommand(one.command, { env: { REDIS_URL: url } })));

    for (const { stdout, stderr } of ends) {
      expect(stdout).not.toBe("");
      expect(stdout + stderr).not.toContain(PASSWORD);
      expect(stderr).toBe("");
    }
    expect(ends.map(({ stdout }) => /WRONGPASS/.test(stdout))).toEqual([false, true, false]);
  });

  it.each(["sample", "doctor"])("is not printed by %s where it stands in a list of nodes", async (command) => {
    const env = { REDIS_TOPOLOGY: "cluster", REDIS_NODES: NOBODY };

    const { stdout, stderr } = await runCommand([command], { env });

    expect(stdout + stderr).not.toContain(PASSWORD);
  });
});

/** A kind of mistake: what nobody reads, or nothing takes, ends in a stack trace or in silence. */
describe("a reader that hangs up", () => {
  it.each([
    { args: ["sample"], code: 0 },
    { args: ["sample", "--json"], code: 0 },
    { args: ["doctor"], code: 1 },
    { args: ["--help"], code: 0 },
  ])("ends $args quietly with its own exit code", async ({ args, code }) => {
    const command = new Command(args, { env: { REDIS_URL: "redis://127.0.0.1:1" } });

    command.hangUp();
    const ended = await command.ended();

    expect(ended).toMatchObject({ code, stderr: "" });
  });

  it("is told in a sentence where what is printed goes to a disk that is full", async () => {
    const bin = resolve(__dirname, "../../local/quantum-watch.cjs");
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [bin, "sample"], {
      env: { PATH: process.env["PATH"], REDIS_URL: "redis://127.0.0.1:1" },
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);

    const [stderr, [code]] = await Promise.all([text(child.stderr as Readable), once(child, "close")]);

    expect(stderr).toMatch(/^quantum-watch: what was to be printed could not be written: ENOSPC[^\n]*\n$/);
    expect(code).toBe(2);
  });

  it("ends start quietly, as `| head` does", async () => {
    const command = new Command(["start", "--port", "0"]);
    await command.line(/^metrics: /, 20_000);

    command.hangUp();
    const { code, stderr } = await command.ended();

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

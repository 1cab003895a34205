import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, endCommands } from "../support/command";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

/** How long a busy machine may take to start everything. */
const FIRST_LINES_MS = 20_000;

const DAY_SEC = 86_400;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quantum-watch-speed-"));
});
afterEach(async () => {
  await endCommands();
  rmSync(folder, { recursive: true, force: true });
});

const start = (...args: string[]): Command =>
  new Command(["start", "--port", "0", ...args], { env: { TMPDIR: folder } });

describe("start --speed", () => {
  it("leaves nothing behind after Ctrl-C", async () => {
    const command = start("--speed", "60");
    await command.line(/ in the last window/, FIRST_LINES_MS);
    const before = readdirSync(folder).filter((name) => name.startsWith("quantum-watch-redis-"));

    command.signal("SIGINT");
    const { code, stdout, stderr } = await command.ended();

    const after = readdirSync(folder).filter((name) => name.startsWith("quantum-watch-redis-"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/\ntold: .*\nstopped\n$/);
    expect([before.length, after.length]).toEqual([1, 0]);
  });

  it("takes no mark twice and leaves none out", async () => {
    const { code, stdout } = await start("--speed", "60", "--duration", "180").ended();

    // The first line is of no mark. Midnight is a mark, too.
    const [first = 0, ...rest] = [...stdout.matchAll(/^(\d\d):(\d\d):(\d\d) {2}/gm)]
      .slice(1)
      .map(([, h, m, s]) => Number(h) * 3600 + Number(m) * 60 + Number(s));
    const taken = [first, ...rest.map((second) => (second < first ? second + DAY_SEC : second))];
    const last = taken.at(-1) ?? 0;
    const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    expect(code).toBe(0);
    expect(last - first).toBeGreaterThan(150);
    expect(taken).toEqual(all.filter((second) => second % 10 === 0 || second % 15 === 0));
  });

  it("plays the README's example", async () => {
    const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
    const example = /`npm start -- (--scenario .*--speed [^`]*)`/.exec(readme)?.[1]?.split(" ") ?? [];

    const { code, stdout, stderr } = await start(...example, "--duration", "60").ended();

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^60 times as fast as time; /m);
    expect(stdout.match(/REDIS DOWN/g)?.length).toBeGreaterThan(1);
  });
});

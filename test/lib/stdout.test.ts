import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

const SCRIPT = `
  const { toStdout } = require("./lib/stdout.ts");
  const { makeLog } = require("./lib/log.ts");
  const { emfPublisher } = require("./lib/publish/emf.ts");
  const { sample } = require("./lib/metric.ts");
  const { redisUp } = require("./lib/exporter.ts");
  const at = new Date();
  const log = makeLog({ environment: "dev", version: "1" });
  const publisher = emfPublisher({ environment: "dev", tier: "alarmed" });
  (async () => {
    log.warning("a line");
    for (let i = 0; i < 3; i++) {
      const refused = await publisher.publish([sample(redisUp, 1, at)], {}, at).catch((error) => error.name);
      process.stderr.write("publish: " + refused + "\\n");
    }
  })();
`;

/** A kind of mistake: what standard output does not take ends the process, or is lost without a word. */
test("where standard output takes nothing, publishing fails by name, log lines go to standard error, and the process goes on", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", SCRIPT], {
    cwd: resolve(__dirname, "../.."),
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);

  const [stderr, [code]] = await Promise.all([text(child.stderr as Readable), once(child, "close")]);
  const lines = stderr.trimEnd().split("\n");

  expect(lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: "WARNING", message: "a line" }),
  ]);
  expect(lines.filter((line) => !line.startsWith("{"))).toEqual(Array(3).fill("publish: PublishError"));
  expect(code).toBe(0);
});

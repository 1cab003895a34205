import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { bundle } from "../../bench/bundle";

/** 517 kB today, nearly all of it three clients of AWS; one more would be seen here. */
const MAX_BYTES = 430_000;

/** Lambda's runtime finds its own clients by this, too. */
const runtime = { PATH: process.env["PATH"], NODE_PATH: join(__dirname, "../../node_modules") };
const env = {
  ...runtime,
  AWS_REGION: "eu-central-1",
  ENVIRONMENT: "prod",
  NOTIFY_TABLE: "incidents",
  NOTIFY_TOPICS: "arn:aws:sns:eu-central-1:222222222222:prod-quantum-watch-critical",
  RUNBOOKS: "https://example.com/runbooks",
};

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quantum-watch-notify-"));
  file = bundle(join(__dirname, "../../functions/notify.ts"), folder);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("the notifier's bundle is within its size, without Redis or a schema library, and leaves one client to Lambda", async () => {
  const code = await readFile(file, "utf8");
  const packages = Array.from(code.matchAll(/require\("(@aws-sdk\/[^"]+)"\)/g), ([, name]) => name);
  const foreign = ["ioredis", "ZodError"].filter((name) => code.includes(name));

  expect(Buffer.byteLength(code)).toBeLessThan(MAX_BYTES);
  expect(packages.filter((name) => name?.includes("/client-"))).toEqual(["@aws-sdk/client-secrets-manager"]);
  expect(foreign).toEqual([]);
});

test("its handler is there once its settings are", async () => {
  const script = `typeof require(${JSON.stringify(file)}).handler`;

  const { stdout } = await promisify(execFile)(process.execPath, ["-p", script], { env });

  expect(stdout.trim()).toBe("function");
});

test("without its settings it does not start, and says which are missing", async () => {
  const running = promisify(execFile)(process.execPath, [file], { env: runtime });
  const stderr = await running.then(
    () => "it runs",
    (error: { readonly stderr: string }) => error.stderr,
  );

  expect(stderr.slice(-2000)).toContain("NOTIFY_TABLE: is not set");
});

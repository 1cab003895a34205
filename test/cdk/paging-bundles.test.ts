import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { bundle } from "../../bench/bundle";

/** 545 and 9 kB today; the first is nearly all clients of AWS. */
const MAX_BYTES = { remind: 470_000, drill: 15_000 } as const;

/** Lambda's runtime finds its own clients by this, too. */
const runtime = { PATH: process.env["PATH"], NODE_PATH: join(__dirname, "../../node_modules") };
const env = {
  ...runtime,
  AWS_REGION: "eu-central-1",
  ENVIRONMENT: "prod",
  NOTIFY_TABLE: "incidents",
  NOTIFY_TOPICS: "arn:aws:sns:eu-central-1:222222222222:prod-quantum-watch-critical",
  RUNBOOKS: "https://example.com/runbooks",
  REMIND_EVERY: '{"critical":14400,"warning":86400,"rules":{}}',
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quantum-watch-paging-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe.each(["remind", "drill"] as const)("the bundle of %s", (name) => {
  test("is within its size, and its handler is there once its settings are", async () => {
    const file = bundle(join(__dirname, `../../functions/${name}.ts`), folder);

    const { stdout } = await promisify(execFile)(process.execPath, ["-p", `typeof require("${file}").handler`], {
      env,
    });

    expect(stdout.trim()).toBe("function");
    expect(Buffer.byteLength(await readFile(file, "utf8"))).toBeLessThan(MAX_BYTES[name]);
  });

  test("does not start without its settings, and says which are missing", async () => {
    const file = bundle(join(__dirname, `../../functions/${name}.ts`), folder);

    const stderr = await promisify(execFile)(process.execPath, [file], { env: runtime }).then(
      () => "it runs",
      (error: { readonly stderr: string }) => error.stderr,
    );

    expect(stderr.slice(-2000)).toContain("ENVIRONMENT: is not set");
  });
});

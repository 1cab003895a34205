import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { Child } from "./child";
import { freePort } from "./free-port";
import { ROOT, type Tools } from "./tools";

export const ACCOUNT = "000000000000";
export const REGION = "eu-central-1";

const START_LIMIT_MS = 60_000;
const POLL_MS = 200;

/** A running emulator, and the environment by which tools and clients find it and nothing else. */
export interface Emulator {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  readonly tools: Tools;
  /** Fresh: becomes HOME and TMPDIR, and holds the log. */
  readonly folder: string;
  /** For the handlers, which inherit the emulator's environment. */
  readonly handlersEnv: Readonly<Record<string, string>>;
}

/** Starts it on a free port of 127.0.0.1; throws where it does not answer within a minute. */
export async function startEmulator({ tools, folder, handlersEnv }: EmulatorOptions): Promise<Emulator> {
  const port = await freePort();
  // Numeric: at "localhost" clients would ask for buckets by host names that nobody knows.
  const url = `http://127.0.0.1:${port}`;
  const env = surroundings(tools, folder, url);
  const own = { BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port), IOT_MTLS_ENABLED: "0", MINISTACK_REGION: REGION };
  const child = new Child(tools.python, [join(__dirname, "launch.py")], {
    env: { ...env, ...own, ...handlersEnv },
    cwd: folder,
    log: join(folder, "emulator.log"),
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(url))) {
    if (child.hasEnded || Date.now() > deadline) {
      await child.stop();
      throw new Error(`the emulator did not start; it says why in ${join(folder, "emulator.log")}`);
    }
    await delay(POLL_MS);
  }
  return { url, env, stop: () => child.stop() };
}

/** Which types of resources it has a maker for, by its own table. */
export async function takenTypes(python: string, types: readonly string[]): Promise<readonly string[]> {
  const ask = "import json, sys; from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS as made";
  const script = `${ask}; print(json.dumps([one for one in sys.argv[1:] if one in made]))`;
  const { stdout } = await promisify(execFile)(python, ["-c", script, ...types]);
  return JSON.parse(stdout) as string[];
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/_ministack/health`, { headers: { connection: "close" } }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function surroundings({ nodeFolder }: Tools, folder: string, url: string): Record<string, string> {
  return {
    PATH: `${nodeFolder}:${process.env["PATH"] ?? ""}`,
    HOME: folder,
    TMPDIR: folder,
    LC_ALL: "C.UTF-8",
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    // What the handlers' bundle leaves out because Lambda's runtime brings it.
    NODE_PATH: join(ROOT, "node_modules"),
  };
}

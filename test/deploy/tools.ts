import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { say } from "./progress";

const run = promisify(execFile);

export const ROOT = join(__dirname, "../..");
/** Everything that a run makes and needs; not tracked, and safe to remove. */
export const FOLDER = join(ROOT, ".emulator");

const REQUIREMENTS = join(__dirname, "requirements.txt");
/** Functions are deployed to Node 24, and before it `fetch` knew no proxy of the environment. */
const NODE_MAJOR = 24;
const NODE_VERSION = "24.21.0";
const PIP_ATTEMPTS = 3;

/** Programs that this run uses, made once and kept. */
export interface Tools {
  readonly python: string;
  /** The folder of the `node` that runs the handlers. */
  readonly nodeFolder: string;
}

/** Makes what is missing; throws with the line that installs what cannot be made. */
export async function tools(): Promise<Tools> {
  mkdirSync(FOLDER, { recursive: true });
  const [python, nodeFolder] = await Promise.all([emulatorPython(), handlersNode()]);
  return { python, nodeFolder };
}

async function emulatorPython(): Promise<string> {
  const venv = join(FOLDER, "venv");
  const [python, mark] = [join(venv, "bin/python"), join(venv, "requirements.txt")];
  const wanted = readFileSync(REQUIREMENTS, "utf8");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return python;
  say("making the emulator's Python environment, once");
  rmSync(venv, { recursive: true, force: true });
  await run("python3", ["-m", "venv", venv]).catch((error: unknown) => {
    throw new Error("python3 cannot make a venv. Install it with: sudo apt-get install -y python3 python3-venv", {
      cause: error,
    });
  });
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", String(PIP_ATTEMPTS)];
  await run(python, [...install, "-r", REQUIREMENTS]);
  // Written last: an environment that was made half is made anew.
  writeFileSync(mark, wanted);
  return python;
}

async function handlersNode(): Promise<string> {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return dirname(process.execPath);
  const folder = join(FOLDER, "node");
  const name = `node-${process.platform}-${process.arch}`;
  const home = join(folder, "node_modules", name);
  const node = join(home, "bin/node");
  if (existsSync(node) && versionIn(home) === NODE_VERSION) return dirname(node);
  say(`fetching Node ${NODE_VERSION} for the handlers, once`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  // With a package.json of its own, as npm would look for one further up.
  writeFileSync(join(folder, "package.json"), "{}\n");
  await run("npm", ["install", "--no-save", "--no-package-lock", `${name}@${NODE_VERSION}`], { cwd: folder });
  return dirname(node);
}

function versionIn(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return version;
}

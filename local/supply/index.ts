import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { context } from "../../cdk.json";
import { environments } from "../../lib/environments";
import { auditFindings } from "./audit";
import { differences, filesIn, hashOf } from "./folders";
import { LICENCES_DOC, licencesDoc, readLock, refusedLicences, runtimePackages } from "./licences";
import { PLANTED, secretsIn } from "./planted";
import { portable, type Sbom, sbomFindings } from "./sbom";

const ROOT = join(__dirname, "../..");
/** Not tracked. */
const OUT = join(ROOT, ".supply");
/** All that a build reads besides node_modules. */
const SOURCES = [
  "alarms",
  "cdk",
  "dashboards",
  "functions",
  "lib",
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
/** A registry that is not there must not hold up anybody. */
const AUDIT_LIMIT_MS = 20_000;
/** Nothing listens there. */
const REDIS_URL = `redis://watch:${PLANTED.redis}@127.0.0.1:1`;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What one check found, a sentence each, and a line for where nothing was. */
interface Check {
  readonly findings: readonly string[];
  readonly line: string;
}

function ran(program: string, args: readonly string[], { cwd = ROOT, env = {}, timeout = 0 } = {}): Promise<Ran> {
  const options = { cwd, env: { ...process.env, ...env }, timeout, maxBuffer: 2 ** 28 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

function licences(): Check {
  const packages = runtimePackages(readLock());
  const isCurrent = readFileSync(LICENCES_DOC, "utf8") === licencesDoc(packages);
  const old = isCurrent ? [] : ["docs/licences.md is not what `npm run docs` writes"];
  return { findings: [...refusedLicences(packages), ...old], line: `licences of ${packages.length} packages` };
}

async function sbom(): Promise<Check> {
  const packages = runtimePackages(readLock());
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const { code, stdout, stderr } = await ran("npm", args);
  if (code !== 0) return { findings: [`npm sbom failed: ${stderr.slice(0, 300)}`], line: "" };
  const bill = portable(JSON.parse(stdout) as Sbom, packages);
  writeFileSync(join(OUT, "sbom.json"), `${JSON.stringify(bill, undefined, 2)}\n`);
  const findings = sbomFindings(bill, packages, ROOT);
  return { findings, line: `bill of materials of ${bill.components.length} packages in .supply/sbom.json` };
}

async function audit(): Promise<Check> {
  const { stdout } = await ran("npm", ["audit", "--omit", "dev", "--json"], { timeout: AUDIT_LIMIT_MS });
  const findings = auditFindings(stdout);
  if (findings === undefined) return { findings: [], line: "audit: NOT JUDGED, the registry gives no answer to it" };
  return { findings, line: "audit: nothing high or critical in what runs" };
}

/** The templates and bundles of an environment, as built in a folder; the planted secrets stand in the surroundings. */
async function built(folder: string, environment: string, out: string): Promise<Map<string, Buffer>> {
  const env = {
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, env: environment, "aws:cdk:bundling-stacks": ["**"] }),
    REDIS_URL,
    AWS_SECRET_ACCESS_KEY: PLANTED.aws,
    SLACK_TOKEN: PLANTED.slack,
  };
  const { code, stderr } = await ran(process.execPath, ["--import", "tsx", "cdk/app.ts"], { cwd: folder, env });
  if (code !== 0) throw new Error(`${environment} cannot be built: ${stderr.slice(-500)}`);
  return filesIn(out);
}

/** Every environment built here and in a copy: the same files, and no secret in any. */
async function builds(): Promise<Check> {
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-supply-"));
  try {
    const copy = join(folder, "another/and/deeper/folder");
    for (const source of SOURCES) cpSync(join(ROOT, source), join(copy, source), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    const findings: string[] = [];
    const hashes: string[] = [];
    for (const name of Object.keys(environments)) {
      const [here, there] = await Promise.all([
        built(ROOT, name, join(folder, `here-${name}`)),
        built(copy, name, join(folder, `there-${name}`)),
      ]);
      const secrets = Array.from(here, ([path, content]) => secretsIn(`${name}: ${path}`, content.toString("utf8")));
      findings.push(...differences(here, there).map((one) => `${name}: ${one}`), ...secrets.flat());
      hashes.push(`${name} ${hashOf(here).slice(0, 12)} (${here.size} files)`);
    }
    return { findings, line: `templates and bundles twice the same, without secrets: ${hashes.join(", ")}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What commands print that were given a password, while the Redis it is for cannot be reached. */
async function output(): Promise<Check> {
  const commands = [
    ["sample"],
    ["sample", "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["start", "--port", "0", "--duration", "3"],
  ];
  const env = { REDIS_URL, SLACK_TOKEN: PLANTED.slack, AWS_SECRET_ACCESS_KEY: PLANTED.aws };
  const all: string[] = [];
  for (const args of commands) {
    const { code, stdout, stderr } = await ran(process.execPath, ["local/quantum-watch.cjs", ...args], { env });
    const name = `the output of ${args.join(" ")}`;
    if (code > 1 || stdout === "") all.push(`${name} cannot be judged: it ended with ${code}`);
    all.push(...secretsIn(name, stdout + stderr));
  }
  return { findings: all, line: `no secret in what ${commands.length} commands print` };
}

/** Makes all checks and prints a line for each; the exit code is 1 where one found anything. */
async function supply(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  for (const check of [licences, sbom, audit, output, builds]) {
    const { findings, line } = await check();
    for (const finding of findings) process.stdout.write(`FOUND ${finding}\n`);
    if (findings.length === 0) process.stdout.write(`ok    ${line}\n`);
    else process.exitCode = 1;
  }
}

void supply();

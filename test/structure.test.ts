import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { families, publishedMetrics } from "../lib/collectors";
import { BOARDS_DOC, boardsDoc } from "../local/boards-doc";
import { METRICS_DOC, metricsDoc } from "../local/metrics-doc";

const ROOT = join(__dirname, "..");
const collectors = Object.values(families).flatMap((one) => one.collectors);
/** Tests that judge every environment there is, and so hold for whatever an operator puts into his. */
const JUDGES = [
  "test/alarms/rules.test.ts",
  "test/cdk/app.test.ts",
  "test/cdk/every-resource.test.ts",
  "test/cdk/given-names.test.ts",
  "test/cdk/links.test.ts",
  "test/cdk/nag.test.ts",
  "test/cdk/removal.test.ts",
  "test/cdk/reserved-concurrency.test.ts",
  "test/cdk/rights-by-code.test.ts",
  "test/cdk/telemetry.test.ts",
  "test/cdk/variables-size.test.ts",
  "test/dashboards/drawn-bodies.ts",
  "test/lib/environment.test.ts",
  "test/lib/rules/lint.test.ts",
  "test/local/cfn-lint.test.ts",
];
const subjects = namesIn("lib/collectors").filter((name) => name !== "index.ts");

describe("the tree", () => {
  test.each(subjects)("lib/collectors/%s is in the list under its own name", (file) => {
    const name = file.replace(/\.ts$/, "");

    expect(collectors.map((collector) => collector.name)).toContain(name);
  });

  test.each(subjects)("lib/collectors/%s has a test", (file) => {
    const tests = namesIn("test/lib/collectors");

    expect(tests.some((name) => name.startsWith(`${file.replace(/\.ts$/, "")}.`))).toBe(true);
  });

  test("docs/metrics.md is what npm run docs writes", () => {
    expect(readFileSync(METRICS_DOC, "utf8")).toBe(metricsDoc());
  });

  test("docs/boards.md is what npm run docs writes", () => {
    expect(readFileSync(BOARDS_DOC, "utf8")).toBe(boardsDoc());
  });

  test("every metric has a name, labels and dimensions that no other has", () => {
    const metrics = publishedMetrics;

    const identities = metrics.map(({ name, labels }) => [name, ...labels].join(" "));

    expect(new Set(identities).size).toBe(identities.length);
    for (const { name } of metrics) expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/);
  });

  test("every file is named in kebab-case and none is called after a drawer", () => {
    const files = ["lib", "functions", "alarms", "dashboards", "cdk", "local", "bench"].flatMap((folder) =>
      filesUnder(folder),
    );

    for (const file of files) {
      expect(file).toMatch(/^([a-z0-9-]+\/)*[a-z0-9-]+(\.[a-z0-9-]+)*$/);
      expect(file).not.toMatch(/(^|\/)(utils|helpers|common|misc|base|manager)\./);
    }
  });

  test("only what judges every environment reads those that operators deploy; all else is made of the examples", () => {
    const ofOperators = /from "(\.\.?\/)+lib\/environments(\/(index|dev|staging|prod))?"/;
    const files = [...filesUnder("test"), ...filesUnder("bench")].filter((file) => file.endsWith(".ts"));

    const reading = files.filter((file) => ofOperators.test(readFileSync(join(ROOT, file), "utf8")));

    expect(reading.toSorted()).toEqual(JUDGES);
  });

  test("nothing is tracked that is to be ignored", () => {
    const tracked = execFileSync("git", ["ls-files", "-ci", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });

    expect(tracked).toBe("");
  });

  test("tracked files hold no machine path, no download address and nothing that looks like a secret", () => {
    const suspicious =
      /(^|[^A-Za-z0-9_.])\/(work|farm|root)\/|"resolved": *"http|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|hooks\.slack\.com\/services\/T[A-Z0-9]{6}/;
    const files = ["lib", "functions", "alarms", "dashboards", "cdk", "local", "bench", "docs", "test"].flatMap(
      (folder) => filesUnder(folder),
    );

    const found = [...files, "package.json", "package-lock.json", "README.md", ".ci/run"].filter(
      (file) => file !== "test/structure.test.ts" && suspicious.test(readFileSync(join(ROOT, file), "utf8")),
    );

    expect(found).toEqual([]);
  });
});

function namesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder));
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

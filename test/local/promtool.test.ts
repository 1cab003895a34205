import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { rules } from "../../alarms";
import { prometheusFile } from "../../lib/rules/prometheus";
import { promQl } from "../../lib/rules/promql";

const run = promisify(execFile);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "quantum-watch-rules-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function check(text: string): Promise<string> {
  const file = join(folder, "rules.yml");
  await writeFile(file, text);
  const { stdout } = await run("promtool", ["check", "rules", file]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error("promtool is missing: npm run setup installs it", { cause: error });
  });
  return stdout;
}

test("promtool finds nothing wrong with the rules as Prometheus alerts", async () => {
  const text = prometheusFile(rules);

  const said = await check(text);

  expect(said).toContain(`SUCCESS: ${rules.length} rules found`);
});

test("promtool finds an expression that is none", async () => {
  const text = prometheusFile(rules).replace("quantum_safety_safe_mode == 1", "quantum_safety_safe_mode === 1");

  const checking = check(text);

  await expect(checking).rejects.toThrow("parse error");
});

test("the conditions of mirrored rules are PromQL, too", async () => {
  const own = rules.map((rule) => Object.assign({ ...rule }, { prometheus: promQl(rule) }));

  const said = await check(prometheusFile(own));

  expect(said).toContain(`SUCCESS: ${rules.length} rules found`);
});

import { parseArgs } from "node:util";

import { alarmEngineBench } from "./alarm-engine";
import { CannotRun } from "./cannot-run";
import { coldBench } from "./cold";
import { faultsBench } from "./faults";
import { harvestBench } from "./harvest";
import { notifyBench } from "./notify";
import { sampleBench } from "./sample";
import type { Table } from "./table";
import { print } from "./table";

/** Every benchmark by name; `npm run bench -- NAME …` runs some, without a name all. */
const BENCHES: Readonly<Record<string, (options: Options) => Promise<Table>>> = {
  cold: coldBench,
  "alarm-engine": alarmEngineBench,
  faults: faultsBench,
  harvest: harvestBench,
  notify: notifyBench,
  sample: sampleBench,
};

/** `--base REV`: what `sample` compares with. */
interface Options {
  readonly base?: string;
}

/** Runs them; exit codes: 0 fine, 1 over a limit, 2 could not run. */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals: names } = parseArgs({
    args: [...args],
    options: { base: { type: "string" } },
    allowPositionals: true,
  });
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    process.stderr.write(`bench: no ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const table = await bench(values).catch(unlessMissing(name));
    if (table === undefined) continue;
    print(name, table);
    if (!table.isMissed) continue;
    process.stderr.write(`bench: ${name} is over its limit\n`);
    process.exitCode = Math.max(1, Number(process.exitCode ?? 0));
  }
}

/** What is missing on this machine is said, and the other benchmarks run all the same. */
const unlessMissing =
  (name: string) =>
  (error: unknown): undefined => {
    if (!(error instanceof CannotRun)) throw error;
    process.stderr.write(`bench: ${name} cannot run: ${error.message}\n`);
    process.exitCode = 2;
  };

void main(process.argv.slice(2));

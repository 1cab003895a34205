import { alarmEngineBench } from "./alarm-engine";
import { coldBench } from "./cold";
import { faultsBench } from "./faults";
import { harvestBench } from "./harvest";
import { notifyBench } from "./notify";
import type { Table } from "./table";
import { print } from "./table";

/** Every benchmark by name; `npm run bench -- NAME …` runs some, without a name all. */
const BENCHES: Readonly<Record<string, () => Promise<Table>>> = {
  cold: coldBench,
  "alarm-engine": alarmEngineBench,
  faults: faultsBench,
  harvest: harvestBench,
  notify: notifyBench,
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    process.stderr.write(`bench: no ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const table = await bench();
    print(name, table);
    if (!table.isMissed) continue;
    process.stderr.write(`bench: ${name} is over its limit\n`);
    process.exitCode = 1;
  }
}

void main(process.argv.slice(2));

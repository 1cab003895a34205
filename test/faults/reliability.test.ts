import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { bundle } from "../../bench/bundle";
import { deployedNode } from "../../bench/deployed-node";
import { chunked } from "../../lib/publish/fits";
import { type Fault, USUAL_PLAN } from "./fault";
import { pinnedRows, rowOf, writePage } from "./report";
import { type Played, playAll, type Publisher, type Try } from "./run";
import type { Deployed } from "./scene";
import { faults } from "./table";

jest.setTimeout(3_600_000);

/** What two processors play side by side, with time to spare. */
const AT_ONCE = Number(process.env["FAULTS_AT_ONCE"] ?? 80);
const { FAULTS = "", FAULTS_WRITE } = process.env;
const ENTRIES: Readonly<Record<Publisher, string>> = { EMF: "functions/collect.ts", API: "functions/collect-api.ts" };
const PUBLISHERS = Object.keys(ENTRIES) as Publisher[];

const lastOf = ({ plan = USUAL_PLAN }: Fault): number => plan.last;
const chosen = faults
  .filter(({ name, isShort }) => (FAULTS === "short" ? isShort : new RegExp(FAULTS).test(name)))
  // Those that take longest are of one batch.
  .toSorted((one, other) => lastOf(one) - lastOf(other));

const tries: Try[] = chosen.flatMap((fault) => PUBLISHERS.map((publisher) => ({ fault, publisher })));
const played: Played[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "quantum-watch-faults-"));
  try {
    const { file: node } = deployedNode();
    const deployed = (publisher: Publisher): Deployed => ({
      node,
      entry: bundle(resolve(__dirname, "../..", ENTRIES[publisher]), folder),
    });
    const functions = { EMF: deployed("EMF"), API: deployed("API") };
    for (const batch of chunked(tries, AT_ONCE)) {
      process.stdout.write(`${batch.length} of ${tries.length} faults, side by side\n`);
      played.push(...(await playAll(batch, functions)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const judged = played.reduce((sum, one) => sum + one.judged, 0);
  process.stdout.write(`${judged} values compared, ${played.reduce((sum, one) => sum + one.wrong.length, 0)} wrong\n`);
  if (FAULTS_WRITE !== undefined) writePage(played, new Date());
});

/** Kind: something goes wrong on the way, and what is published is wrong, made up, or gone for longer than the fault. */
it.each(tries.map((one) => [one.publisher, one.fault.name, one] as const))("%s, when %s", (publisher, name, one) => {
  const found = played.find((each) => each.fault === one.fault && each.publisher === publisher);
  if (found === undefined) throw new Error("it was not played");

  const { trouble, wrong, crashes, unreadable, doubled, lost, recovery } = found;
  expect({ trouble, wrong, crashes, unreadable }).toEqual({ trouble: [], wrong: [], crashes: [], unreadable: [] });
  if (one.fault.mayDouble === undefined) expect(doubled).toEqual([]);
  if (!one.fault.loses?.includes("told by Lambda")) expect(lost).toBe(0);
  expect(recovery).toBe(one.fault.recovers === "later" ? undefined : (one.fault.recovers ?? 1));
  if (FAULTS_WRITE === undefined) expect(rowOf(found)).toBe(pinnedRows().get(`${publisher} ${name}`));
});

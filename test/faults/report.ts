import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Kind } from "./fault";
import type { Played } from "./run";
import { faults } from "./table";

const FILE = join(__dirname, "../../docs/reliability.md");
/** More names than these are not listed, but counted. */
const MOST_NAMED = 5;

const KINDS: Readonly<Record<Kind, string>> = {
  network: "On the way to Redis",
  server: "Redis itself",
  data: "What Redis holds",
  lambda: "Lambda and its clock",
  api: "PutMetricData",
};

const code = (name: string): string => `\`${name}\``;

/** What was published while a fault lasted, in words that are the same each time. */
export function published({ isUp, why, missing, failed }: Pick<Played, "isUp" | "why" | "missing" | "failed">): string {
  const reason = why.length > 0 ? ` (${why.toSorted().join(", ")})` : "";
  if (missing.includes("quantum_safety_exporter_up")) return "nothing, or not at every slot";
  if (!isUp) return `${code("quantum_safety_redis_up")} 0${reason}, and nothing of Redis`;
  if (missing.length === 0) return failed.length === 0 ? `all${reason}` : `all, ${failed.join(", ")} failed${reason}`;
  const failing = failed.length === 0 ? "" : `; ${failed.join(", ")} failed`;
  const names = missing.length > MOST_NAMED ? `${missing.length} metrics` : missing.map(code).join(", ");
  return `all but ${names}${failing}${reason}`;
}

/** Who would be told, were it to last for ten minutes. */
export function told({ tells }: Pick<Played, "tells">): string {
  const rules = tells.map(({ rule, severity, alarms, times }) => {
    const often = times > 1 ? `, ${times} times` : "";
    return `${rule} (${severity}${alarms > 1 ? `, ${alarms} alarms` : ""}${often})`;
  });
  return rules.length === 0 ? "nobody" : rules.toSorted().join(", ");
}

/** A fault's row, but for by which publisher. */
export function rowOf(one: Played): string {
  const slots = one.recovery === undefined ? "later" : `${one.recovery}`;
  return `${published(one)} | ${slots} | ${told(one)}`;
}

/** The rows that the page has, by publisher and fault. */
export function pinnedRows(): Map<string, string> {
  const rows = new Map<string, string>();
  if (!existsSync(FILE)) return rows;
  for (const line of readFileSync(FILE, "utf8").split("\n")) {
    const [, fault, by, rest] = /^\| (.*?) \| (both|EMF|API) \| (.*) \|$/.exec(line) ?? [];
    if (fault === undefined || rest === undefined) continue;
    for (const publisher of by === "both" ? ["EMF", "API"] : [by]) rows.set(`${publisher} ${fault}`, rest);
  }
  return rows;
}

/** Writes the rows of what was played into the page; those of other faults stay as they are. */
export function writePage(all: readonly Played[], at: Date): void {
  const rows = pinnedRows();
  for (const one of all) rows.set(`${one.publisher} ${one.fault.name}`, rowOf(one));
  const sections = (Object.keys(KINDS) as Kind[]).map((kind) => sectionOf(kind, rows));
  const head = [
    "# What happens when things go wrong",
    "",
    `Written by \`npm run faults\`, last on ${at.toISOString().slice(0, 10)}: ${faults.length} faults, each with both publishers, against the deployed functions on the deployed Node with the deployed heap. Every value that was published is compared with what Redis held; a row is here for what nothing was wrong with.`,
    "",
    "Each fault lasts for two slots of 15 s, after two good ones. *Published meanwhile* is what those slots had. *Recovery* is the slot after the fault, counted from one, with which all is published again (rates, which need two readings of one server, with the next); *later* where something has to be waited for by its nature: a minute of a stream that began anew, or the one to five minutes for which what was too large is not asked for again. *Who is told* is what production's alarms would do if it lasted for ten minutes, by playing its slots again and again, so that no age grows; a rule that tells twice says so.",
    "",
  ];
  writeFileSync(FILE, [...head, ...sections].join("\n"));
}

function sectionOf(kind: Kind, rows: ReadonlyMap<string, string>): string {
  const lines = faults
    .filter((one) => one.kind === kind)
    .flatMap(({ name }) => {
      const [emf, api] = [rows.get(`EMF ${name}`), rows.get(`API ${name}`)];
      if (emf !== undefined && emf === api) return [`| ${name} | both | ${emf} |`];
      return Object.entries({ EMF: emf, API: api }).flatMap(([by, row]) =>
        row === undefined ? [] : [`| ${name} | ${by} | ${row} |`],
      );
    });
  return [
    `## ${KINDS[kind]}`,
    "",
    "| When … | by | published meanwhile | recovery | who is told |",
    "| --- | --- | --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PrometheusAlert } from "../../lib/rules/prometheus";
import type { InputSeries } from "./scraped";
import { SCRAPE_SEC } from "./story";
import type { Subject } from "./subject";
import type { Interval } from "./track";

/** Numbers of the scrapes at which alerts fired: by run, by alert. */
export type Firing = ReadonlyMap<number, ReadonlyMap<string, readonly number[]>>;

/** What promtool prints of a hundred stories. */
const MOST_PRINTED_BYTES = 256 * 1024 * 1024;
const INTERVAL = `${SCRAPE_SEC}s`;

/**
 * Runs many stories through `promtool test rules` at once, which is much faster than a test for each. It tells what it
 * found of expectations that fail: at every scrape nothing is expected to fire.
 */
export async function firing(
  subject: Subject,
  series: readonly InputSeries[],
  runs: readonly number[],
  scrapes: number,
): Promise<Firing> {
  const folder = await mkdtemp(join(tmpdir(), "quantum-watch-parity-"));
  try {
    await writeFile(join(folder, "rules.yml"), JSON.stringify({ groups: [groupOf(subject, runs)] }));
    const expectations = Array.from({ length: scrapes }, (_, scrape) => ({
      expr: 'sum by (alertname, run) (ALERTS{alertstate="firing"})',
      eval_time: `${scrape * SCRAPE_SEC}s`,
      exp_samples: [],
    }));
    const tests = [{ interval: INTERVAL, input_series: series, promql_expr_test: expectations }];
    const file = join(folder, "test.yml");
    await writeFile(file, JSON.stringify({ rule_files: ["rules.yml"], evaluation_interval: INTERVAL, tests }));
    return firingIn(checked(await outputOf(file)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function groupOf({ alert, inhibitors }: Subject, runs: readonly number[]): object {
  const alerts = [alert, ...inhibitors.map((one) => one.alert)];
  return { name: "parity", rules: alerts.flatMap((one) => rulesOf(one, runs)) };
}

/** What is absent has no label of a run: each run needs a rule of its own; what is joined is joined within a run. */
function rulesOf({ alert, expr: told, for: duration }: PrometheusAlert, runs: readonly number[]): object[] {
  const expr = told.replaceAll(" on () ", " on (run) ");
  const rule = { alert, expr, ...(duration === undefined ? {} : { for: duration }) };
  const [, absent] = /^absent\((\w+)\)$/.exec(expr) ?? [];
  return absent === undefined ? [rule] : runs.map((run) => ({ ...rule, expr: `absent(${absent}{run="${run}"})` }));
}

function outputOf(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("promtool", ["test", "rules", file], { maxBuffer: MOST_PRINTED_BYTES }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT")
        reject(new Error("promtool is missing: npm run setup installs it", { cause: error }));
      // It ends with 1 where an expectation failed, which all do at which something fires.
      else if (error !== null && !stderr.includes("FAILED:"))
        reject(new Error(`promtool: ${stderr}`, { cause: error }));
      else resolve(`${stdout}\n${stderr}`);
    });
  });
}

const EXPECTED = /^ *(?:Unit Testing: .*|SUCCESS|FAILED:|expr: .*, time: \w+, ?|exp: ?nil|got: .*)?$/;

/** What is no failed expectation is a mistake in the test, which must not pass for a calm story. */
function checked(text: string): string {
  const strange = text.split("\n").find((line) => !EXPECTED.test(line));
  if (strange !== undefined) throw new Error(`promtool: ${strange.trim()}`);
  return text;
}

function firingIn(text: string): Firing {
  const runs = new Map<number, Map<string, number[]>>();
  let scrape = 0;
  for (const line of text.split("\n")) {
    const [, time] = /^ +expr: .*, time: (\w+),/.exec(line) ?? [];
    if (time !== undefined) scrape = secondsOf(time) / SCRAPE_SEC;
    if (!/^ +got: /.test(line)) continue;
    for (const [, alert = "", run = ""] of line.matchAll(/\{alertname="(\w+)", run="(\d+)"\}/g)) {
      const alerts = runs.get(Number(run)) ?? new Map<string, number[]>();
      const scrapes = alerts.get(alert) ?? [];
      scrapes.push(scrape);
      runs.set(Number(run), alerts.set(alert, scrapes));
    }
  }
  return runs;
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };

/** Seconds of what promtool writes as "1h2m15s". */
function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([dhms])/g)];
  return parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (UNITS[unit] ?? Number.NaN), 0);
}

/** Scrapes that follow each other, as stretches of time. */
export function stretchesOf(scrapes: readonly number[], timeOf: (scrape: number) => number): Interval[] {
  const found: Interval[] = [];
  for (const scrape of scrapes) {
    const [from, to] = [timeOf(scrape), timeOf(scrape + 1)];
    const last = found.at(-1);
    if (last?.to === from) found[found.length - 1] = { from: last.from, to };
    else found.push({ from, to });
  }
  return found;
}

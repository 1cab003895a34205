import { readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { ConfigError } from "../../lib/errors";
import { palette } from "../terminal";
import { environmentNamed } from "./known-rules";
import { unwritable } from "./unreadable";
import { coverageOf } from "./vectors/coverage";
import { readVectors } from "./vectors/read-vectors";
import { coverageLines, failureLines, lacksOf } from "./vectors/report";
import { type Stage, stageOf } from "./vectors/stage";
import { type Tested, testVector } from "./vectors/test-vectors";
import type { Vector } from "./vectors/vector";

/** Where the vectors stand that come with the rules. */
const VECTORS_FOLDER = join(__dirname, "../../alarms");

const PROGRESS_AFTER_MS = 1000;

export interface TestOptions {
  readonly env: string;
  readonly junit?: string;
  readonly json?: boolean;
  readonly only?: string;
}

/** Runs vectors; 1 if one fails or, where all files are run, coverage lacks something. */
export async function testCommand(
  files: readonly string[],
  { env, junit, json, only }: TestOptions,
  print: (text: string) => void,
  folder = VECTORS_FOLDER,
): Promise<number> {
  const stage = stageOf(environmentNamed(env));
  const judged = stage.judged.filter(({ rule }) => only === undefined || rule.name === only);
  if (judged.length === 0) throw new ConfigError(`--only: there is no rule ${JSON.stringify(only)} in ${env}`);
  const vectors = await allVectors(files.length > 0 ? files : await vectorFiles(folder), stage);
  const wanted = vectors.filter(({ rule }) => only === undefined || rule === only);
  const tested = await testAll(wanted, stage);
  const passed = tested.filter(({ failures }) => failures.length === 0);
  const coverage = coverageOf(judged, passed);
  const lacks = files.length > 0 ? [] : lacksOf(coverage);
  print(json ? asJson(tested, coverage, lacks) : asText(tested, coverage, lacks));
  if (junit !== undefined) {
    // It loads slowly, and every command would wait for it.
    const { junitReport } = require("./vectors/junit") as typeof import("./vectors/junit");
    await writeFile(junit, junitReport(tested, lacks)).catch(unwritable(junit));
  }
  return passed.length < tested.length || lacks.length > 0 ? 1 : 0;
}

/** The vectors of several files; throws ConfigError with every mistake in all of them. */
async function allVectors(files: readonly string[], stage: Stage): Promise<Vector[]> {
  const vectors: Vector[] = [];
  const mistakes: string[] = [];
  for (const file of files) {
    try {
      vectors.push(...(await readVectors(file, stage)));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      mistakes.push(error.message);
    }
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes.join("\n"));
  return vectors;
}

/** The files of a folder, as they are called from here. */
async function vectorFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const files = names.filter((name) => name.endsWith(".vectors.yaml")).toSorted();
  return files.map((name) => relative(process.cwd(), join(folder, name)));
}

/** Tells on a terminal how far it is, once that takes a while. */
async function testAll(vectors: readonly Vector[], stage: Stage): Promise<Tested[]> {
  const tested: Tested[] = [];
  const begun = Date.now();
  for (const vector of vectors) {
    tested.push(testVector(vector, stage));
    if (!process.stderr.isTTY || Date.now() - begun < PROGRESS_AFTER_MS) continue;
    process.stderr.write(
      `\r${tested.length} of ${vectors.length} vectors${tested.length < vectors.length ? "" : "\n"}`,
    );
  }
  return tested;
}

type Coverage = ReturnType<typeof coverageOf>;

function asText(tested: readonly Tested[], coverage: Coverage, lacks: readonly string[]): string {
  const colour = palette(process.stdout.isTTY);
  const failed = tested.filter(({ failures }) => failures.length > 0).length;
  const sum = `${tested.length - failed} of ${tested.length} vectors pass`;
  const blocks = [
    failureLines(tested, colour),
    coverageLines(coverage, colour),
    lacks.map((sentence) => colour.bad(sentence)),
    [failed > 0 ? colour.bad(sum) : colour.good(sum)],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function asJson(tested: readonly Tested[], coverage: Coverage, lacks: readonly string[]): string {
  const vectors = tested.map(({ vector: { name, file, line, rule }, outcome, failures }) => ({
    name,
    file,
    line,
    rule,
    failures,
    pages: outcome.pages,
    transitions: outcome.transitions,
  }));
  return JSON.stringify({ vectors, coverage: Object.fromEntries(coverage), lacks });
}

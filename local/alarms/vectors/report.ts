import type { RuleName } from "../../../lib/rules/names";
import { type Palette, printable } from "../../terminal";
import { CELLS, type Covered, uncovered } from "./coverage";
import type { Tested } from "./test-vectors";

const HEADS = ["rule", "fired", "quiet", "gap", "recovered", "suppressed"];

/** What coverage lacks, a sentence each. */
export function lacksOf(coverage: ReadonlyMap<RuleName, Covered>): string[] {
  return [...coverage].flatMap(([rule, covered]) =>
    uncovered(covered).map((cell) => `${rule} has no vector in which it ${SHOWS[cell]}`),
  );
}

const SHOWS = {
  fired: "fires",
  quiet: "stays quiet",
  gap: "meets a gap and does what it declares",
  recovered: "recovers",
  suppressed: "is suppressed",
} as const;

/** A paragraph for each vector that fails: its name, and a line for each thing that came otherwise. */
export function failureLines(tested: readonly Tested[], colour: Palette): string[] {
  return tested
    .filter(({ failures }) => failures.length > 0)
    .flatMap(({ vector: { file, line, name }, failures }) =>
      [colour.bad(printable(`FAIL ${file}:${line}: ${name}`))].concat(
        failures.map((one) => printable(`  ${file}:${one.line}: ${one.message}`)),
      ),
    );
}

/** The table of what vectors show of each rule: how many show it, `-` where there is nothing to show. */
export function coverageLines(coverage: ReadonlyMap<RuleName, Covered>, colour: Palette): string[] {
  const rows = [...coverage].map(([rule, covered]) =>
    Array.of<string>(rule).concat(CELLS.map((cell) => String(covered[cell] ?? "-"))),
  );
  const widths = HEADS.map((head, column) => Math.max(head.length, ...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [
    colour.dim(line(HEADS)),
    ...rows.map((cells) => (cells.includes("0") ? colour.bad(line(cells)) : line(cells))),
  ];
}

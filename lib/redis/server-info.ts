import type { Info } from "./read-only";

/** What one server's section says of one thing: NaN where it must and does not, undefined where it need not. */
export type Extract = (info: Info) => number | undefined;

/** How the values of several primaries become one. */
export type Combine = (values: readonly number[]) => number;

export const sum: Combine = (values) => values.reduce((total, value) => total + value, 0);
export const least: Combine = (values) => Math.min(...values);
export const greatest: Combine = (values) => Math.max(...values);
/** Of limits where 0 is none. */
export const limit: Combine = (values) => (values.includes(0) ? 0 : sum(values));

/** A number; so many of its unit are one of ours. A quotient is rounded once, where a factor such as 1e-6 is inexact. */
export const field =
  (name: string, inOne = 1): Extract =>
  (info) =>
    numberIn(info.get(name)) / inOne;

/** 1 where a field says so, 0 where it says anything else. */
export const says =
  (name: string, text: string, absent?: number): Extract =>
  (info) => {
    const value = info.get(name);
    return value === undefined ? absent : Number(value === text);
  };

/** A part of `name:part=1,other=2` lines, added up over the lines whose names begin alike, under their heading. */
export const total =
  (heading: string, prefix: string, part: string): Extract =>
  (info) =>
    info.has(`# ${heading}`) ? sum(linesOf(info, prefix).map((line) => partOf(line, part))) : Number.NaN;

/** How far the replica furthest behind is behind this primary, in bytes; only those that are past their first copy. */
export const replicaLag: Extract = (info) => {
  const online = linesOf(info, "slave").filter((line) => line.includes("state=online"));
  const offset = numberIn(info.get("master_repl_offset"));
  return online.length === 0 ? undefined : Math.max(0, ...online.map((line) => offset - partOf(line, "offset")));
};

const linesOf = (info: Info, prefix: string): string[] =>
  [...info].flatMap(([name, value]) => (name.startsWith(prefix) && value.includes("=") ? [value] : []));

function partOf(line: string, part: string): number {
  return numberIn(
    line
      .split(",")
      .find((one) => one.startsWith(`${part}=`))
      ?.slice(part.length + 1),
  );
}

/** Whatever else a server may write there ("nan", "") is no number. */
const numberIn = (text: string | undefined): number => (/^-?\d+(\.\d+)?$/.test(text ?? "") ? Number(text) : Number.NaN);

import { suppressionOf } from "../../../lib/rules/inhibition";
import type { RuleName } from "../../../lib/rules/names";
import type { Rule } from "../../../lib/rules/rule";
import { gapsMet, type InGap } from "./gaps";
import type { Outcome } from "./run-vector";
import { type Judged, namesOf } from "./stage";
import type { Vector } from "./vector";

/** What vectors show of a rule. */
export const CELLS = ["fired", "quiet", "gap", "recovered", "suppressed"] as const;

export type Cell = (typeof CELLS)[number];

/** By cell how many vectors show it; undefined where there is nothing to show. */
export type Covered = Readonly<Record<Cell, number | undefined>>;

const DECLARED: Readonly<Record<Rule["whenMissing"], InGap>> = { keep: "kept", fires: "fired", ok: "ok" };

/** What a rule has to do in a gap, having fired before it where it may keep or drop that. */
export const inGap = ({ whenMissing }: Rule): InGap => DECLARED[whenMissing];

/** How well vectors that pass cover each rule that is judged; incidents over all alarms count for none. */
export function coverageOf(
  judged: readonly Judged[],
  passed: readonly { readonly vector: Vector; readonly outcome: Outcome }[],
): ReadonlyMap<RuleName, Covered> {
  const rules = new Map(judged.map(({ rule }) => [rule.name, rule]));
  return new Map(
    [...rules.values()].map((rule) => {
      const shown = passed
        .filter(({ vector }) => vector.rule === rule.name)
        .map((one) => shownBy(one.vector, one.outcome));
      const count = (cell: Cell): number | undefined =>
        cell === "suppressed" && !suppressionOf(rule) ? undefined : shown.filter((cells) => cells.has(cell)).length;
      return [rule.name, Object.fromEntries(CELLS.map((cell) => [cell, count(cell)])) as Covered];
    }),
  );
}

/** The cells of a rule that no vector shows. */
export function uncovered(covered: Covered): Cell[] {
  return CELLS.filter((cell) => covered[cell] === 0);
}

/** What a vector shows of its own rule. */
function shownBy(vector: Vector, outcome: Outcome): ReadonlySet<Cell> {
  const own = vector.judged.find(({ name }) => name === vector.alarm);
  if (!own) return new Set();
  const changes = outcome.transitions.filter(({ alarm }) => alarm === own.name);
  const told = outcome.pages.filter(({ alarm }) => alarm === own.name);
  // One that is shown only tells nobody, so that its states have to do.
  const heard = own.rule.isShownOnly ? changes.map(({ to }) => to) : told.map(({ state }) => state);
  const fired = heard.indexOf("ALARM");
  const hasData = changes.length > 0;
  const shown: Readonly<Record<Cell, boolean>> = {
    fired: fired !== -1,
    quiet: hasData && !changes.some(({ to }) => to === "ALARM"),
    gap: metGap(vector, outcome, own),
    recovered: fired !== -1 && heard.lastIndexOf("OK") > fired,
    suppressed: isSuppressed(vector, outcome, own),
  };
  return new Set(CELLS.filter((cell) => shown[cell]));
}

/** By the alarm on the condition: what stands beside it looks at other metrics. */
function metGap(vector: Vector, outcome: Outcome, own: Judged): boolean {
  const [judging] = own.alarms;
  const [name = own.name] = namesOf(own);
  return judging !== undefined && gapsMet(vector, outcome, judging, name).includes(inGap(own.rule));
}

/** Whether it and what keeps it quiet fired at the same time, and nobody was told of it by the end of that. */
function isSuppressed({ length }: Vector, { transitions, pages }: Outcome, { name, rule }: Judged): boolean {
  const suppressor = suppressionOf(rule)?.by;
  // Of a rule that is split, the alarm of the same label.
  const by = suppressor?.perLabel ? `${suppressor.name}${name.slice(rule.name.length)}` : suppressor?.name;
  const spansOf = (alarm: string | undefined): { from: number; to: number }[] => {
    const changes = transitions.filter((one) => one.alarm === alarm);
    return changes.flatMap(({ t, to }, at) => (to === "ALARM" ? [{ from: t, to: changes[at + 1]?.t ?? length }] : []));
  };
  const others = spansOf(by);
  return spansOf(name).some(({ from, to }) =>
    others.some((other) => {
      const end = Math.min(to, other.to);
      const isTold = pages.some(({ alarm, at }) => alarm === name && at >= from && at <= end);
      return other.from <= to && other.to >= from && !isTold;
    }),
  );
}

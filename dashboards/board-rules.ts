import { rules } from "../alarms";
import type { BoardName, RuleName } from "../lib/rules/names";
import type { Rule } from "../lib/rules/rule";

/** The rules that a board is there for, and others that say why it may be empty. */
export function rulesOf(board: BoardName, ...others: readonly RuleName[]): readonly Rule[] {
  return rules.filter((rule) => rule.board === board || others.includes(rule.name));
}

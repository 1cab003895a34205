import { ConfigError } from "../../errors";
import type { Expression, Operator } from "./expression";
import { functionNamed } from "./functions";
import { datum, isNumber, type Series, single, type Value } from "./series";

/**
 * Evaluates metric math over the periods of an alarm's range, told by their starts in epoch seconds, oldest first;
 * `known` holds the series or number of every id. Throws ConfigError where a value is of the wrong kind.
 */
export function evaluate(expression: Expression, starts: readonly number[], known: ReadonlyMap<string, Value>): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "metric":
      return known.get(expression.id) ?? [];
    case "word":
      throw new ConfigError(`metric math: ${expression.text} has a place in FILL only`);
    case "list":
      return { items: expression.items.map((one) => evaluate(one, starts, known)) };
    case "negative":
      return operate("-", 0, single(evaluate(expression.of, starts, known)));
    case "operation": {
      const { operator, left, right } = expression;
      return operate(operator, single(evaluate(left, starts, known)), single(evaluate(right, starts, known)));
    }
    case "call":
      return functionNamed(expression.name)(expression.args, (one) => evaluate(one, starts, known), starts);
  }
}

/**
 * Two series: a side that is missing counts as 0 where the other has a value, and where neither has one there is none.
 * A series and a number: only where the series has a value.
 */
function operate(operator: Operator, left: number | Series, right: number | Series): number | Series {
  const apply = OPERATIONS[operator];
  if (isNumber(left)) {
    return isNumber(right)
      ? apply(left, right)
      : right.map((value) => (value === null ? null : datum(apply(left, value))));
  }
  if (isNumber(right)) return left.map((value) => (value === null ? null : datum(apply(value, right))));
  return left.map((value, place) => {
    const other = right[place] ?? null;
    return value === null && other === null ? null : datum(apply(value ?? 0, other ?? 0));
  });
}

const flag = (isTrue: boolean): number => (isTrue ? 1 : 0);

const OPERATIONS: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  OR: (a, b) => flag(a !== 0 || b !== 0),
  AND: (a, b) => flag(a !== 0 && b !== 0),
  "==": (a, b) => flag(a === b),
  "!=": (a, b) => flag(a !== b),
  "<=": (a, b) => flag(a <= b),
  ">=": (a, b) => flag(a >= b),
  "<": (a, b) => flag(a < b),
  ">": (a, b) => flag(a > b),
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
};

/** A metric-math expression, parsed. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "metric"; readonly id: string }
  /** How FILL fills: REPEAT or LINEAR. */
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "negative"; readonly of: Expression }
  | { readonly kind: "operation"; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

export const OPERATORS = ["OR", "AND", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^"] as const;

export type Operator = (typeof OPERATORS)[number];

/** Ids of every metric or expression that an expression names. */
export function idsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "number":
    case "word":
      return [];
    case "metric":
      return [expression.id];
    case "list":
      return expression.items.flatMap(idsIn);
    case "negative":
      return idsIn(expression.of);
    case "operation":
      return [...idsIn(expression.left), ...idsIn(expression.right)];
    case "call":
      return expression.args.flatMap(idsIn);
  }
}

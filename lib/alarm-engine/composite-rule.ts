import { ConfigError } from "../errors";
import type { State } from "./state";

/** A composite's rule, parsed; children stand under the names or ARNs that the rule gives them. */
export type RuleExpression =
  | { readonly kind: "state"; readonly child: string; readonly state: State }
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "not"; readonly of: RuleExpression }
  | { readonly kind: "and" | "or"; readonly left: RuleExpression; readonly right: RuleExpression }
  | {
      readonly kind: "atLeast";
      readonly count: number;
      readonly state: State;
      readonly isNegated: boolean;
      readonly children: readonly string[];
    };

const TOKEN = /\s*(?:(\()|(\))|(,)|"((?:[^"\\]|\\.)*)"|([^\s(),"]+))/y;
const STATES: readonly State[] = ["ALARM", "OK", "INSUFFICIENT_DATA"];

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Parses an AlarmRule; throws ConfigError for what CloudWatch would refuse, and for percentages in AT_LEAST. */
export function parseRule(text: string): RuleExpression {
  const parser = new RuleParser(tokens(text), text);
  return parser.whole();
}

/** Whether the rule is true of these states; a child that is not known is an error of the caller's. */
export function isTrue(rule: RuleExpression, stateOf: (child: string) => State): boolean {
  switch (rule.kind) {
    case "state":
      return stateOf(rule.child) === rule.state;
    case "constant":
      return rule.value;
    case "not":
      return !isTrue(rule.of, stateOf);
    case "and":
      return isTrue(rule.left, stateOf) && isTrue(rule.right, stateOf);
    case "or":
      return isTrue(rule.left, stateOf) || isTrue(rule.right, stateOf);
    case "atLeast": {
      const { children, state, isNegated, count } = rule;
      return children.filter((child) => (stateOf(child) === state) !== isNegated).length >= count;
    }
  }
}

/** Every child that a rule names, as it names it. */
export function childrenOf(rule: RuleExpression): string[] {
  switch (rule.kind) {
    case "state":
      return [rule.child];
    case "constant":
      return [];
    case "not":
      return childrenOf(rule.of);
    case "and":
    case "or":
      return [...childrenOf(rule.left), ...childrenOf(rule.right)];
    case "atLeast":
      return [...rule.children];
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new ConfigError(`alarm rule: cannot read ${JSON.stringify(text)}`);
    const quoted = match[4];
    if (quoted === undefined) found.push({ text: match[0].trim(), isQuoted: false });
    else found.push({ text: quoted.replaceAll(/\\(.)/g, "$1"), isQuoted: true });
  }
  return found;
}

/** Recursive descent over `or` < `and` < `not` < atom. */
class RuleParser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  #next = 0;

  constructor(all: readonly Token[], text: string) {
    this.#tokens = all;
    this.#text = text;
  }

  whole(): RuleExpression {
    const rule = this.#or();
    if (this.#next < this.#tokens.length) this.#fail();
    return rule;
  }

  #or(): RuleExpression {
    let left = this.#and();
    while (this.#took("OR")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): RuleExpression {
    let left = this.#not();
    while (this.#took("AND")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): RuleExpression {
    if (this.#took("NOT")) return { kind: "not", of: this.#not() };
    if (this.#took("(")) {
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    if (this.#took("TRUE")) return { kind: "constant", value: true };
    if (this.#took("FALSE")) return { kind: "constant", value: false };
    return this.#took("AT_LEAST") ? this.#atLeast() : this.#state();
  }

  #state(): RuleExpression {
    const state = this.#stateName();
    this.#expect("(");
    const child = this.#name();
    this.#expect(")");
    return { kind: "state", child, state };
  }

  #atLeast(): RuleExpression {
    this.#expect("(");
    const count = this.#name();
    if (count.endsWith("%")) {
      throw new ConfigError(`AT_LEAST(${count}, …): how CloudWatch rounds a percentage is not documented; use a count`);
    }
    if (!/^\d+$/.test(count)) this.#fail();
    this.#expect(",");
    const isNegated = this.#took("NOT");
    const state = this.#stateName();
    this.#expect(",");
    this.#expect("(");
    const children = [this.#name()];
    while (this.#took(",")) children.push(this.#name());
    this.#expect(")");
    this.#expect(")");
    return { kind: "atLeast", count: Number(count), state, isNegated, children };
  }

  #stateName(): State {
    const state = STATES.find((one) => this.#took(one));
    return state ?? this.#fail();
  }

  #name(): string {
    const token = this.#tokens[this.#next];
    if (token === undefined || (!token.isQuoted && ["(", ")", ","].includes(token.text))) return this.#fail();
    this.#next += 1;
    return token.text;
  }

  #took(text: string): boolean {
    const token = this.#tokens[this.#next];
    const isIt = token !== undefined && !token.isQuoted && token.text === text;
    if (isIt) this.#next += 1;
    return isIt;
  }

  #expect(text: string): void {
    if (!this.#took(text)) this.#fail();
  }

  #fail(): never {
    const at = this.#tokens[this.#next]?.text ?? "its end";
    throw new ConfigError(`alarm rule: unexpected ${JSON.stringify(at)} in ${JSON.stringify(this.#text)}`);
  }
}

import { ConfigError } from "../../errors";
import { type Expression, type Operator, OPERATORS } from "./expression";
import { functionNamed } from "./functions";

/** Number, name, text in quotes (so that the function it is for can be refused by name), operator or bracket. */
const TOKEN =
  /\s*(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_][A-Za-z0-9_]*|"[^"]*"|'[^']*'|&&|\|\||==|!=|<=|>=|[-+*/^<>(),[\]])/y;
/** Words that FILL takes; ids begin with a small letter. */
const WORDS = new Set(["REPEAT", "LINEAR"]);
const SPELLINGS: Readonly<Record<string, Operator>> = { "&&": "AND", "||": "OR" };
/** How strongly an operator binds; those of one line bind alike, from the left. */
const BINDING: Readonly<Record<Operator, number>> = {
  OR: 1,
  AND: 2,
  "==": 3,
  "!=": 3,
  "<=": 3,
  ">=": 3,
  "<": 3,
  ">": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "^": 6,
};

/** Parses metric math; throws ConfigError for what is not understood and for functions that are not built here. */
export function parseExpression(text: string): Expression {
  if (/^\s*SELECT\s/i.test(text)) throw new ConfigError("metric math: a Metrics Insights query is not evaluated here");
  return new ExpressionParser(text).whole();
}

class ExpressionParser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  whole(): Expression {
    const expression = this.#binary(0);
    if (this.#next < this.#tokens.length) this.#fail();
    return expression;
  }

  #binary(least: number): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#operator();
      if (operator === undefined || BINDING[operator] <= least) return left;
      this.#next += 1;
      left = { kind: "operation", operator, left, right: this.#binary(BINDING[operator]) };
    }
  }

  #unary(): Expression {
    return this.#took("-") ? { kind: "negative", of: this.#unary() } : this.#atom();
  }

  #atom(): Expression {
    const token = this.#tokens[this.#next] ?? this.#fail();
    this.#next += 1;
    if (token === "(") return this.#closed(")", this.#binary(0));
    if (token === "[") return { kind: "list", items: this.#items("]") };
    if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
    if (WORDS.has(token)) return { kind: "word", text: token };
    if (this.#tokens[this.#next] === "(" && /^[A-Z]/.test(token)) return this.#call(token);
    return /^[a-z]/.test(token) ? { kind: "metric", id: token } : this.#fail();
  }

  #call(name: string): Expression {
    functionNamed(name);
    this.#next += 1;
    return { kind: "call", name, args: this.#items(")") };
  }

  #items(end: string): Expression[] {
    if (this.#took(end)) return [];
    const items = [this.#binary(0)];
    while (this.#took(",")) items.push(this.#binary(0));
    return this.#closed(end, items);
  }

  #closed<T>(end: string, inner: T): T {
    return this.#took(end) ? inner : this.#fail();
  }

  #operator(): Operator | undefined {
    const token = this.#tokens[this.#next] ?? "";
    return SPELLINGS[token] ?? OPERATORS.find((operator) => operator === token);
  }

  #took(token: string): boolean {
    const isIt = this.#tokens[this.#next] === token;
    if (isIt) this.#next += 1;
    return isIt;
  }

  #fail(): never {
    const at = this.#tokens[this.#next - 1] ?? "its beginning";
    throw new ConfigError(`metric math: cannot go on after ${JSON.stringify(at)} in ${JSON.stringify(this.#text)}`);
  }
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new ConfigError(`metric math: cannot read ${JSON.stringify(text.slice(start))}`);
    found.push(match[0].trim());
  }
  return found;
}

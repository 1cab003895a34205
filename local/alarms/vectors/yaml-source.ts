import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

import { ConfigError } from "../../../lib/errors";

/** One key of a map, and where it stands. */
export interface Entry {
  readonly key: string;
  readonly at: Node;
  readonly value: Node;
}

/** A YAML file that names the line of whatever is wrong in it; every scalar is the text that was written. */
export class YamlSource {
  readonly root: Node;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document;

  /** Throws ConfigError for text that is no YAML. */
  constructor(file: string, text: string) {
    this.#file = file;
    this.#document = parseDocument(text, { schema: "failsafe", lineCounter: this.#lines, prettyErrors: false });
    const [error] = this.#document.errors;
    if (error) throw new ConfigError(`${file}:${this.#lines.linePos(error.pos[0]).line}: ${error.message}`);
    const { contents } = this.#document;
    if (!contents) throw new ConfigError(`${file}:1: is empty`);
    this.root = contents;
  }

  lineOf({ range }: Node): number {
    return this.#lines.linePos(range?.[0] ?? 0).line;
  }

  /** Throws ConfigError with the place. */
  fail(node: Node, sentence: string): never {
    throw new ConfigError(`${this.#file}:${this.lineOf(node)}: ${sentence}`);
  }

  /** Reads by something that throws ConfigError, and says where. */
  at<T>(node: Node, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof ConfigError) this.fail(node, error.message);
      throw error;
    }
  }

  text(node: Node, what: string): string {
    const own = this.#own(node);
    if (isScalar(own) && typeof own.value === "string" && own.value.trim() !== "") return own.value;
    return this.fail(node, `${what} has to be a text`);
  }

  list(node: Node, what: string): Node[] {
    const own = this.#own(node);
    return isSeq<Node>(own) ? own.items : this.fail(node, `${what} has to be a list`);
  }

  /** A list, or the one thing that it would hold. */
  oneOrMore(node: Node): Node[] {
    const own = this.#own(node);
    return isSeq<Node>(own) ? own.items : [node];
  }

  isText(node: Node): boolean {
    return isScalar(this.#own(node));
  }

  /** The entries of a map; with `known`, those only. */
  map(node: Node, what: string, known?: readonly string[]): Entry[] {
    const own = this.#own(node);
    if (!isMap<Node, Node | null>(own)) return this.fail(node, `${what} has to be a map`);
    return own.items.map(({ key: at, value }) => {
      const key = this.text(at, "a key");
      if (known && !known.includes(key)) this.fail(at, `${what} has no ${key}; there are ${known.join(", ")}`);
      return { key, at, value: value ?? at };
    });
  }

  #own(node: Node): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }
}

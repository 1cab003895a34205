import { isInPart } from "../harvest/part";
import type { Found, HarvestSettings, Part } from "../harvest/settings";
import { unknown } from "../reading";
import type { RedisLink } from "./link";
import { parseScan, reading } from "./replies";

/** Calls of SCAN at most each time: with 1000 keys a call, a million keys are seen in 50 times, within 15 minutes. */
export const MOST_CALLS = 20;
/** What SCAN is asked for; it looks at as many keys in a call, or a few more, before it matches them. */
export const KEYS_A_CALL = 1000;
/** Looking around must be over before the next mark, which may be 5 s after the last and takes its own time. */
const LIMIT_MS = 1500;
/** Longer than any symbol of any exchange; and none has what parts rows and columns in the log. */
const SYMBOL = /^[^\s,;]{1,40}$/;

/**
 * Looks through all keys for those of a prefix, some of them at a time between the marks, node by node and again from
 * the beginning after the last. What was found stays found.
 */
export class KeyScan {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #part: Part;
  readonly #most: number;
  readonly #symbols = new Set<string>();
  #pending: { readonly node: string; cursor: string }[] = [];
  #isComplete = false;
  #isFull = false;
  #refusal: string | undefined;

  /** Finds at most so many symbols of a part: of more, the function could not read all in time. */
  constructor(link: RedisLink, key: string, { part, mostSymbols }: Pick<HarvestSettings, "part" | "mostSymbols">) {
    this.#link = link;
    this.#prefix = `${key}:`;
    this.#part = part;
    this.#most = mostSymbols;
  }

  get found(): Found {
    const isComplete = this.#isComplete && !this.#isFull;
    return { symbols: this.#symbols, isComplete, refusal: this.#refusal ?? this.#overflow() };
  }

  #overflow(): string | undefined {
    if (!this.#isFull) return undefined;
    return `${this.#prefix}*: more than the ${this.#most} symbols that this function is made for, and nothing is said of all; harvest.mostSymbols makes it larger`;
  }

  /** Goes on where it stopped; never throws, as whatever is wrong with Redis is told by the next sample. */
  async advance(): Promise<void> {
    const deadline = Date.now() + LIMIT_MS;
    this.#refusal = undefined;
    try {
      const nodes = await this.#link.nodes(deadline);
      // A cluster that has changed is looked through anew: keys may have moved to where was looked already.
      if (!this.#pending.every(({ node }) => nodes.includes(node))) this.#pending = [];
      if (this.#pending.length === 0) this.#pending = nodes.map((node) => ({ node, cursor: "0" }));
      for (let calls = 0; calls < MOST_CALLS && this.#pending.length > 0 && Date.now() < deadline; calls++) {
        if (!(await this.#step(deadline))) return;
      }
    } catch {
      // The connection is closed by now, and the next sample says so.
    }
  }

  /** One call; false when Redis refuses. */
  async #step(deadline: number): Promise<boolean> {
    const [first] = this.#pending;
    if (first === undefined) return true;
    const pattern = `${this.#prefix.replaceAll(/[*?[\]\\^]/g, String.raw`\$&`)}*`;
    const [reply] = await this.#link.send({
      requests: [
        {
          key: undefined,
          node: first.node,
          command: ["SCAN", first.cursor, "MATCH", pattern, "COUNT", String(KEYS_A_CALL)],
        },
      ],
      mayReconnect: false,
      deadline,
      onSend: () => undefined,
    });
    const page = reply instanceof Error ? unknown(reply.message) : reading(pattern, reply, parseScan);
    if (!("known" in page)) {
      this.#refusal = `${pattern}: ${"unknown" in page ? page.unknown : page.broken.what}`;
      return false;
    }
    const { cursor, keys } = page.known;
    for (const key of keys) this.#add(key.slice(this.#prefix.length));
    first.cursor = cursor;
    if (cursor === "0") this.#pending.shift();
    if (this.#pending.length === 0) this.#isComplete = true;
    return true;
  }

  #add(symbol: string): void {
    if (!SYMBOL.test(symbol) || !isInPart(symbol, this.#part) || this.#symbols.has(symbol)) return;
    if (this.#symbols.size < this.#most) this.#symbols.add(symbol);
    else this.#isFull = true;
  }
}

import { ReplyError } from "ioredis";

/** What the bytes so far do not hold as a whole. */
const INCOMPLETE = Symbol("incomplete");
const CR = 13;
const MINUS = 45;
const ZERO = 48;
const [SIMPLE, ERROR, INTEGER, BULK, ARRAY] = Array.from("+-:$*", (marker) => marker.charCodeAt(0));

/** Reads replies of RESP2 from a connection's bytes as they come: text, whole numbers, null, arrays and errors. */
export class ReplyReader {
  readonly #onReply: (reply: unknown) => void;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(onReply: (reply: unknown) => void) {
    this.#onReply = onReply;
  }

  /** Takes what came; every reply that is whole by now is handed on. */
  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    this.#at = 0;
    for (let begin = 0; ; begin = this.#at) {
      const reply = this.#read();
      if (reply === INCOMPLETE) {
        this.#bytes = this.#bytes.subarray(begin);
        return;
      }
      this.#onReply(reply);
    }
  }

  #read(): unknown {
    const marker = this.#bytes[this.#at];
    const begin = this.#at + 1;
    const end = this.#bytes.indexOf(CR, begin);
    // The line feed must have come too.
    if (marker === undefined || end < 0 || end + 1 >= this.#bytes.length) return INCOMPLETE;
    this.#at = end + 2;
    switch (marker) {
      case SIMPLE:
        return this.#bytes.toString("utf8", begin, end);
      case ERROR:
        return new ReplyError(this.#bytes.toString("utf8", begin, end));
      case INTEGER:
        return this.#number(begin, end);
      case BULK:
        return this.#text(this.#number(begin, end));
      case ARRAY:
        return this.#array(this.#number(begin, end));
      default:
        throw new Error(`RESP2 has no type ${JSON.stringify(String.fromCharCode(marker))}`);
    }
  }

  #number(begin: number, end: number): number {
    const isNegative = this.#bytes[begin] === MINUS;
    let value = 0;
    for (let at = isNegative ? begin + 1 : begin; at < end; at++) value = value * 10 + (this.#bytes[at] ?? 0) - ZERO;
    return isNegative ? -value : value;
  }

  #text(length: number): unknown {
    if (length < 0) return null;
    const begin = this.#at;
    if (begin + length + 2 > this.#bytes.length) return INCOMPLETE;
    this.#at = begin + length + 2;
    return this.#bytes.toString("utf8", begin, begin + length);
  }

  #array(length: number): unknown {
    if (length < 0) return null;
    const items: unknown[] = [];
    for (let item = 0; item < length; item++) {
      const one = this.#read();
      if (one === INCOMPLETE) return INCOMPLETE;
      items.push(one);
    }
    return items;
  }
}

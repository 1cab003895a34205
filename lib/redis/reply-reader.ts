import { ReplyError } from "ioredis";

import { ITEM_COST, MOST_OF_REPLY, OversizedReply, type TextLimit, textLimit } from "./oversized";

/** What the replies to all that is asked together may cost, and how short a reply is never to blame for the others. */
const MOST_IN_ALL = 16_000_000;
const NEVER_TO_BLAME = 65_536;
/** A line is a number, a state or a refusal. */
const MOST_OF_LINE = 65_536;
/** Replies of Redis are lists in lists in lists. */
const MOST_DEPTH = 8;

const LF = 10;
const CR = 13;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const [SIMPLE, ERROR, INTEGER, BULK, ARRAY] = Array.from("+-:$*", (marker) => marker.charCodeAt(0));

interface List {
  readonly items: unknown[];
  readonly length: number;
}

interface Text {
  /** What is kept of it: all, its beginning or nothing. */
  readonly kept: Buffer;
  /** With the end of its line. */
  readonly length: number;
  filled: number;
}

/**
 * Reads replies of RESP2 from a connection's bytes as they come: text, whole numbers, null, arrays and errors. Every
 * byte is looked at once. Throws OversizedReply for a reply that costs too much, as soon as its lengths say so, and
 * Error for what is no RESP2; nothing that comes after can be read.
 */
export class ReplyReader {
  readonly #onReply: (reply: unknown) => void;
  readonly #limit: () => TextLimit;
  #passedOver: OversizedReply | undefined;
  readonly #lists: List[] = [];
  #line: Buffer | undefined;
  #text: Text | undefined;
  #cost = 0;
  #costInAll = 0;

  /** `limit` is asked as a text begins; where one is refused, its whole reply is an OversizedReply. */
  constructor(onReply: (reply: unknown) => void, limit: () => TextLimit = textLimit) {
    this.#onReply = onReply;
    this.#limit = limit;
  }

  /** Whether no reply has begun that is not whole yet. */
  get isBetween(): boolean {
    return this.#line === undefined && this.#text === undefined && this.#lists.length === 0;
  }

  /** Takes what came; every reply that is whole by now is handed on. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) at = this.#text ? this.#fill(this.#text, chunk, at) : this.#take(chunk, at);
  }

  /** Reads one line, and the text after it where that is whole; gives the place after it. */
  #take(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(LF, at);
    const before = this.#line;
    if ((before?.length ?? 0) + (end < 0 ? chunk.length : end) - at > MOST_OF_LINE)
      throw new Error("a line has no end");
    if (end < 0) {
      // Copied: what is only a view of a chunk keeps all of it.
      this.#line = Buffer.concat([before ?? Buffer.alloc(0), chunk.subarray(at)]);
      return chunk.length;
    }
    this.#line = undefined;
    if (before === undefined) return this.#read(chunk, at, end, chunk, end + 1);
    const line = Buffer.concat([before, chunk.subarray(at, end + 1)]);
    return this.#read(line, 0, line.length - 1, chunk, end + 1);
  }

  /** Reads the line from `at` to the line feed at `end`; what follows it is at `next` of the chunk. */
  #read(line: Buffer, at: number, end: number, chunk: Buffer, next: number): number {
    if (end - 1 <= at || line[end - 1] !== CR) throw new Error("a line does not end as RESP2 ends it");
    const marker = line[at] ?? 0;
    switch (marker) {
      case SIMPLE:
        this.#done(line.toString("utf8", at + 1, end - 1));
        return next;
      case ERROR:
        this.#done(new ReplyError(line.toString("utf8", at + 1, end - 1)));
        return next;
      case INTEGER:
        this.#done(numberIn(line, at + 1, end - 1));
        return next;
      case BULK:
        return this.#begin(numberIn(line, at + 1, end - 1), chunk, next);
      case ARRAY:
        this.#list(numberIn(line, at + 1, end - 1));
        return next;
      default:
        throw new Error(`RESP2 has no type ${JSON.stringify(String.fromCharCode(marker))}`);
    }
  }

  #begin(length: number, chunk: Buffer, at: number): number {
    if (length < 0) {
      this.#done(null);
      return at;
    }
    this.#spend(length);
    const { most, beyond, longest } = this.#limit();
    if (length > longest) throw new OversizedReply(length, longest, true);
    if (length > most) {
      if (beyond === "refused") this.#passedOver ??= new OversizedReply(length, most, false);
      this.#text = { kept: Buffer.allocUnsafe(beyond === "refused" ? 0 : most), length: length + 2, filled: 0 };
      return at;
    }
    if (at + length + 2 <= chunk.length) {
      this.#done(textIn(chunk, at, length));
      return at + length + 2;
    }
    this.#text = { kept: Buffer.allocUnsafe(length + 2), length: length + 2, filled: 0 };
    return at;
  }

  #fill(text: Text, chunk: Buffer, at: number): number {
    const { kept, length, filled } = text;
    const next = Math.min(chunk.length, at + length - filled);
    if (filled < kept.length) chunk.copy(kept, filled, at, next);
    text.filled += next - at;
    if (text.filled === length) {
      this.#text = undefined;
      this.#done(kept.length === length ? textIn(kept, 0, length - 2) : kept.toString("utf8"));
    }
    return next;
  }

  #list(length: number): void {
    if (length <= 0) {
      this.#done(length < 0 ? null : []);
      return;
    }
    this.#spend(length * ITEM_COST);
    if (this.#lists.length === MOST_DEPTH) throw new Error(`lists are in each other more than ${MOST_DEPTH} deep`);
    this.#lists.push({ items: [], length });
  }

  #spend(cost: number): void {
    this.#cost += cost;
    this.#costInAll += cost;
    // A short reply is not to be blamed for what others weigh.
    const isTooMuch = this.#costInAll > MOST_IN_ALL && this.#cost > NEVER_TO_BLAME;
    if (this.#cost > MOST_OF_REPLY || isTooMuch) throw new OversizedReply(this.#cost, MOST_OF_REPLY, true);
  }

  #done(value: unknown): void {
    let whole = value;
    for (let list = this.#lists.at(-1); list !== undefined; list = this.#lists.at(-1)) {
      list.items.push(whole);
      if (list.items.length < list.length) return;
      this.#lists.pop();
      whole = list.items;
    }
    this.#cost = 0;
    const tooLong = this.#passedOver;
    this.#passedOver = undefined;
    this.#onReply(tooLong ?? whole);
  }
}

function textIn(bytes: Buffer, at: number, length: number): string {
  if (bytes[at + length] !== CR || bytes[at + length + 1] !== LF) throw new Error("a text is not as long as it says");
  return bytes.toString("utf8", at, at + length);
}

function numberIn(line: Buffer, begin: number, end: number): number {
  const isNegative = line[begin] === MINUS;
  const first = isNegative ? begin + 1 : begin;
  if (first >= end) throw new Error("a number has no digit");
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = line[at] ?? 0;
    if (digit < ZERO || digit > NINE) throw new Error("a number has something else than digits");
    value = value * 10 + digit - ZERO;
  }
  return isNegative ? -value : value;
}

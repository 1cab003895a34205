/** What one reply may cost, in bytes and items together; three times a page of entries (`page-size.ts`). */
export const MOST_OF_REPLY = 3_000_000;
/** An item of a list, however short, takes as much memory as a text of so many bytes. */
export const ITEM_COST = 32;
/** What a value or a field of a hash may weigh; none that the trading system writes is nearly as long. */
const MOST_OF_VALUE = 65_536;
/** As much of one is passed over, and goes through the process all the same; a longer one ends the connection. */
const LONGEST_VALUE = 1_250_000;

/** How long a text in a reply may be, in bytes, and what becomes of a longer one; either way its rest is passed over. */
export interface TextLimit {
  readonly most: number;
  readonly beyond: "refused" | "cut short";
  /** A longer one is not even passed over: it costs the connection. */
  readonly longest: number;
}

/**
 * By the command that asked. Values and hashes are asked for by the dozen or by the thousand and kept together. A value
 * that is cut short is still nothing that anybody obeys; a field could be a number.
 */
export function textLimit([name]: readonly string[] = []): TextLimit {
  if (name === "GET") return { most: MOST_OF_VALUE, beyond: "cut short", longest: LONGEST_VALUE };
  if (name === "HMGET") return { most: MOST_OF_VALUE, beyond: "refused", longest: LONGEST_VALUE };
  return { most: MOST_OF_REPLY, beyond: "refused", longest: MOST_OF_REPLY };
}

/** A reply that would cost more than it may, or with a text that is longer than it may be. */
export class OversizedReply extends Error {
  override readonly name = "OversizedReply";
  /** Whether it was cut off, and its connection with it; one with a text that was passed over leaves it as it is. */
  readonly isCut: boolean;

  constructor(cost: number, most: number, isCut: boolean) {
    super(`the reply costs ${cost} bytes or more, and ${most} are read at most`);
    this.isCut = isCut;
  }
}

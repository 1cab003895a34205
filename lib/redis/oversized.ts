/** What one reply may cost, in bytes and items together; three times a page of entries (`page-size.ts`). */
export const MOST_OF_REPLY = 3_000_000;
/** What a field of a hash may weigh; none that is read is nearly as long. */
export const MOST_OF_FIELD = 65_536;
/** An item of a list, however short, takes as much memory as a text of so many bytes. */
export const ITEM_COST = 32;
/** A reply that would cost more than it may, or with a text that is longer than it may be. */
export class OversizedReply extends Error {
  override readonly name = "OversizedReply";

  /** Whether it was cut off, and its connection with it; one that was passed over leaves it as it is. */
  readonly isCut: boolean;

  constructor(cost: number, most?: number) {
    super(`the reply costs ${cost} bytes or more, and ${most ?? MOST_OF_REPLY} are read at most`);
    this.isCut = most === undefined;
  }
}

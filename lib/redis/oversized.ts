/** What one reply may cost, in bytes and items together; three times a page of entries (`page-size.ts`). */
export const MOST_OF_REPLY = 3_000_000;
/** What a text may weigh that is a value or a field of a hash; none that is read is nearly as long. */
export const MOST_OF_VALUE = 65_536;
/** An item of a list, however short, takes as much memory as a text of so many bytes. */
export const ITEM_COST = 32;
/** A reply that would cost more than it may. It is not read to its end, so its connection is of no use any more. */
export class OversizedReply extends Error {
  override readonly name = "OversizedReply";

  constructor(cost: number, most = MOST_OF_REPLY) {
    super(`the reply costs ${cost} bytes or more, and ${most} are read at most`);
  }
}

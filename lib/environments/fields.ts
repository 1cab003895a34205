import * as z from "zod";

/** A text of a pattern; what does not match gets a sentence that ends in `what`. */
export const matching = (pattern: RegExp, what: string) => z.string().regex(pattern, `must be ${what}`);

/** The id of something in EC2, such as a VPC. */
export const idOf = (kind: string) =>
  matching(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `an id such as ${kind}-0123456789abcdef0`);

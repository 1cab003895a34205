import { crc32 } from "node:zlib";

import type { Part } from "./settings";

/** Whether a symbol falls to a part: by its CRC-32, so that all parts agree and every symbol falls to exactly one. */
export function isInPart(symbol: string, { number, of }: Part): boolean {
  return of === 1 || crc32(symbol) % of === number - 1;
}

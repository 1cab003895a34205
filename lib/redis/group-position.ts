import { known, type Reading, unknown } from "../reading";
import type { GroupInfo, StreamInfo } from "./read-only";
import { isAfter } from "./stream-id";

/** Where a group stands in its stream: at its end, among its entries, or before all of them. */
function placeOf(
  { lastDeliveredId }: GroupInfo,
  { length, first, lastGeneratedId }: StreamInfo,
): "end" | "within" | "before" {
  if (!isAfter(lastGeneratedId, lastDeliveredId)) return "end";
  return length === 0 || first === undefined || isAfter(first.id, lastDeliveredId) ? "before" : "within";
}

/**
 * Entries that wait for a group. Redis counts what it delivered, so that one that lost entries would lag by them for
 * ever: what the stream itself shows is the most that can wait. Unknown where Redis does not say.
 */
export function lagOf(group: GroupInfo, stream: StreamInfo): Reading<number> {
  return group.lag === undefined
    ? unknown("Redis cannot count what waits for a group")
    : known(Math.min(group.lag, lagAtMost(group, stream)));
}

/** The most entries that can wait for a group. */
export function lagAtMost(group: GroupInfo, stream: StreamInfo): number {
  return { end: 0, within: stream.length - 1, before: stream.length }[placeOf(group, stream)];
}

/**
 * 1 if entries were trimmed that a group has not read: more were added since the last one that it read than are left.
 * Redis does not count what it never delivered. So a group that once read on past entries that were gone has too low a
 * count for ever, and is called at a loss again as soon as it stands before all that is left, one entry early.
 */
export function lostOf(group: GroupInfo, stream: StreamInfo): Reading<number> {
  const { entriesAdded, maxDeletedId, length } = stream;
  const { entriesRead, lastDeliveredId } = group;
  if (placeOf(group, stream) !== "before" || entriesAdded === length) return known(0);
  if (entriesAdded === undefined || entriesRead === undefined || maxDeletedId === undefined)
    return unknown("Redis does not say how much a group has read");
  if (entriesAdded - entriesRead <= length) return known(0);
  return isAfter(maxDeletedId, lastDeliveredId) ? unknown("entries were deleted one by one, too") : known(1);
}

import { lagAtMost, lagOf, lostOf } from "../../../lib/redis/group-position";
import type { GroupInfo, StreamInfo } from "../../../lib/redis/read-only";

const entry = (id: string): StreamInfo["first"] => ({ id, fields: new Map() });

/** Entries 11-0 to 15-0 of fifteen that were added; ten were trimmed. */
const TRIMMED: StreamInfo = {
  length: 5,
  lastGeneratedId: "15-0",
  first: entry("11-0"),
  last: entry("15-0"),
  entriesAdded: 15,
  maxDeletedId: "0-0",
  groups: 1,
};
const EMPTIED: StreamInfo = { ...TRIMMED, length: 0, first: undefined, last: undefined };
const WHOLE: StreamInfo = { ...TRIMMED, first: entry("1-0"), length: 15 };
const NEVER_WRITTEN: StreamInfo = { ...EMPTIED, lastGeneratedId: "0-0", entriesAdded: 0 };
/** Redis 6.2 counts neither what was added nor what a group has read. */
const OLD: StreamInfo = { ...TRIMMED, entriesAdded: undefined, maxDeletedId: undefined };

function group(lastDeliveredId: string, entriesRead: number | undefined, lag: number | undefined): GroupInfo {
  return { name: "desk", consumers: 1, pending: 0, lastDeliveredId, entriesRead, lag };
}

type Case = readonly [
  what: string,
  StreamInfo,
  GroupInfo,
  lag: number | "unknown",
  most: number,
  lost: 0 | 1 | "unknown",
];

describe("where a group stands in its stream", () => {
  it.each<Case>([
    ["at its end", TRIMMED, group("15-0", 15, 0), 0, 0, 0],
    ["among its entries", TRIMMED, group("12-0", 12, 3), 3, 4, 0],
    ["at its first entry", TRIMMED, group("11-0", 11, 4), 4, 4, 0],
    ["just before its first entry", TRIMMED, group("10-0", 10, 5), 5, 5, 0],
    ["before entries that were trimmed", TRIMMED, group("9-0", 9, 6), 5, 5, 1],
    [
      "at the beginning, never read, of a stream that was trimmed",
      TRIMMED,
      group("0-0", undefined, 5),
      5,
      5,
      "unknown",
    ],
    ["at the beginning of a stream that is whole", WHOLE, group("0-0", undefined, 15), 15, 15, 0],
    ["at an end that was trimmed since, never read", TRIMMED, group("10-0", undefined, 5), 5, 5, "unknown"],
    ["before a stream that was emptied", EMPTIED, group("9-0", 9, 6), 0, 0, 1],
    ["at the end of a stream that was emptied", EMPTIED, group("15-0", 15, 0), 0, 0, 0],
    ["at the end, having lost entries, which Redis counts for ever", TRIMMED, group("15-0", 8, 7), 0, 0, 0],
    ["among entries, where Redis does not know", TRIMMED, group("12-0", undefined, undefined), "unknown", 4, 0],
    ["beyond the end", TRIMMED, group("99-0", undefined, undefined), "unknown", 0, 0],
    [
      "before entries of which some were deleted",
      { ...TRIMMED, maxDeletedId: "10-0" },
      group("9-0", 9, 6),
      5,
      5,
      "unknown",
    ],
    ["behind what was deleted before", { ...TRIMMED, maxDeletedId: "3-0" }, group("9-0", 9, 6), 5, 5, 1],
    ["in a stream that was never written", NEVER_WRITTEN, group("0-0", undefined, 0), 0, 0, 0],
    ["before the first entry, of Redis 6", OLD, group("9-0", undefined, undefined), "unknown", 5, "unknown"],
    ["among the entries, of Redis 6", OLD, group("12-0", undefined, undefined), "unknown", 4, 0],
    ["between two entries of one millisecond", { ...TRIMMED, first: entry("10-9") }, group("10-10", 11, 4), 4, 4, 0],
  ])("%s", (_, stream, of, lag, most, lost) => {
    const [waits, gone] = [lagOf(of, stream), lostOf(of, stream)];

    expect("known" in waits ? waits.known : "unknown").toBe(lag);
    expect(lagAtMost(of, stream)).toBe(most);
    expect("known" in gone ? gone.known : "unknown").toBe(lost);
  });
});

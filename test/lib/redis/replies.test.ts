import {
  isAboutData,
  isMoved,
  isNoSuchKey,
  parseConsumers,
  parseEntries,
  parseGroups,
  parseInfo,
  parseOldestPending,
  parseStreamInfo,
  parseText,
  parseTime,
  reading,
  readingOfEach,
} from "../../../lib/redis/replies";

const refusal = (message: string): Error => Object.assign(new Error(message), { name: "ReplyError" });
const WRONG_TYPE = refusal("WRONGTYPE Operation against a key holding the wrong kind of value");

/** XINFO STREAM of Redis 7.0.15 and of 6.2, which does not say how many entries were ever added. */
const INFO_7 = [
  "length",
  1,
  "radix-tree-keys",
  1,
  "radix-tree-nodes",
  2,
  "last-generated-id",
  "5-0",
  "max-deleted-entry-id",
  "0-0",
  "entries-added",
  3,
  "recorded-first-entry-id",
  "5-0",
  "groups",
  0,
  "first-entry",
  ["5-0", ["a", "1"]],
  "last-entry",
  ["5-0", ["a", "1"]],
];
const INFO_6 = [
  "length",
  0,
  "radix-tree-keys",
  0,
  "radix-tree-nodes",
  1,
  "last-generated-id",
  "0-0",
  "groups",
  0,
  "first-entry",
  null,
  "last-entry",
  null,
];

describe("a reply", () => {
  it.each([
    [WRONG_TYPE, { aboutData: true, noSuchKey: false, moved: false }],
    [refusal("ERR no such key"), { aboutData: true, noSuchKey: true, moved: false }],
    [refusal("MOVED 5886 127.0.0.1:7001"), { aboutData: false, noSuchKey: false, moved: true }],
    [refusal("NOPERM No permissions to access a key"), { aboutData: false, noSuchKey: false, moved: false }],
    [refusal("LOADING Redis is loading the dataset in memory"), { aboutData: false, noSuchKey: false, moved: false }],
  ])("that is %s says what it says of data, server and cluster", (reply, expected) => {
    expect({ aboutData: isAboutData(reply), noSuchKey: isNoSuchKey(reply), moved: isMoved(reply) }).toEqual(expected);
  });

  it("of the wrong type is a violation, any other refusal stops the collector and names the key", () => {
    expect(reading("key", WRONG_TYPE, parseText)).toEqual({
      broken: { key: "key", what: "holds a value of the wrong type" },
    });
    expect(() => reading("key", refusal("NOPERM no"), parseText)).toThrow("key: NOPERM no");
    expect(reading("key", "1", parseText)).toEqual({ known: "1" });
  });

  it.each([
    [null, null],
    [undefined, null],
    ["", ""],
    [7, "7"],
  ])("%j is the text %j", (value, expected) => {
    expect(parseText(value)).toBe(expected);
  });

  it("of XINFO STREAM is read by name, whatever else a version says", () => {
    const entry = { id: "5-0", fields: new Map([["a", "1"]]) };

    expect(parseStreamInfo(INFO_7)).toEqual({
      length: 1,
      lastGeneratedId: "5-0",
      first: entry,
      last: entry,
      entriesAdded: 3,
      maxDeletedId: "0-0",
      groups: 0,
    });
    expect(parseStreamInfo(INFO_6)).toEqual({
      length: 0,
      lastGeneratedId: "0-0",
      first: undefined,
      last: undefined,
      entriesAdded: undefined,
      maxDeletedId: undefined,
      groups: 0,
    });
  });

  it.each([[[]], [null], ["OK"], [["length", "1", "last-generated-id", "5-0"]], [["length", 1]]])(
    "of XINFO STREAM without its fields is refused: %j",
    (value) => {
      expect(() => parseStreamInfo(value)).toThrow("XINFO STREAM: the reply has no length or no last-generated-id");
    },
  );

  it("of XRANGE is entries, deleted ones left out and an odd field without value too", () => {
    expect(parseEntries([["1-0", ["a", "1", "b", "2"]], null, ["2-0", null], ["3-0", ["a"]]])).toEqual([
      {
        id: "1-0",
        fields: new Map([
          ["a", "1"],
          ["b", "2"],
        ]),
      },
      { id: "2-0", fields: new Map() },
      { id: "3-0", fields: new Map() },
    ]);
    expect(parseEntries(null)).toEqual([]);
  });

  it("of XINFO GROUPS is read by name, and what Redis does not count is not made up", () => {
    const group = ["name", "desk", "consumers", 2, "pending", 3, "last-delivered-id", "5-0"];
    const parsed = { name: "desk", consumers: 2, pending: 3, lastDeliveredId: "5-0" };

    expect(parseGroups([[...group, "entries-read", 4, "lag", 1, "of-a-later-version", 9]])).toEqual([
      { ...parsed, entriesRead: 4, lag: 1 },
    ]);
    expect(parseGroups([[...group, "entries-read", null, "lag", null]])).toEqual([
      { ...parsed, entriesRead: undefined, lag: undefined },
    ]);
    expect(parseGroups([group])).toEqual([{ ...parsed, entriesRead: undefined, lag: undefined }]);
  });

  it("of XPENDING is its first entry, and null where nothing is pending", () => {
    expect(parseOldestPending([["5-0", "worker", 1000, 1]])).toEqual({ id: "5-0", consumer: "worker" });
    expect(parseOldestPending([])).toBeNull();
  });

  it("of XINFO CONSUMERS is every consumer, however many names a version gives; without an idle time there is none", () => {
    const idle = ["name", "host_1", "pending", 2, "idle", 61_000, "inactive", 62_000];

    expect(parseConsumers([idle])).toEqual([{ name: "host_1", pending: 2, idleMs: 61_000 }]);
    expect(parseConsumers([])).toEqual([]);
    expect(() => parseConsumers([["name", "host_1", "pending", 2]])).toThrow("no idle time");
  });

  it("of INFO is its fields, colons in values and all, and its heading even where no field follows", () => {
    expect(parseInfo("# Server\r\nrun_id:ab\r\nos:a: b\r\n\r\n# Keyspace\r\n")).toEqual(
      new Map([
        ["# Server", "# Server"],
        ["run_id", "ab"],
        ["os", "a: b"],
        ["# Keyspace", "# Keyspace"],
      ]),
    );
    expect(parseInfo("")).toEqual(new Map());
  });

  it.each([
    ["NOPERM this user has no permissions to run the 'info' command"],
    ["ERR unknown command 'slowlog', with args beginning with: 'LEN' "],
    ["ERR Unknown subcommand or wrong number of arguments for 'LEN'. Try SLOWLOG HELP."],
    ["ERR Command is not available: 'SLOWLOG'. See the documentation"],
    ["ERR command is not allowed"],
  ])("of one primary that it does not have the command makes all of it unknown: %s", (message) => {
    expect(readingOfEach("SLOWLOG LEN", [1, refusal(message)], Number)).toEqual({
      unknown: `SLOWLOG LEN: ${message}`,
    });
  });

  it("of one primary in trouble is trouble, and so is none at all", () => {
    const loading = [1, refusal("LOADING Redis is loading the dataset in memory")];

    expect(() => readingOfEach("SLOWLOG LEN", loading, Number)).toThrow("SLOWLOG LEN: LOADING");
    expect(() => readingOfEach("SLOWLOG LEN", [], Number)).toThrow("SLOWLOG LEN: no primary is known");
    expect(readingOfEach("SLOWLOG LEN", [1, 2], Number)).toEqual({ known: [1, 2] });
  });

  it("of TIME is milliseconds", () => {
    expect(parseTime(["1772366400", "250500"])).toBe(1_772_366_400_250.5);
  });
});

import { assert, jsonValue, property } from "fast-check";

import {
  isAboutData,
  isMoved,
  isNoSuchKey,
  parseConsumers,
  parseCount,
  parseEntries,
  parseExists,
  parseFields,
  parseGroups,
  parseInfo,
  parseOldestPending,
  parseScan,
  parseStreamInfo,
  parseText,
  parseTime,
  parseTtl,
  reading,
  readingOfEach,
  WrongShape,
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
    ["", ""],
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

  it("of XRANGE is entries with their fields", () => {
    expect(
      parseEntries([
        ["1-0", ["a", "1", "b", "2"]],
        ["2-0", []],
      ]),
    ).toEqual([
      {
        id: "1-0",
        fields: new Map([
          ["a", "1"],
          ["b", "2"],
        ]),
      },
      { id: "2-0", fields: new Map() },
    ]);
    expect(parseEntries([])).toEqual([]);
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

  it("of XINFO CONSUMERS is every consumer, however many names a version gives", () => {
    const idle = ["name", "host_1", "pending", 2, "idle", 61_000, "inactive", 62_000];

    expect(parseConsumers([idle])).toEqual([{ name: "host_1", pending: 2, idleMs: 61_000 }]);
    expect(parseConsumers([])).toEqual([]);
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
    expect(readingOfEach("SLOWLOG LEN", [1, refusal(message)], parseCount)).toEqual({
      unknown: `SLOWLOG LEN: ${message}`,
    });
  });

  it("of one primary in trouble is trouble, and so is none at all", () => {
    const loading = [1, refusal("LOADING Redis is loading the dataset in memory")];

    expect(() => readingOfEach("SLOWLOG LEN", loading, parseCount)).toThrow("SLOWLOG LEN: LOADING");
    expect(() => readingOfEach("SLOWLOG LEN", [], parseCount)).toThrow("SLOWLOG LEN: no primary is known");
    expect(readingOfEach("SLOWLOG LEN", [1, 2], parseCount)).toEqual({ known: [1, 2] });
    expect(() => readingOfEach("SLOWLOG LEN", [1, null], parseCount)).toThrow(
      "SLOWLOG LEN: the reply has null where a count should be",
    );
  });

  it("of TIME is milliseconds", () => {
    expect(parseTime(["1772366400", "250500"])).toBe(1_772_366_400_250.5);
  });
});

const GROUP = ["name", "desk", "consumers", 2, "pending", 3, "last-delivered-id", "5-0", "entries-read", 4, "lag", 1];

/** Every parser, with a reply that is in order. */
const PARSERS: readonly (readonly [string, (value: unknown) => unknown, unknown])[] = [
  ["GET", parseText, "1"],
  ["EXISTS", parseExists, 1],
  ["PTTL", parseTtl, -1],
  ["SLOWLOG LEN", parseCount, 3],
  ["TIME", parseTime, ["1772366400", "250500"]],
  ["INFO", parseInfo, "# Server\r\nrun_id:ab\r\n"],
  ["XRANGE", parseEntries, [["1-0", ["a", "1"]]]],
  ["XINFO STREAM", parseStreamInfo, INFO_7],
  ["XINFO STREAM of 6.2", parseStreamInfo, INFO_6],
  ["XINFO GROUPS", parseGroups, [GROUP]],
  ["XINFO CONSUMERS", parseConsumers, [["name", "host_1", "pending", 2, "idle", 61_000]]],
  ["XPENDING", parseOldestPending, [["5-0", "host_1", 1000, 1]]],
  ["HMGET", (value) => parseFields(value, 2), ["a", null]],
  ["SCAN", parseScan, ["17", ["a"]]],
];

/** The same reply with one of its parts in place of another: every part of every list, and the whole. */
function withOneReplaced(reply: unknown, by: unknown): unknown[] {
  if (!Array.isArray(reply)) return [by];
  return [by, ...reply.flatMap((one, place) => withOneReplaced(one, by).map((other) => reply.with(place, other)))];
}

/** Parts that no collector reads; whatever stands there is passed over. */
const UNREAD = new Set(["radix-tree-keys", "radix-tree-nodes", "recorded-first-entry-id"]);

/** A kind of mistake: what is not there, or is something else, read as nothing, as 0 or as the end. */
describe("a reply of the wrong shape is never read as an empty one", () => {
  it.each(PARSERS)("%s: in order, it is read", (_, parse, reply) => {
    expect(() => parse(reply)).not.toThrow();
  });

  it.each(PARSERS)(
    "%s: something else in its place, or in that of any of its parts, breaks it",
    (name, parse, reply) => {
      for (const by of [{ a: 1 }, true, Number.NaN, 1.5]) {
        const all = withOneReplaced(reply, by);
        const passed = all.filter((wrong) => {
          try {
            parse(wrong);
            return true;
          } catch (error) {
            expect(error).toBeInstanceOf(WrongShape);
            return false;
          }
        });
        // What may be left out is allowed to be: of these only nothing at all reads as that.
        const mayBeAbsent = name.startsWith("XINFO") && by === undefined;
        expect(passed.filter((wrong) => !isUnread(wrong, reply) && !mayBeAbsent)).toEqual([]);
      }
    },
  );

  it.each(PARSERS)(
    "%s: a list, text, number or null where it gives another of them breaks it, by name",
    (_, parse, reply) => {
      for (const other of [null, [], [[]], "OK", "", 0, 1, -3]) {
        if (isLike(other, reply)) continue;
        expect(reading("key", other, parse)).toEqual({
          broken: { key: "key", what: expect.stringMatching(/^the reply has .* where .* should be$/) },
        });
      }
    },
  );

  it("any value whatever is read or refused, by this one error", () => {
    assert(
      property(jsonValue({ maxDepth: 4 }), (value) => {
        for (const [, parse] of PARSERS) {
          const read = reading("key", value, parse);
          expect("known" in read || "broken" in read).toBe(true);
        }
      }),
    );
  });

  it("the fields of a hash are as many as were asked for", () => {
    expect(reading("key", ["a"], (value) => parseFields(value, 2))).toEqual({
      broken: { key: "key", what: "the reply has a list of 1 where the fields should be" },
    });
  });

  it("a stream without a number, or an entry without its fields, is broken and not empty", () => {
    expect(() => parseStreamInfo(INFO_7.toSpliced(0, 2))).toThrow("nothing of this protocol where length should be");
    expect(() => parseStreamInfo(INFO_7.toSpliced(6, 2))).toThrow("where last-generated-id should be");
    expect(() => parseEntries([["1-0", null]])).toThrow("an entry's fields");
    expect(() => parseEntries([["1-0", ["a"]]])).toThrow("where pairs should be");
    expect(() => parseEntries([null])).toThrow("an entry");
  });

  it("a lag below 0, which Redis gives where it has lost count, is a lost count", () => {
    expect(parseGroups([GROUP.with(11, -3)])).toEqual([expect.objectContaining({ lag: undefined, entriesRead: 4 })]);
  });

  it("a long text is told cut short", () => {
    expect(() => parseTime("x".repeat(1_000_000))).toThrow(/^.{1,200}$/);
  });
});

/** Whether a name that is passed over stands before the part that differs. */
function isUnread(wrong: unknown, reply: unknown): boolean {
  if (!Array.isArray(wrong) || !Array.isArray(reply)) return false;
  const place = wrong.findIndex((one, at) => one !== reply[at]);
  return UNREAD.has(String(wrong[place - 1]));
}

/** Whether a value could be a reply to the same command. */
function isLike(value: unknown, reply: unknown): boolean {
  if (typeof reply === "string") return typeof value === "string" || value === null;
  if (typeof reply === "number") return typeof value === "number";
  return Array.isArray(value) && value.length === 0;
}

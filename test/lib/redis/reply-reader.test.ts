import { array, assert, constantFrom, property } from "fast-check";

import { MOST_OF_REPLY, OversizedReply } from "../../../lib/redis/oversized";
import { ReplyReader } from "../../../lib/redis/reply-reader";

/** Everything that RESP2 has, one reply after the other. */
const REPLIES: readonly (readonly [string, unknown])[] = [
  ["+OK\r\n", "OK"],
  [":1\r\n", 1],
  [":-2\r\n", -2],
  ["$5\r\nhello\r\n", "hello"],
  ["$0\r\n\r\n", ""],
  ["$-1\r\n", null],
  ["$4\r\n\r\n\r\n\r\n", "\r\n\r\n"],
  ["$6\r\n€µ!\r\n", "€µ!"],
  ["*3\r\n$1\r\na\r\n$-1\r\n:7\r\n", ["a", null, 7]],
  ["*0\r\n", []],
  ["*-1\r\n", null],
  ["*2\r\n*1\r\n+a\r\n*1\r\n:12\r\n", [["a"], [12]]],
];

function readIn(pieces: readonly Buffer[]): unknown[] {
  const replies: unknown[] = [];
  const reader = new ReplyReader((reply) => replies.push(reply));
  for (const piece of pieces) reader.push(piece);
  return replies;
}

it.each(REPLIES)("%j is %j", (text, expected) => {
  expect(readIn([Buffer.from(text)])).toEqual([expected]);
});

it("a refusal is an error of Redis, as the client has them", () => {
  const [error] = readIn([Buffer.from("-NOPERM no\r\n")]);

  expect(error).toMatchObject({ name: "ReplyError", message: "NOPERM no" });
});

it("replies are the same wherever the bytes are cut in two, or come one by one", () => {
  const bytes = Buffer.from(REPLIES.map(([text]) => text).join(""));
  const expected = REPLIES.map(([, reply]) => reply);

  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(readIn([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected);
  }
  expect(readIn(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(expected);
});

it.each([
  ["HTTP/1.1 400\r\n", 'RESP2 has no type "H"'],
  ["\r\n", "does not end as RESP2 ends it"],
  [":1\n", "does not end as RESP2 ends it"],
  [":\r\n", "no digit"],
  [":1x\r\n", "something else than digits"],
  ["$x\r\n", "something else than digits"],
  ["$2\r\nabc\r\n", "not as long as it says"],
  ["*1\r\n".repeat(9), "more than 8 deep"],
  [`+${"x".repeat(70_000)}`, "a line has no end"],
])("what is no RESP2 stops it: %j", (text, why) => {
  expect(() => readIn([Buffer.from(text)])).toThrow(why);
  expect(() => readIn(Array.from(Buffer.from(text), (byte) => Buffer.from([byte])))).toThrow(why);
});

/** A kind of mistake: what is announced is waited for, and kept, however much it is. */
describe("a reply that costs more than it may", () => {
  it.each([
    ["a text", `$${MOST_OF_REPLY + 1}\r\n`],
    ["a list", `*${MOST_OF_REPLY}\r\n`],
    ["a list of texts", `*3\r\n${`$${MOST_OF_REPLY / 2}\r\n${"x".repeat(MOST_OF_REPLY / 2)}\r\n`.repeat(2)}`],
    ["a list of empty lists", `*2\r\n*${MOST_OF_REPLY / 32 - 4}\r\n${"*0\r\n".repeat(10)}*5\r\n`.repeat(2)],
    ["a text of more digits than a number has", `$${"9".repeat(400)}\r\n`],
  ])("is refused as soon as its lengths say so: %s", (_, text) => {
    expect(() => readIn([Buffer.from(text)])).toThrow(OversizedReply);
  });

  it("is one of many, each of which costs less, once all together cost too much", () => {
    const one = Buffer.from(`$2900000\r\n${"x".repeat(2_900_000)}\r\n`);

    expect(() => readIn(Array.from({ length: 5 }, () => one))).not.toThrow();
    expect(() => readIn(Array.from({ length: 6 }, () => one))).toThrow(OversizedReply);
  });
});

/** A kind of mistake: what is below the bound of one reply is kept for as many replies as there are. */
it("a text longer than asked for is passed over, its reply refused, and what comes after is read", () => {
  const replies: unknown[] = [];
  const reader = new ReplyReader(
    (reply) => replies.push(reply),
    () => ({ most: 4, beyond: "refused", longest: 8 }),
  );
  const bytes = Buffer.from("$4\r\nabcd\r\n$5\r\nabcde\r\n*2\r\n$5\r\nabcde\r\n:1\r\n:7\r\n");
  for (const byte of bytes) reader.push(Buffer.from([byte]));
  const whole: unknown[] = [];
  new ReplyReader(
    (reply) => whole.push(reply),
    () => ({ most: 4, beyond: "refused", longest: 8 }),
  ).push(bytes);

  const expected = ["abcd", expect.any(OversizedReply), expect.any(OversizedReply), 7];
  expect([replies, whole]).toEqual([expected, expected]);
  expect(reader.isBetween).toBe(true);
});

it("or cut short, where its beginning is enough", () => {
  const bytes = Buffer.from("$4\r\nabcd\r\n$9\r\nabcdefghi\r\n:7\r\n");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const replies: unknown[] = [];
    const reader = new ReplyReader(
      (reply) => replies.push(reply),
      () => ({ most: 4, beyond: "cut short", longest: 9 }),
    );
    for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) reader.push(piece);
    expect(replies).toEqual(["abcd", "abcd", 7]);
  }
});

it("it knows whether a reply has begun", () => {
  const reader = new ReplyReader(() => undefined);
  const states = ["", ":", "1\r", "\n", "*2\r\n", ":1\r\n", "$2\r\na", "b\r\n"].map((text) => {
    reader.push(Buffer.from(text));
    return reader.isBetween;
  });

  expect(states).toEqual([true, false, false, true, false, false, false, true]);
});

function outcome(pieces: readonly Buffer[]): unknown {
  try {
    return readIn(pieces);
  } catch (error) {
    return String(error);
  }
}

it("any bytes whatever are read or refused, and never more than they are", () => {
  assert(
    property(
      array(constantFrom("*", "$", ":", "+", "-", "1", "3", "\r\n", "\r", "\n", "a"), { maxLength: 40 }),
      (parts) => {
        const bytes = Buffer.from(parts.join(""));
        const whole = outcome([bytes]);
        const cut = outcome(Array.from(bytes, (byte) => Buffer.from([byte])));
        expect(cut).toEqual(whole);
      },
    ),
  );
});

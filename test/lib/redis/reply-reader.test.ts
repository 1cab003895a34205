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

it("what is no RESP2 stops it", () => {
  expect(() => readIn([Buffer.from("HTTP/1.1 400\r\n")])).toThrow('RESP2 has no type "H"');
});

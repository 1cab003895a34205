import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { emailSubject, plainLine } from "../../lib/notify/escape";
import { valuesIn } from "../../lib/notify/trigger";
import { parseNumber } from "../../lib/redis/stream-id";
import { partsOfAlarmName } from "../../lib/rules/names";
import { withoutPasswords } from "../../lib/without-passwords";
import { printable } from "../../local/terminal";

const ROOT = join(__dirname, "../..");
/** What patterns stumble over: beginnings of what they look for, again and again, and no end. */
const PIECES = [
  ...Array.from("0 a\n\t.,:;-/\\@[{(\"'$<x_"),
  "a://",
  "a://b@",
  "\\\\",
  "[1.0 (01/03/26 ",
  "1 (",
  "-RedisDown",
  "-RedisDown-",
  ":alarm:",
  "arn:aws:cloudwatch::",
  "${",
  "${a",
  "a ",
  "a-",
  ", ",
  "\ud83d",
  "1.",
  "e1",
];
const ENDS = ["", "!", "\n", "]"];
const SHORT = 1500;
const TIMES = 10;
/** Below this nobody waits for it, and a measurement says nothing. */
const NOTICED_US = 30_000;
/** Linear is 10, and a square 100. */
const MOST_RATIO = 40;

/** Microseconds of processor time, whatever else the machine does; the least of some tries. */
function cost(work: () => unknown, tries = 3): number {
  const all = Array.from({ length: tries }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...all);
}

/** The first text on which a function takes more than its length says. */
function quadraticOn(work: (text: string) => unknown): string | undefined {
  for (const piece of PIECES) {
    for (const end of ENDS) {
      const textOf = (length: number): string => piece.repeat(Math.ceil(length / piece.length)) + end;
      const [short, long] = [textOf(SHORT), textOf(SHORT * TIMES)];
      if (cost(() => work(long), 1) < NOTICED_US) continue;
      const [ofLong, ofShort] = [cost(() => work(long)), cost(() => work(short))];
      if (ofLong >= NOTICED_US && ofLong > MOST_RATIO * ofShort) return JSON.stringify([piece, end]);
    }
  }
  return undefined;
}

/** A kind of mistake: text from outside is looked through again for each of its beginnings. */
describe("what looks through text from outside takes no longer than its length says", () => {
  it.each<[string, (text: string) => unknown]>([
    ["withoutPasswords", withoutPasswords],
    ["plainLine", (text) => plainLine(text, 600)],
    ["emailSubject", emailSubject],
    ["printable", printable],
    ["valuesIn", valuesIn],
    ["partsOfAlarmName", partsOfAlarmName],
    ["parseNumber", (text) => parseNumber("key", text, "field")],
  ])("%s", (_, work) => {
    expect(quadraticOn(work)).toBeUndefined();
  });

  it("a pattern that does is found", () => {
    expect(quadraticOn((text) => text.replaceAll(/(\w:\/\/)(?:[^\s"\\]|\\.)*@/g, ""))).toBeDefined();
    expect(quadraticOn((text) => /^\d+\.?\d*$/.test(text))).toBeDefined();
  });
});

/** Patterns as they are written in a file; those that are put together at run time are none of them. */
function patternsIn(source: string): RegExp[] {
  const written =
    /(?<=[(=,:?&|!>\s])\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\n\\[])+)\/([dgimsuvy]*)(?=[\s.,;)\]])/g;
  return Array.from(source.matchAll(written)).flatMap(([, pattern = "", flags = ""]) => {
    try {
      return [new RegExp(pattern, flags)];
    } catch {
      return [];
    }
  });
}

it("no pattern of the code takes longer than a text's length says", () => {
  const files = ["lib", "local", "functions"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const found = files.flatMap((file) =>
    patternsIn(readFileSync(join(ROOT, file), "utf8")).map((pattern) => ({ file, pattern })),
  );

  const slow = found.flatMap(({ file, pattern }) => {
    const on = quadraticOn((text) => text.replace(pattern, ""));
    return on === undefined ? [] : [`${file}: ${String(pattern)} on ${on}`];
  });

  expect(found.length).toBeGreaterThan(60);
  expect(slow).toEqual([]);
});

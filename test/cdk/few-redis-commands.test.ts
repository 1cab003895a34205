import { createRequire } from "node:module";

import few from "../../cdk/few-redis-commands.cjs";

/** The package as the Redis client itself finds it. */
const all = createRequire(require.resolve("ioredis"))("@ioredis/commands") as typeof few;

const ARGS = ["STREAM", "key", "-", "+"];
/** What the client looks up of a command: nothing else of the package's tables is ever read. */
const FLAGS = ["readonly", "loading"];

describe.each(few.list)("%s in the bundle", (name) => {
  test("is a command of the package, with the same flags and the same key", () => {
    expect(all.exists(name)).toBe(true);
    for (const flag of FLAGS) expect(few.hasFlag(name, flag)).toBe(all.hasFlag(name, flag));
    expect(few.getKeyIndexes(name, ARGS)[0]).toBe(all.getKeyIndexes(name, ARGS)[0]);
  });
});

test("no command in the bundle writes a key", () => {
  const writing = few.list.filter((name) => all.hasFlag(name, "write"));

  expect(writing).toEqual([]);
});

test("a command that is not there is none, whatever its case", () => {
  expect(["SET", "set", "del", "FLUSHALL"].filter((name) => few.exists(name))).toEqual([]);
  expect(few.exists("GET")).toBe(true);
});

import { unreadable, unwritable } from "../../local/alarms/unreadable";
import { ConfigError } from "../../lib/errors";

const failed = (code: string) => Object.assign(new Error(`${code}: at some length`), { code, syscall: "open" });

describe("a failure of a system call", () => {
  it.each([
    ["ENOENT", "a.json: there is no such file", "a.json: its folder is missing"],
    ["EACCES", "a.json: it may not be read", "a.json: it may not be written"],
    ["EISDIR", "a.json: it is a folder", "a.json: it is a folder"],
    ["ENOTDIR", "a.json: what stands before its name is no folder", "a.json: what stands before its name is no folder"],
    ["ENAMETOOLONG", "a.json: its name is too long", "a.json: its name is too long"],
    ["EROFS", "a.json: it cannot be read (EROFS)", "a.json: it stands where nothing can be written"],
    ["ENOSPC", "a.json: it cannot be read (ENOSPC)", "a.json: there is no room left for it"],
    ["EIO", "a.json: it cannot be read (EIO)", "a.json: it cannot be written (EIO)"],
  ])("%s is a sentence of a file that is read, and of one that is written", (code, reading, writing) => {
    const error = failed(code);

    expect(() => unreadable("a.json")(error)).toThrow(new ConfigError(reading, { cause: error }));
    expect(() => unwritable("a.json")(error)).toThrow(new ConfigError(writing, { cause: error }));
  });

  it("is told from a mistake of our own, which stays what it is", () => {
    const mistake = new TypeError("no function");

    expect(() => unreadable("a.json")(mistake)).toThrow(mistake);
  });
});

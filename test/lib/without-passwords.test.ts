import { array, assert, constantFrom, property } from "fast-check";

import { withoutPasswords } from "../../lib/without-passwords";

describe("withoutPasswords", () => {
  it.each([
    ["redis://user:secret@host:6379/0", "redis://***@host:6379/0"],
    ["rediss://:se@cr/e?t@host", "rediss://***@host"],
    ["'--url=redis://u:p@h' and redis://host:1", "'--url=redis://***@h' and redis://host:1"],
    ["mail someone@example.org about redis://host", "mail someone@example.org about redis://host"],
  ])("makes of %s: %s", (text, shown) => {
    const printed = withoutPasswords(text);

    expect(printed).toBe(shown);
  });

  it("leaves JSON text with a quote in the password JSON text", () => {
    const json = JSON.stringify({ url: 'redis://u:a"b\\c@host', next: "x@y" });

    const printed = withoutPasswords(json);

    expect(JSON.parse(printed)).toEqual({ url: "redis://***@host", next: "x@y" });
  });

  it("does what the pattern that says it does, on any text", () => {
    const pieces = constantFrom("://", "a://", "@", "\\\\", '"', " ", "\n", "x", "redis", ":", "/");
    assert(
      property(array(pieces, { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        // As a pattern it takes the square of the text's length.
        expect(withoutPasswords(text)).toBe(text.replaceAll(/(\w:\/\/)(?:[^\s"\\]|\\[^])*@/g, "$1***@"));
      }),
      { numRuns: 2000 },
    );
  });
});

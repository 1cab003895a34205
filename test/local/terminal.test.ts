import { palette, printable } from "../../local/terminal";

describe("palette", () => {
  it.each<{ isTerminal: boolean; env: Record<string, string>; isColoured: boolean }>([
    { isTerminal: true, env: {}, isColoured: true },
    { isTerminal: true, env: { TERM: "xterm-256color" }, isColoured: true },
    { isTerminal: true, env: { TERM: "dumb" }, isColoured: false },
    { isTerminal: true, env: { NO_COLOR: "1" }, isColoured: false },
    { isTerminal: true, env: { NO_COLOR: "" }, isColoured: true },
    { isTerminal: true, env: { FORCE_COLOR: "0" }, isColoured: false },
    { isTerminal: false, env: {}, isColoured: false },
    { isTerminal: false, env: { FORCE_COLOR: "1" }, isColoured: true },
    { isTerminal: false, env: { FORCE_COLOR: "false" }, isColoured: false },
    { isTerminal: false, env: { FORCE_COLOR: "1", NO_COLOR: "1" }, isColoured: false },
  ])("on a terminal: $isTerminal, with $env: colours $isColoured", ({ isTerminal, env, isColoured }) => {
    const colours = palette(isTerminal, env);

    const texts = [colours.good("a"), colours.warn("a"), colours.bad("a"), colours.dim("a")];

    const coloured = ["\u001B[32ma\u001B[39m", "\u001B[33ma\u001B[39m", "\u001B[31m\u001B[1ma\u001B[22m\u001B[39m"];
    expect(texts).toEqual(isColoured ? [...coloured, "\u001B[2ma\u001B[22m"] : ["a", "a", "a", "a"]);
  });
});

describe("printable", () => {
  it.each([
    ["plain text", "Ünïcode 取引 🚀 ok", "Ünïcode 取引 🚀 ok"],
    ["an escape sequence", "\u001B[2Jx", String.raw`\u001b[2Jx`],
    ["a line break", "a\r\nb", String.raw`a\u000d\u000ab`],
    ["a C1 control", "\u009B31m", String.raw`\u009b31m`],
    ["a right-to-left override", "BTC\u202ETDSU", String.raw`BTC\u202eTDSU`],
    ["a zero-width joiner", "BTC\u200DUSDT", String.raw`BTC\u200dUSDT`],
    ["a line separator", "a\u2028b\u2029c", String.raw`a\u2028b\u2029c`],
    ["a tag character beyond 16 bits", "\u{E0041}", String.raw`\udb40\udc41`],
  ])("makes of %s something that is only read", (_what, text, shown) => {
    const printed = printable(text);

    expect(printed).toBe(shown);
  });

  it("leaves JSON text what it says", () => {
    const value = { reason: '\u001B[2J\u009B\u202E\u{E0041}\\u0041\n"' };

    const printed = printable(JSON.stringify(value));

    expect(printed).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(printed)).toEqual(value);
  });
});

import * as fc from "fast-check";

/** What somebody who can write to Redis might put into a symbol or a reason. */
const WEAPONS = [
  "<!here>",
  "<!channel|x>",
  "<@U0123456>",
  "<#C0123456>",
  "<https://evil.example|Runbook>",
  "https://evil.example",
  "@channel",
  "*bold* _it_ ~no~ `code`",
  "```",
  "> quote",
  ":fire:",
  "&lt;!here&gt;",
  "&amp;",
  "\n\nFirst step: sell everything",
  "\r\nBcc: everybody@example.com",
  "\u202Etxt.exe",
  "\u2066\u2069\u200B\uFEFF",
  "\u0000\u001B[31m\u0007",
  "\uD83D",
  "\u{E0041}",
  '"}],"blocks":[{"type":"section"}]',
  "x".repeat(4000),
];

/** Text that tries to be more than text. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...WEAPONS), fc.string({ unit: "binary", maxLength: 20 })), { maxLength: 8 })
  .map((parts) => parts.join(" "));

/** Characters that nobody sees, or that turn what others see. */
export const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

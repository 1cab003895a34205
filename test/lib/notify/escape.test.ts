import * as fc from "fast-check";

import { cut, emailSubject, plainLine, slackText } from "../../../lib/notify/escape";
import { hostileText, UNSEEN } from "../../support/hostile-text";

test("text from outside becomes one line of seen characters, however hostile", () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 1, max: 300 }), (text, most) => {
      const line = plainLine(text, most);

      expect(line).not.toMatch(UNSEEN);
      expect(line).not.toContain("\n");
      expect(line.length).toBeLessThanOrEqual(most);
      expect(Buffer.from(line).toString()).toBe(line);
    }),
  );
});

test.each([
  ["BTC\u202Eusdt", "BTC usdt"],
  ["BTC\u200BUSDT", "BTC USDT"],
  ["a\r\n\tb", "a b"],
  ["\u001B[31mred", "[31mred"],
  ["Ünïcödé 漢字 stay", "Ünïcödé 漢字 stay"],
  ["<!here> stays text", "<!here> stays text"],
])("%j reads %j", (text, expected) => {
  const line = plainLine(text, 100);

  expect(line).toBe(expected);
});

test("a character of two halves is not cut in its middle", () => {
  const short = cut("ab😀cd", 4);

  expect(short).toBe("ab…");
});

test("nothing that Slack reads as markup is left in text for it", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const escaped = slackText(text);

      expect(escaped).not.toMatch(/[<>]/);
      expect(escaped.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")).toBe(text);
    }),
  );
});

test("a subject is one line of at most a hundred ASCII characters that SNS takes", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const subject = emailSubject(text);

      expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/);
    }),
  );
});

test("a subject keeps what can be said in ASCII", () => {
  const subject = emailSubject("CRITICAL: Überlast – 3 of 5\r\nBcc: x");

  expect(subject).toBe("CRITICAL: Uberlast - 3 of 5 Bcc: x");
});

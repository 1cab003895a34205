import { realClock } from "../../local/clock";
import { environmentNamed, knownRules } from "../../local/alarms/known-rules";
import { Pages, type Told } from "../../local/notify/pages";
import { palette } from "../../local/terminal";
import { NO_CONTEXT, SURROUNDINGS } from "../support/notify-stage";

const AT = Date.parse("2026-03-01T12:00:00Z") / 1000;
const collectors = knownRules(environmentNamed("prod")).filter(({ rule }) => rule.name === "CollectorFailing");

function changed(place: number, to: "ALARM" | "OK"): Told {
  const known = collectors[place];
  const acting = known?.alarms.find(({ properties }) => properties.AlarmName === known.alarm);
  if (known === undefined || acting === undefined) throw new Error("the rule is split into fewer alarms");
  const from = to === "ALARM" ? "OK" : "ALARM";
  const { properties } = acting;
  const at = AT + (to === "OK" ? 60 : 0);
  return {
    head: `${known.alarm} ${to}`,
    rule: known.rule,
    change: { properties, region: "eu-central-1", from, to, at, reason: "because" },
  };
}

function shown() {
  const lines: string[] = [];
  const waited: number[] = [];
  const sleep = async (ms: number): Promise<void> => void waited.push(ms);
  const clock = { ...realClock, now: () => AT * 1000, sleep };
  const print = (line: string): void => void lines.push(line.trim());
  const colour = palette(false, {});
  const pages = new Pages({ context: NO_CONTEXT, surroundings: SURROUNDINGS, clock, receivers: [], print, colour });
  return { pages, lines, waited };
}

test("alarms of a rule that fire together are shown as one page, after the group wait, and their ends each", async () => {
  const { pages, lines, waited } = shown();

  for (const place of [0, 1]) pages.tell(changed(place, "ALARM"));
  await pages.settled();
  pages.tell(changed(0, "OK"));
  await pages.settled();

  const signs = lines.filter((line) => /^[🔴🟢]/u.test(line));
  const heads = lines.filter((line) => / (ALARM|OK)$/.test(line));
  expect(waited).toEqual([30_000]);
  expect(heads).toHaveLength(3);
  expect(signs).toEqual([
    expect.stringMatching(/^🔴 WARNING, 2 alarms: CollectorFailing-\S+, CollectorFailing-\S+ \[prod\]$/),
    expect.stringMatching(/^🔴 WARNING: A collector cannot read/),
    expect.stringMatching(/^🔴 WARNING: A collector cannot read/),
    expect.stringMatching(/^🟢 OVER after 1 min: A collector cannot read/),
  ]);
});

test("an end that comes while its beginning waits is shown after it", async () => {
  const { pages, lines } = shown();

  pages.tell(changed(0, "ALARM"));
  pages.tell(changed(0, "OK"));
  await pages.settled();

  const signs = lines.filter((line) => /^[🔴🟢]/u.test(line)).map((line) => line.slice(0, 10));
  expect(signs.map((line) => line.replace(/^\S+ /, ""))).toEqual([
    expect.stringMatching(/^WARN/),
    expect.stringMatching(/^OVER/),
  ]);
});

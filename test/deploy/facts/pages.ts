import { alarmName } from "../../../lib/rules/names";
import { textOf } from "../../support/receivers/slack";
import type { Page, Recorded } from "../recorded";
import { arnOfAlarm } from "../translation";

const SAFE_MODE = alarmName("emu", "QuantumSafeModeActive");
const REDIS_DOWN = alarmName("emu", "RedisDown");

/** The closed loop, as it looks to those who are paged. */
export function describePages(played: () => Recorded): void {
  test("PagerDuty has one incident of safe mode, which is over, and one of Redis, which is not", () => {
    const { pagerduty, arrivals } = played().internet;

    expect(pagerduty.incidents).toEqual([
      {
        key: arnOfAlarm(SAFE_MODE),
        isOpen: false,
        triggers: 1,
        summary: "CRITICAL: SAFE MODE is on: the Core Safety Kernel is told to block all trading [emu]",
      },
      {
        key: arnOfAlarm(REDIS_DOWN),
        isOpen: true,
        triggers: 1,
        summary: expect.stringMatching(
          /^CRITICAL: Redis does not answer \((unreachable|timed out)\): the safety kernel fails open, so the circuit breaker is off/,
        ) as string,
      },
    ]);
    expect(arrivals.map(({ key, action }) => [key, action])).toEqual([
      [arnOfAlarm(SAFE_MODE), "trigger"],
      [arnOfAlarm(SAFE_MODE), "resolve"],
      [arnOfAlarm(REDIS_DOWN), "trigger"],
    ]);
  });

  test("Slack's message of safe mode says why it is on, and afterwards that it is over", () => {
    const { slack } = played().internet;

    const [message] = slack.seen;
    const [page = "", end = ""] = message?.versions.map(textOf) ?? [];
    const thread = slack.thread(message?.ts ?? "").flatMap(({ versions }) => versions.map(textOf));

    expect(page).toContain("CRITICAL: SAFE MODE is on: the Core Safety Kernel is told to block all trading [emu]");
    expect(page).toMatch(/Why: SYMBOL_RATE_EXCEEDED BTCUSDT BUY at .*: \d of 20 in all, 6 of 5 for the symbol/);
    expect(page).toContain("First look whether intents that open are still published");
    expect(page).toContain("quantum_safety_safe_mode 1, alarm at >= 1");
    expect(end).toMatch(/OVER after .*: SAFE MODE is on/);
    expect(thread).toHaveLength(1);
    expect(thread[0]).toMatch(/^OVER after /);
  });

  test("a Redis that is down is one message in Slack, and no other follows", () => {
    const { slack } = played().internet;

    const texts = slack.seen.map(({ versions }) => versions.map(textOf).join("\n"));

    expect(texts).toHaveLength(2);
    expect(texts[1]).toMatch(
      /CRITICAL: Redis does not answer \((unreachable|timed out)\): the safety kernel fails open/,
    );
    expect(texts[1]).toContain("First PING it from a host beside it");
  });

  test("receivers refuse nothing, and nobody else is called", () => {
    const { slack, pagerduty, strangers } = played().internet;

    expect(slack.refusals).toEqual([]);
    expect(pagerduty.refusals).toEqual([]);
    expect(strangers).toEqual([]);
  });

  test.each(["safeMode", "redisDown"] as const)("the page of %s goes its way step by step", (name) => {
    const { pages } = played();

    const { written, sampled, shown, judged, delivered }: Page = pages[name];

    const way = [written, sampled, shown, judged, delivered];
    expect(way).toEqual(way.toSorted((a, b) => a - b));
    expect(sampled - written).toBeLessThanOrEqual(15_000);
  });

  test("alarms that are deployed act by themselves, and the others by the driver in their place", () => {
    const { verdicts } = played();

    const fired = verdicts.filter(({ to }) => to === "ALARM").map(({ alarm, by }) => [alarm, by]);

    expect(fired).toContainEqual([SAFE_MODE, "SetAlarmState"]);
    expect(fired).toContainEqual([REDIS_DOWN, "Publish"]);
  });

  test("the outside watcher is called by the address of the secret, and told nothing", () => {
    const { watcher } = played().internet;

    expect(watcher.received.length).toBeGreaterThan(0);
    for (const { path, body } of watcher.received) expect([path, body]).toEqual(["/", ""]);
  });
}

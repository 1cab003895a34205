import { NotifyError } from "../../../lib/errors";
import type { Channel, Telling } from "../../../lib/notify/channel";
import { metricEvent } from "../../support/alarm-messages";
import { textOf } from "../../support/receivers/slack";
import { duringEach } from "../../support/receivers/receiver";
import { Stage } from "../../support/notify-stage";

const start = Date.parse("2026-03-01T12:00:00Z");
const alarm = metricEvent({ at: start });
const over = metricEvent({ at: start + 60_000, state: "OK", reason: "fine again" });
const stage = duringEach(() => new Stage(start + 70_000).listen());
const soon = (): number => stage().clock.now() + 60_000;

/** What people see: each message of the channel by its last heading. */
const headings = (): string[] =>
  stage().slack.seen.map(({ versions }) => textOf(versions.at(-1) ?? { text: "", blocks: [] }).split(":")[0] ?? "");

test("an incident is one message, edited at its end, with its history in its thread", async () => {
  const notifier = stage().notifier([stage().bot()]);

  await notifier.notify(alarm, soon());
  const before = headings();
  await notifier.notify(over, soon());

  const { slack } = stage();
  expect([before, headings()]).toEqual([["🔴 CRITICAL"], ["🟢 OVER after 1 min"]]);
  expect(slack.thread(slack.seen[0]?.ts ?? "").map(({ versions }) => versions[0]?.text)).toEqual([
    expect.stringMatching(/^OVER after 1 min: SAFE MODE is on/),
  ]);
});

test("the same event twice is told once", async () => {
  const notifier = stage().notifier([stage().bot(), stage().pager(), stage().webhook(), stage().slackHook()]);

  for (let times = 0; times < 3; times++) await notifier.notify(alarm, soon());

  expect(stage().receivers.map(({ received }) => received.length)).toEqual([1, 1, 1, 1]);
});

test("an older event after a newer one does not turn the state back", async () => {
  const notifier = stage().notifier([stage().bot(), stage().pager()]);

  await notifier.notify(over, soon());
  await notifier.notify(alarm, soon());

  expect(headings()).toEqual(["🟢 OVER, was CRITICAL for 1 min"]);
  expect(stage().pagerduty.incidents).toMatchObject([{ isOpen: false, triggers: 1 }]);
});

test("a page that comes late does not close a later one that is open", async () => {
  const notifier = stage().notifier([stage().pager(), stage().bot()]);
  const again = metricEvent({ at: start + 65_000 });

  await notifier.notify(again, soon());
  await notifier.notify(alarm, soon());
  await notifier.notify(over, soon());

  expect(stage().pagerduty.incidents).toMatchObject([{ isOpen: true }]);
  expect(headings()).toEqual(["🔴 CRITICAL", "🟢 OVER after 1 min"]);
});

test("an end that is heard of late corrects the one that was shown", async () => {
  const notifier = stage().notifier([stage().bot()]);
  const again = metricEvent({ at: start + 65_000 });

  await notifier.notify(alarm, soon());
  await notifier.notify(again, soon());
  const before = headings();
  await notifier.notify(over, soon());

  expect(before).toEqual(["🟢 OVER", "🔴 CRITICAL"]);
  expect(headings()).toEqual(["🟢 OVER after 1 min", "🔴 CRITICAL"]);
});

test("many sandboxes with the same event tell it once", async () => {
  const notifiers = Array.from({ length: 8 }, () => stage().notifier([stage().bot(), stage().webhook()]));

  await Promise.all(notifiers.map((notifier) => notifier.notify(alarm, soon())));

  expect(headings()).toEqual(["🔴 CRITICAL"]);
  expect(stage().own.received).toHaveLength(1);
});

test("one channel that fails keeps no other back, and is told of with its name", async () => {
  stage().slack.fault = () => "fail";

  const told = await outcome(
    stage()
      .notifier([stage().bot(), stage().pager()])
      .notify(alarm, stage().clock.now() + 5000),
  );

  expect(told).toBe("NotifyError: prod-QuantumSafeModeActive was not told in bot");
  expect(stage().pagerduty.incidents).toHaveLength(1);
});

test("one incident that cannot be told keeps no later one back", async () => {
  const shown: number[] = [];
  const refusing: Channel = {
    name: "refusing",
    severities: ["critical"],
    canEdit: false,
    show: async ({ message: { incident } }: Telling) => {
      if (incident.since === start) throw new NotifyError("refused");
      shown.push(incident.since);
      return undefined;
    },
  };
  const notifier = stage().notifier([refusing]);
  await outcome(notifier.notify(alarm, soon()));

  const second = await outcome(notifier.notify(metricEvent({ at: start + 65_000 }), soon()));

  expect(shown).toEqual([start + 65_000]);
  expect(second).toContain("was not told in refusing");
});

test("context is asked for once for all channels, and not at all where there is nothing to tell", async () => {
  let asked = 0;
  const lines = async (): Promise<[]> => {
    asked += 1;
    return [];
  };
  const notifier = stage().notifier([stage().bot(), stage().pager()], {
    lines,
    firing: async () => [],
    children: async () => [],
  });

  await notifier.notify(alarm, soon());
  const first = asked;
  await notifier.notify(alarm, soon());

  expect([first, asked]).toEqual([1, 1]);
});

async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => "done", String);
}

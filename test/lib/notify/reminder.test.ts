import { makeLog } from "../../../lib/log";
import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import type { Channel } from "../../../lib/notify/channel";
import { Reminder } from "../../../lib/notify/reminding";
import type { Silence } from "../../../lib/notify/silence";
import { rules } from "../../../alarms";
import { alarmArn, metricEvent } from "../../support/alarm-messages";
import { NO_CONTEXT, Stage, SURROUNDINGS } from "../../support/notify-stage";
import { duringEach } from "../../support/receivers/receiver";
import { textOf } from "../../support/receivers/slack";

const HOUR = 3_600_000;
const start = Date.parse("2026-03-01T12:00:00Z");
const alarm = metricEvent({ at: start });
const over = metricEvent({ at: start + 9 * HOUR, state: "OK" });
const warning = metricEvent({
  at: start,
  name: "prod-QuantumHighFaultRate",
  more: { AlarmTags: { severity: "warning" } },
});
const stage = duringEach(() => new Stage(start + 1000).listen());
const soon = (): number => stage().clock.now() + 60_000;

function reminder(channels: readonly Channel[], own: object = {}): Reminder {
  const { store, clock, logged } = stage();
  const log = makeLog({ environment: "prod", version: "1", write: (text) => void logged.push(text) });
  const repeats = { critical: 4 * HOUR, warning: 24 * HOUR, rules: own };
  const [context, surroundings] = [NO_CONTEXT, SURROUNDINGS];
  return new Reminder({ environment: "prod", rules, channels, store, context, surroundings, repeats, clock, log });
}

/** Runs every quarter of an hour, as the schedule does more often. */
async function runUntil(hours: number, channels: readonly Channel[], firing: readonly AlarmEvent[], own = {}) {
  for (let at = stage().clock.now(); at <= start + hours * HOUR + 60_000; at += HOUR / 4) {
    stage().clock.set(at);
    await reminder(channels, own).run({ firing, silences: [] }, soon());
  }
}

const ids = (): string[] => [...stage().own.taken.keys()].map((id) => id.split("/").at(-1) ?? "");

test("what still fires is told again every four hours, each time under an id of its own", async () => {
  const channels = [stage().webhook()];
  await stage().notifier(channels).notify(alarm, soon());

  await runUntil(9, channels, [alarm]);

  expect(ids()).toEqual(["alarm", "reminder1", "reminder2"]);
  expect(stage().own.received).toHaveLength(3);
  expect([...stage().own.taken.values()].at(-1)?.title).toMatch(/^STILL CRITICAL after 8 h: SAFE MODE is on/);
});

test("a warning is told again every day, and a rule that has its own time by that", async () => {
  const channels = [stage().webhook()];
  await stage().notifier(channels).notify(warning, soon());
  await stage().notifier(channels).notify(alarm, soon());

  await runUntil(25, channels, [alarm, warning], { QuantumSafeModeActive: 12 * HOUR });

  expect(ids().toSorted()).toEqual(["alarm", "alarm", "reminder1", "reminder1", "reminder2"]);
});

test("two runs at the same time tell once", async () => {
  const channels = [stage().webhook()];
  await stage().notifier(channels).notify(alarm, soon());
  stage().clock.set(start + 4 * HOUR);

  const runs = Array.from({ length: 5 }, () => reminder(channels).run({ firing: [alarm], silences: [] }, soon()));
  await Promise.all(runs);

  expect(stage().own.received).toHaveLength(2);
});

test("after a pause one reminder is told, and not those that were missed", async () => {
  const channels = [stage().webhook()];
  await stage().notifier(channels).notify(alarm, soon());
  stage().clock.set(start + 13 * HOUR);

  await reminder(channels).run({ firing: [alarm], silences: [] }, soon());

  expect(ids()).toEqual(["alarm", "reminder3"]);
});

test("a reminder that nobody took is told by the next run, and fails the one that could not", async () => {
  const channels = [stage().webhook()];
  await stage().notifier(channels).notify(alarm, soon());
  stage().clock.set(start + 4 * HOUR);
  stage().own.fault = () => "fail";

  const failing = reminder(channels).run({ firing: [alarm], silences: [] }, soon());
  await expect(failing).rejects.toThrow("1 could not be told again");
  stage().own.fault = () => undefined;
  await reminder(channels).run({ firing: [alarm], silences: [] }, soon());

  expect(ids()).toEqual(["alarm", "reminder1"]);
});

test("what is over, or was never told, is not told again", async () => {
  const channels = [stage().webhook()];
  await stage().notifier(channels).notify(alarm, soon());
  await stage().notifier(channels).notify(over, soon());
  stage().clock.set(start + 20 * HOUR);

  await reminder(channels).run({ firing: [alarm, warning], silences: [] }, soon());

  expect(ids()).toEqual(["alarm", "over"]);
});

test("in Slack the incident's message says that it goes on, and the channel hears of it once", async () => {
  const channels = [stage().bot()];
  await stage().notifier(channels).notify(alarm, soon());

  await runUntil(5, channels, [alarm]);

  const { slack } = stage();
  const [message] = slack.seen;
  const lines = slack.thread(message?.ts ?? "");
  expect(slack.seen).toHaveLength(1);
  expect(textOf(message?.versions.at(-1) ?? { text: "", blocks: [] })).toMatch(/^🔴 STILL CRITICAL after 4 h/);
  expect(lines.map(({ versions }) => versions[0])).toEqual([expect.objectContaining({ reply_broadcast: true })]);
});

const silence = (more: Partial<Silence> = {}): Silence => ({
  name: "prod-silence-QuantumSafeModeActive-20260301T1100",
  arn: "arn:aws:cloudwatch:eu-central-1:222222222222:alarm-mute-rule:prod-silence-QuantumSafeModeActive-20260301T1100",
  alarms: ["prod-QuantumSafeModeActive"],
  since: start - HOUR,
  until: start + 5 * HOUR,
  why: "jo: the exchange is down for maintenance",
  isByHand: true,
  ...more,
});

test("what is silenced is not told again until the silence is over", async () => {
  const channels = [stage().webhook()];
  await stage().notifier(channels).notify(alarm, soon());
  stage().clock.set(start + 4.5 * HOUR);

  await reminder(channels).run({ firing: [alarm], silences: [silence()] }, soon());
  const during = ids();
  await reminder(channels).run({ firing: [alarm], silences: [] }, soon());

  expect([during, ids()]).toEqual([["alarm"], ["alarm", "reminder1"]]);
});

test("a silence that is about to end is told once, with its alarm, who and why; one that is prolonged, once more", async () => {
  const channels = [stage().webhook(), { ...stage().pager(), severities: ["critical"] as const }];
  const run = (one: Silence) => reminder(channels).run({ firing: [], silences: [one] }, soon());

  for (const minutes of [-20, -14, -9, -1]) {
    stage().clock.set(start + 5 * HOUR + minutes * 60_000);
    await run(silence());
  }
  const first = [...stage().own.taken.values()];
  stage().clock.set(start + 6.9 * HOUR);
  await run(silence({ until: start + 7 * HOUR }));

  expect(first).toEqual([
    expect.objectContaining({
      title: "A silence ends in 14 min: prod-QuantumSafeModeActive [prod]",
      why: "jo: the exchange is down for maintenance",
      severity: "warning",
    }),
  ]);
  expect(stage().own.taken.size).toBe(2);
  expect(stage().pagerduty.received).toEqual([]);
});

test.each([
  ["quiet hours, which end every day", silence({ isByHand: false, until: start + 60_000 })],
  ["a silence of a few minutes", silence({ since: start - 60_000, until: start + 120_000 })],
  ["a silence that has ended", silence({ until: start })],
])("nobody is warned of the end of %s", async (_, one) => {
  await reminder([stage().webhook()]).run({ firing: [], silences: [one] }, soon());

  expect(stage().own.received).toEqual([]);
});

test("an alarm without a record in one channel keeps no other from being told again", async () => {
  const { identity } = alarm;
  await stage().notifier([stage().webhook()]).notify(alarm, soon());
  stage().clock.set(start + 4 * HOUR);

  await reminder([stage().bot(), stage().webhook()]).run({ firing: [alarm], silences: [] }, soon());

  expect(identity).toBe(alarmArn("prod-QuantumSafeModeActive"));
  expect(ids()).toEqual(["alarm", "reminder1"]);
  expect(stage().slack.seen).toEqual([]);
});

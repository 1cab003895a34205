import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import { metricEvent } from "../../support/alarm-messages";
import { duringEach } from "../../support/receivers/receiver";
import { type SlackMessage, textOf } from "../../support/receivers/slack";
import { Stage } from "../../support/notify-stage";

const start = Date.parse("2026-03-01T12:00:00Z");
const SECOND = 1000;
const stage = duringEach(() => new Stage(start + SECOND).listen());
const soon = (): number => stage().clock.now() + 98 * SECOND;

/** A collector's alarm; those are of one rule. */
function failing(label: string, more: object = {}): AlarmEvent {
  const AlarmTags = { severity: "warning", rule: "CollectorFailing", ...more };
  return metricEvent({ at: start, name: `prod-CollectorFailing-${label}`, more: { AlarmTags } });
}

const over = (event: AlarmEvent, after: number): AlarmEvent => ({
  ...event,
  state: "OK",
  previous: "ALARM",
  at: new Date(start + after * SECOND),
});
const [faults, intents, harvest] = [failing("faults"), failing("intents"), failing("harvest")];

const last = ({ versions }: SlackMessage): string => textOf(versions.at(-1) ?? { text: "", blocks: [] });
const firstLine = (message: SlackMessage): string => last(message).split("\n")[0] ?? "";

/** Each by a sandbox of its own, side by side. */
const tellAll = (events: readonly AlarmEvent[], channels = () => [stage().bot(), stage().slackHook()]) =>
  Promise.all(events.map((event) => stage().notifier(channels()).notify(event, soon())));

test("alarms of a rule that fire within the group wait are one message that counts and names them", async () => {
  await tellAll([faults, intents, harvest]);

  const title = /^🔴 WARNING, 3 alarms: CollectorFailing-\w+, CollectorFailing-\w+, CollectorFailing-\w+ \[prod\]$/;
  const seen = [...stage().slack.seen, ...stage().hook.seen];
  expect(seen).toHaveLength(2);
  for (const message of seen) {
    expect(firstLine(message)).toMatch(title);
    expect(
      last(message).match(/^🔴 WARNING: A collector cannot read its keys.*\((faults|intents|harvest)\) \[prod\]$/gm),
    ).toHaveLength(3);
  }
  expect([...stage().slack.refusals, ...stage().hook.refusals]).toEqual([]);
});

test("a warning waits for 30 s, a critical page for 5 s, from the change and not from its coming", async () => {
  const critical = failing("faults", { severity: "critical" });
  const times: number[] = [];

  await tellAll([critical]);
  times.push(stage().clock.now() - start);
  await tellAll([intents]);
  times.push(stage().clock.now() - start);

  expect(times).toEqual([5 * SECOND, 30 * SECOND]);
});

test("a change that was long on its way is told at once", async () => {
  stage().clock.set(start + 31 * SECOND);

  await tellAll([faults]);

  expect(stage().clock.now()).toBe(start + 31 * SECOND);
  expect(stage().slack.seen).toHaveLength(1);
});

test("no pager and no webhook of one's own waits, and each alarm is an incident of its own there", async () => {
  const { clock, pagerduty, own } = stage();
  const times: number[] = [];
  for (const receiver of [pagerduty, own]) receiver.before = async () => void times.push(clock.now());

  await tellAll([faults, intents], () => [stage().pager(), stage().webhook()]);

  expect(pagerduty.incidents).toHaveLength(2);
  expect(own.taken.size).toBe(2);
  expect(Math.max(...times)).toBeLessThan(start + 2 * SECOND);
});

test("alarms of different rules, severities or environments are messages of their own", async () => {
  const other = metricEvent({ at: start, name: "prod-QuantumFaultSeen", more: { AlarmTags: { severity: "warning" } } });
  const elsewhere = {
    ...faults,
    name: "staging-CollectorFailing-faults",
    environment: "staging",
    identity: "elsewhere",
  };
  const critical = failing("intents", { severity: "critical" });

  await tellAll([faults, other, elsewhere, critical], () => [stage().bot()]);

  expect(stage().slack.seen).toHaveLength(4);
});

test("more than ten are several messages, and none is missing", async () => {
  const events = Array.from({ length: 23 }, (_, place) => failing(`c${place}`));

  await tellAll(events, () => [stage().bot()]);

  const text = stage().slack.seen.map(last).join("\n");
  expect(
    stage()
      .slack.seen.map(firstLine)
      .map((line) => Number(/(\d+) alarms/.exec(line)?.[1]))
      .toSorted((a, b) => a - b),
  ).toEqual([3, 10, 10]);
  for (const { label } of events) expect(text).toContain(`(${label}) [prod]`);
});

test("the bot's message is edited as each ends, with a line in its thread; by a webhook each end is a message", async () => {
  const channels = [stage().bot(), stage().slackHook()];
  const notifier = stage().notifier(channels);
  await Promise.all([faults, intents].map((event) => notifier.notify(event, soon())));

  await notifier.notify(over(faults, 60), soon());
  const halfway = stage().slack.seen.map(firstLine);
  await notifier.notify(over(intents, 90), soon());

  const { slack, hook } = stage();
  expect(halfway).toEqual(["🔴 WARNING, 1 of 2 alarms: CollectorFailing-intents [prod]"]);
  expect(slack.seen.map(firstLine)).toEqual([
    "🟢 OVER, 2 alarms: CollectorFailing-faults, CollectorFailing-intents [prod]",
  ]);
  expect(slack.thread(slack.seen[0]?.ts ?? "").map(({ versions }) => versions[0]?.text)).toEqual([
    expect.stringMatching(/^OVER after 1 min: .*\(faults\) \[prod\]/),
    expect.stringMatching(/^OVER after 1 min 30 s: .*\(intents\) \[prod\]/),
  ]);
  expect(hook.seen.map(firstLine)).toEqual([
    expect.stringMatching(/2 alarms/),
    expect.stringMatching(/^🟢 OVER after 1 min: .*\(faults\)/),
    expect.stringMatching(/^🟢 OVER after 1 min 30 s: .*\(intents\)/),
  ]);
});

test("two that end at the same time are both over in the message", async () => {
  await tellAll([faults, intents, harvest], () => [stage().bot()]);

  await tellAll([over(faults, 60), over(intents, 60), over(harvest, 61)], () => [stage().bot()]);

  expect(stage().slack.seen.map(firstLine)).toEqual([expect.stringMatching(/^🟢 OVER, 3 alarms/)]);
});

test("an alarm that is over before its wait is over stands in the message as over, and its end is told once", async () => {
  await Promise.all([
    tellAll([faults, intents]),
    stage().notifier([stage().bot(), stage().slackHook()]).notify(over(faults, 1), soon()),
  ]);

  expect(stage().slack.seen.map(firstLine)).toEqual([expect.stringMatching(/WARNING, 1 of 2 alarms: .*intents/)]);
  expect(stage().hook.seen).toHaveLength(1);
});

test("the same change many times, before and after it is told, is told once", async () => {
  await tellAll([faults, intents, faults, intents, faults]);
  await tellAll([faults, intents]);

  expect([stage().slack.seen.length, stage().hook.seen.length]).toEqual([1, 1]);
  expect(firstLine(stage().slack.seen[0] as SlackMessage)).toContain("2 alarms");
});

test("a drill does not wait", async () => {
  const drill = metricEvent({ at: start, name: "prod-PagingDrill", more: { AlarmTags: { drill: "true" } } });

  await tellAll([drill]);

  expect(stage().clock.now()).toBeLessThan(start + 3 * SECOND);
  expect(stage().slack.seen).toHaveLength(1);
});

test("what comes of an alarm while its group is made up is left to the group", async () => {
  const lines = async (): Promise<[]> => {
    await tellAll([over(faults, 2), intents]);
    return [];
  };
  const context = { lines, firing: async () => [], children: async () => [] };
  const notifier = stage().notifier([stage().bot(), stage().slackHook()], context);

  await Promise.all([faults, intents].map((event) => notifier.notify(event, soon())));

  expect(stage().slack.seen.map(firstLine)).toEqual(["🔴 WARNING, 1 of 2 alarms: CollectorFailing-intents [prod]"]);
  expect(stage().hook.seen.map(firstLine)).toEqual([
    expect.stringMatching(/WARNING, 2 alarms/),
    expect.stringMatching(/OVER after 2 s: .*faults/),
  ]);
});

test("context is asked for once for all of a group", async () => {
  let asked = 0;
  const lines = async (): Promise<[]> => {
    asked += 1;
    return [];
  };
  const context = { lines, firing: async () => [], children: async () => [] };
  const notifier = stage().notifier([stage().bot()], context);

  await Promise.all([faults, intents, harvest].map((event) => notifier.notify(event, soon())));

  expect(asked).toBe(1);
});

import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import { metricEvent } from "../../support/alarm-messages";
import { Stage } from "../../support/notify-stage";
import { duringEach } from "../../support/receivers/receiver";
import { type SlackMessage, textOf } from "../../support/receivers/slack";

const start = Date.parse("2026-03-01T12:00:00Z");
const SECOND = 1000;
const stage = duringEach(() => new Stage(start + SECOND).listen());

function failing(label: string, severity: string): AlarmEvent {
  const AlarmTags = { severity, rule: "CollectorFailing" };
  return metricEvent({ at: start, name: `prod-CollectorFailing-${label}`, more: { AlarmTags } });
}

const over = (event: AlarmEvent, after = 1): AlarmEvent => ({
  ...event,
  state: "OK",
  previous: "ALARM",
  at: new Date(start + after * SECOND),
});

/** Each by a sandbox of its own, side by side. */
const tellAll = (events: readonly AlarmEvent[], channels = () => [stage().bot(), stage().slackHook()]) =>
  Promise.all(
    events.map((event) =>
      stage()
        .notifier(channels())
        .notify(event, stage().clock.now() + 98 * SECOND),
    ),
  );

const firstLine = ({ versions }: SlackMessage): string =>
  textOf(versions.at(-1) ?? { text: "", blocks: [] }).split("\n")[0] ?? "";
const lines = (): string[] => [...stage().slack.seen, ...stage().hook.seen].map(firstLine);

test("a warning that ends within the group wait is told to nobody, alone or with others that end as well", async () => {
  const [faults, intents, harvest] = ["faults", "intents", "harvest"].map((label) => failing(label, "warning"));
  if (!faults || !intents || !harvest) throw new Error("three are told of");

  await tellAll([faults, over(faults)]);
  await tellAll([intents, over(intents), harvest, over(harvest)]);

  expect(lines()).toEqual([]);
});

test("the same by a channel that shows each by itself, where the end comes first", async () => {
  const faults = failing("faults", "warning");

  await tellAll([over(faults)], () => [stage().webhook()]);
  await tellAll([faults], () => [stage().webhook()]);

  expect(stage().own.taken.size).toBe(0);
});

test("an alarm that was skipped is told the next time", async () => {
  const faults = failing("faults", "warning");
  await tellAll([faults, over(faults)]);

  await tellAll([{ ...faults, at: new Date(start + 60 * SECOND) }]);

  expect(lines()).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^🔴 WARNING: /)));
});

test("a critical alarm that ends within the group wait is one message that says for how long it was so", async () => {
  const faults = failing("faults", "critical");

  await tellAll([faults, over(faults)]);

  expect(lines()).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^🟢 OVER, was CRITICAL for 1 s: /)));
});

test("critical alarms of a group that all end within its wait are one message of what they were", async () => {
  const [faults, intents] = [failing("faults", "critical"), failing("intents", "critical")];

  await tellAll([faults, intents, over(faults), over(intents, 2)], () => [stage().bot()]);

  expect(lines()).toEqual([expect.stringMatching(/^🟢 OVER, 2 alarms: /)]);
});

test("an end whose beginning may have been seen is told", async () => {
  const faults = failing("faults", "warning");
  stage().slack.fault = () => "fail";
  await expect(tellAll([faults], () => [stage().bot()])).rejects.toThrow("not told in bot");
  stage().slack.fault = () => undefined;

  await tellAll([over(faults)], () => [stage().bot()]);

  expect(lines()).toEqual([expect.stringMatching(/^🟢 OVER/)]);
});

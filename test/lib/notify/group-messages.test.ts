import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";

import { rules } from "../../../alarms";
import { makeLog } from "../../../lib/log";
import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import { dynamodbStore } from "../../../lib/notify/dynamodb-store";
import { plainLine } from "../../../lib/notify/escape";
import { MOST_TOGETHER } from "../../../lib/notify/group";
import { Reminder } from "../../../lib/notify/reminding";
import { hold } from "../../../lib/notify/waiting";
import { metricEvent } from "../../support/alarm-messages";
import { DynamoDb } from "../../support/dynamodb";
import { hostileText } from "../../support/hostile-text";
import { NO_CONTEXT, Stage, SURROUNDINGS } from "../../support/notify-stage";
import { page } from "../../support/pages";
import { duringEach } from "../../support/receivers/receiver";
import { linksOf, type SlackMessage, textOf } from "../../support/receivers/slack";

const start = Date.parse("2026-03-01T12:00:00Z");
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const stage = duringEach(() => new Stage(start + SECOND).listen());
const soon = (): number => stage().clock.now() + 98 * SECOND;

const [faults, intents] = (["faults", "intents"] as const).map((label) =>
  metricEvent({
    at: start,
    name: `prod-CollectorFailing-${label}`,
    more: { AlarmTags: { severity: "warning", rule: "CollectorFailing" } },
  }),
) as [AlarmEvent, AlarmEvent];

const over = (event: AlarmEvent, after: number): AlarmEvent => ({
  ...event,
  state: "OK",
  previous: "ALARM",
  at: new Date(start + after * SECOND),
});

const firstLine = ({ versions }: SlackMessage): string =>
  textOf(versions.at(-1) ?? { text: "", blocks: [] }).split("\n")[0] ?? "";

/** Each by a sandbox of its own, side by side. */
const tellAll = (events: readonly AlarmEvent[], channels = () => [stage().bot(), stage().slackHook()]) =>
  Promise.all(events.map((event) => stage().notifier(channels()).notify(event, soon())));

test("a reminder of one of them is in their message, and the channel hears of it", async () => {
  const { store, clock } = stage();
  await tellAll([faults, intents], () => [stage().bot()]);
  const log = makeLog({ environment: "prod", version: "1", write: () => undefined });
  const repeats = { critical: 4 * HOUR, warning: 24 * HOUR, rules: { CollectorFailing: HOUR } };
  const own = { environment: "prod", rules, channels: [stage().bot()], store, clock, log, repeats };
  const reminder = new Reminder({ ...own, context: NO_CONTEXT, surroundings: SURROUNDINGS });
  clock.set(start + HOUR);

  for (let times = 0; times < 2; times++) await reminder.run({ firing: [faults], silences: [] }, soon());
  await tellAll([over(faults, 4000)], () => [stage().bot()]);

  const { slack } = stage();
  const lines = slack.thread(slack.seen[0]?.ts ?? "").map(({ versions }) => versions[0]);
  expect(slack.seen.map(firstLine)).toEqual(["🔴 WARNING, 1 of 2 alarms: CollectorFailing-intents [prod]"]);
  expect(lines).toEqual([
    expect.objectContaining({ reply_broadcast: true, text: expect.stringMatching(/^STILL WARNING after 1 h: /) }),
    expect.objectContaining({ text: expect.stringMatching(/^OVER after 1 h 6 min: /) }),
  ]);
});

test("a group is remembered in DynamoDB as in memory", async () => {
  const table = await new DynamoDb().listen();
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const client = new DynamoDBClient({ region: "eu-central-1", endpoint: table.url, credentials });
  stage().store = dynamodbStore("incidents", client);

  const { store, clock } = stage();
  const options = { store, clock, owner: "died", deadline: soon() };
  // Of a run that died as soon as it had said so.
  const isHeld = await hold(faults, "warning", start + 30 * SECOND, options);

  await tellAll([intents]);
  await tellAll([over(faults, 60), over(intents, 60)]);
  await table.stop();

  expect(isHeld).toBe(true);
  expect(stage().slack.seen.map(firstLine)).toEqual([expect.stringMatching(/^🟢 OVER, 2 alarms/)]);
  expect(stage().hook.seen).toHaveLength(3);
});

test("whatever text comes from outside, Slack takes a group's message and finds no markup in it", async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const one = plainLine(text, 600) || "text";
      const facts = Array.from({ length: 12 }, (_, place) => ({ name: place === 0 ? "Value" : "Fact", value: one }));
      const messages = Array.from({ length: MOST_TOGETHER }, (_, place) =>
        page({ identity: `${place}`, alarm: one, title: one, why: one, facts, notes: [one] }),
      );
      const { slack, clock } = stage();
      const bot = stage().bot();
      await clock.sleep(SECOND);

      await bot.showGroup?.({ id: text, messages, isUncertain: false, deadline: clock.now() + 60 * SECOND });
      const posted = slack.messages.at(-1)?.versions[0];

      expect(slack.refusals).toEqual([]);
      expect(posted?.text).not.toMatch(/[<>]/);
      expect(posted && linksOf(posted)).toEqual(messages.flatMap(({ links }) => links.map(({ url }) => url)));
    }),
    { numRuns: 20 },
  );
});

import { assert, asyncProperty, constantFrom, json, jsonValue, oneof, string, tuple } from "fast-check";

import { makeLog } from "../../../lib/log";
import { notifyHandler, type SnsEvent } from "../../../lib/notify/handler";
import { metricMessage, topicArn } from "../../support/alarm-messages";
import { collectorLines, faultAt } from "../../support/collector-lines";
import { IMPATIENT_MS, Stage } from "../../support/notify-stage";
import { duringEach } from "../../support/receivers/receiver";

const start = Date.parse("2026-03-01T12:00:00Z");
const stage = duringEach(() => new Stage(start + 1000).listen());
const context = { getRemainingTimeInMillis: () => 30_000 };

const event = (messages: readonly string[], topic = topicArn("critical")): SnsEvent => ({
  Records: messages.map((Message, place) => ({ Sns: { TopicArn: topic, MessageId: `m-${place}`, Message } })),
});

function handler(channels = [stage().bot(), stage().pager(), stage().slackHook(), stage().webhook()], source = {}) {
  const { clock, logged } = stage();
  const log = makeLog({ environment: "prod", version: "1", write: (text) => void logged.push(text) });
  const asked = { lines: async () => [], firing: async () => [], children: async () => [], ...source };
  return notifyHandler({ notifier: stage().notifier(channels, asked), topics: [topicArn("critical")], clock, log });
}

test("an alarm from a topic is told in every channel", async () => {
  await handler()(event([metricMessage({ at: start })]), context);

  expect(stage().slack.seen).toHaveLength(1);
  expect(stage().pagerduty.incidents).toHaveLength(1);
  expect(stage().hook.seen).toHaveLength(1);
  expect(stage().own.taken.size).toBe(1);
});

/** A kind of mistake: what was not foreseen ends where nobody looks. */
test("a message that cannot be read is told as it is, and blocks none of the others", async () => {
  const messages = [
    "Disk check by hand, please ignore",
    metricMessage({ at: start }),
    '{"AlarmName":"x"}',
    metricMessage({ at: start, name: "prod-RedisDown" }),
  ];

  await handler()(event(messages), context);
  await handler()(event(messages), context);

  const texts = stage().slack.seen.map(({ versions }) => JSON.stringify(versions.at(-1)));
  expect(texts).toHaveLength(4);
  expect(texts.filter((text) => text.includes("CRITICAL: Disk check by hand, please ignore"))).toHaveLength(1);
  expect(stage().logged.filter((line) => line.includes('"message_id":"m-0"'))).toHaveLength(2);
  // A text has no end there; what may be an alarm is better too loud than not heard.
  expect(stage().pagerduty.incidents.map(({ triggers }) => triggers)).toEqual([1, 1, 1]);
});

test.each([
  ["reason", { NewStateReason: "   " }, "CloudWatch gives no reason"],
  ["reason that is none", { NewStateReason: "" }, "CloudWatch gives no reason"],
  ["contributor", { AlarmContributorId: "abc", AlarmContributorAttributes: { " ": " ", a: "" } }, "Since"],
  ["description", { AlarmDescription: " \n " }, "prod-other"],
])("a blank %s is nothing that a channel is given to show", async (_, more, shown) => {
  await handler()(event([metricMessage({ at: start, name: "prod-other", more })]), context);

  expect(stage().slack.seen.map(({ versions }) => JSON.stringify(versions.at(-1)))).toEqual([
    expect.stringContaining(shown),
  ]);
  expect([stage().hook.seen.length, stage().pagerduty.incidents.length]).toEqual([1, 1]);
  expect([stage().slack.refusals, stage().hook.refusals, stage().pagerduty.refusals]).toEqual([[], [], []]);
});

test("whatever comes as a message is told or is nothing, and fails no run", async () => {
  const whole = JSON.parse(metricMessage({ at: start })) as Record<string, unknown>;
  const mangled = tuple(constantFrom(...Object.keys(whole)), jsonValue({ maxDepth: 2 })).map(([name, value]) =>
    JSON.stringify({ ...whole, [name]: value }),
  );
  await assert(
    asyncProperty(oneof(string({ maxLength: 60 }), json({ maxDepth: 3 }), mangled), async (message) => {
      await handler()(event([message]), context);
      const { slack, hook, pagerduty } = stage();
      expect([slack, hook, pagerduty].flatMap(({ refusals }) => refusals)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("a message of another topic is not taken", async () => {
  const handling = handler()(event([metricMessage({ at: start })], topicArn("other")), context);

  await expect(handling).rejects.toThrow("1 of 1 messages failed");
  expect(stage().slack.received).toEqual([]);
});

test("a severity goes to the channels that take it", async () => {
  const { bot, pager } = { bot: stage().bot(), pager: { ...stage().pager(), severities: ["critical"] as const } };
  const warning = metricMessage({ at: start, more: { AlarmTags: { severity: "warning" } } });

  await handler([bot, pager])(event([warning]), context);

  expect([stage().slack.seen.length, stage().pagerduty.events.length]).toEqual([1, 0]);
});

test("no secret is in a message, a log line or an error, whatever goes wrong", async () => {
  const lines = await collectorLines({ at: start, isOn: true, ttl: 300, properties: faultAt(start) });
  stage().attemptMs = IMPATIENT_MS;
  let calls = 0;
  const faults = ["reset", "fail", "redirect", "hang", "drop", "limit"] as const;
  for (const receiver of stage().receivers) receiver.fault = () => faults[++calls % (faults.length + 1)];
  const messages = Array.from({ length: 12 }, (_, place) =>
    metricMessage({ at: start + place, name: `prod-A${place}` }),
  );

  const error: unknown = await handler(undefined, { lines: async () => lines })(event(messages), context).catch(
    (thrown: unknown) => thrown,
  );
  const bodies = stage().receivers.flatMap(({ received }) => received.map(({ body }) => body));
  const spoken = [...stage().logged, ...withCauses(error)];

  expect(error).toBeInstanceOf(Error);
  for (const secret of stage().secretTexts) {
    expect(spoken.filter((text) => text.includes(secret))).toEqual([]);
    const isRoutingKey = secret === stage().pagerduty.routingKey;
    expect(
      bodies.filter((body) => body.replace(isRoutingKey ? `"routing_key":"${secret}"` : "", "").includes(secret)),
    ).toEqual([]);
  }
});

test("what was told, and how long that took, is in the log", async () => {
  await handler([stage().bot()])(event([metricMessage({ at: start })]), context);

  expect(stage().logged.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      level: "INFO",
      message: "told",
      alarm: "prod-QuantumSafeModeActive",
      state: "ALARM",
      changed_at: "2026-03-01T12:00:00.000Z",
      channel: "bot",
      told: ["alarm"],
      ms: expect.any(Number),
    }),
  ]);
});

function withCauses(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.message, error.stack ?? "", ...withCauses(error.cause)];
}

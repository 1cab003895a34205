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

test("a message that cannot be read fails its event, and blocks none of the others", async () => {
  const messages = [
    "poison",
    metricMessage({ at: start }),
    '{"AlarmName":"x"}',
    metricMessage({ at: start, name: "prod-RedisDown" }),
  ];

  const handling = handler()(event(messages), context);

  await expect(handling).rejects.toThrow("2 of 4 messages failed");
  expect(stage().pagerduty.incidents).toHaveLength(2);
  expect(stage().logged.filter((line) => line.includes('"message_id":"m-0"'))).toHaveLength(1);
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

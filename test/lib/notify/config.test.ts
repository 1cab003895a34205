import { ConfigError } from "../../../lib/errors";
import { readNotifyConfig } from "../../../lib/notify/config";

const secretArn = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:s-AbCdEf";
const severities = ["critical", "warning"];
const env = {
  ENVIRONMENT: "prod",
  NOTIFY_TABLE: "prod-quantum-watch-incidents",
  NOTIFY_TOPICS: "arn:a,arn:b",
  NOTIFY_LOG_GROUPS: "/quantum-watch/prod/collect",
  RUNBOOKS: "https://example.com/runbooks",
};

test("everything is read from the environment, channels as JSON", () => {
  const channels = [
    { kind: "slack-bot", name: "slack", secretArn, severities, channel: "C0123456789" },
    { kind: "slack-webhook", name: "hook", secretArn, severities },
    {
      kind: "pagerduty",
      name: "pager",
      secretArn,
      severities: ["critical"],
      endpoint: "https://events.eu.pagerduty.com/v2/enqueue",
    },
    { kind: "webhook", name: "own", secretArn, severities, url: "https://example.com/pages" },
  ];

  const config = readNotifyConfig({ ...env, NOTIFY_CHANNELS: JSON.stringify(channels) });

  expect(config).toEqual({
    environment: "prod",
    version: "unknown",
    logLevel: "INFO",
    channels,
    table: "prod-quantum-watch-incidents",
    topics: ["arn:a", "arn:b"],
    logGroups: ["/quantum-watch/prod/collect"],
    runbooks: "https://example.com/runbooks",
  });
});

test.each([
  ["no list", "{}", "must be a JSON list"],
  ["no JSON", "slack", "must be a JSON list"],
  ["no name", [{ kind: "pagerduty", secretArn, severities }], "channel 1 needs a name"],
  ["no secret", [{ kind: "pagerduty", name: "p", severities }], "channel 1 needs a secretArn"],
  ["no severity", [{ kind: "pagerduty", name: "p", secretArn, severities: ["loud"] }], "needs severities of critical"],
  ["no kind", [{ name: "p", secretArn, severities }], "needs a kind of slack-webhook"],
  ["no channel", [{ kind: "slack-bot", name: "p", secretArn, severities }], "needs a channel id"],
  ["no url", [{ kind: "webhook", name: "p", secretArn, severities }], "needs a url"],
  [
    "an address without TLS",
    [{ kind: "webhook", name: "p", secretArn, severities, url: "http://example.com" }],
    "needs https addresses",
  ],
  ["one name twice", ["a", "b"].map(() => ({ kind: "pagerduty", name: "p", secretArn, severities })), "names p twice"],
])("channels with %s are refused", (_, channels, sentence) => {
  const text = typeof channels === "string" ? channels : JSON.stringify(channels);

  const reading = (): unknown => readNotifyConfig({ ...env, NOTIFY_CHANNELS: text });

  expect(reading).toThrow(ConfigError);
  expect(reading).toThrow(sentence);
});

test("all that is missing is said at once", () => {
  const empty = {};

  expect(() => readNotifyConfig(empty)).toThrow(
    "ENVIRONMENT: is not set; NOTIFY_TABLE: is not set; RUNBOOKS: is not set; NOTIFY_TOPICS: names no topic, so that nothing would be taken",
  );
});

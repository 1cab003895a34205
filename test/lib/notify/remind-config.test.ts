import { ConfigError } from "../../../lib/errors";
import { readRemindConfig } from "../../../lib/notify/remind-config";

const env = {
  ENVIRONMENT: "prod",
  NOTIFY_TABLE: "incidents",
  NOTIFY_TOPICS: "arn:a",
  RUNBOOKS: "https://example.com/runbooks",
  REMIND_EVERY: '{"critical":14400,"warning":86400,"rules":{}}',
};

test("without a heartbeat and a drill there are only reminders", () => {
  const config = readRemindConfig(env);

  expect(config.repeats).toEqual({ critical: 14_400_000, warning: 86_400_000, rules: {} });
  expect(config).not.toHaveProperty("heartbeat");
  expect(config).not.toHaveProperty("drill");
});

test.each([
  ["REMIND_EVERY", "", "needs seconds of critical and warning"],
  ["REMIND_EVERY", "4h", "is no JSON"],
  ["REMIND_EVERY", '{"critical":0,"warning":1}', "above 0"],
  ["REMIND_EVERY", '{"critical":1,"warning":1,"rules":{"RedisDown":"1h"}}', "above 0"],
  ["HEARTBEAT", '{"everySec":300}', "needs a url or a secretArn"],
  ["HEARTBEAT", '{"url":"https://example.com"}', "everySec above 0"],
  ["DRILL", "monday", '"monday" is no time of a week'],
  ["DRILL", "XXX 10:00", "is no time of a week"],
])("%s of %j is refused", (name, text, sentence) => {
  const reading = (): unknown => readRemindConfig({ ...env, [name]: text });

  expect(reading).toThrow(ConfigError);
  expect(reading).toThrow(sentence);
});

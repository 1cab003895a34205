import { ConfigError } from "../../../lib/errors";
import { type Duration, inWords, seconds } from "../../../lib/rules/duration";

test.each<[Duration, number, string]>([
  ["0s", 0, "0 seconds"],
  ["30s", 30, "30 seconds"],
  ["1m", 60, "1 minute"],
  ["15m", 900, "15 minutes"],
  ["1h", 3600, "1 hour"],
])("%s is %i s, in words %s", (duration, length, words) => {
  const result = [seconds(duration), inWords(duration)];

  expect(result).toEqual([length, words]);
});

test.each(["1.5m", "-1m", "1e3s", "m"])("%s is no duration", (text) => {
  expect(() => seconds(text as Duration)).toThrow(ConfigError);
});
